// The orchestrator where bandwidth moves, decisions are made again, and queues are seen. All on
// round numbers, by hand; on the toy engine.
#include <memory>
#include <string>
#include <vector>

#include "core/solvers.hpp"
#include "sim/backlog.hpp"
#include "sim/offered_load.hpp"
#include "sim/orchestrator.hpp"
#include "tests/catch.hpp"
#include "tests/unit/sim/support.hpp"

using namespace mec;
using namespace mec::test;

namespace {

ChannelModel recorded_rate(const std::vector<double>& times, const std::vector<double>& rates,
                           TraceRate::AtEnd at_end = TraceRate::AtEnd::hold) {
  Trace trace;
  for (std::size_t i = 0; i < times.size(); ++i) {
    trace.times.emplace_back(times[i]);
    trace.rates.emplace_back(rates[i]);
  }
  trace.end = trace.times.back() + Seconds{1.0};
  TraceRate model;
  model.trace = std::make_shared<const Trace>(std::move(trace));
  model.at_end = at_end;
  return model;
}

// As task_of, but its links move as the scenario says.
RecordedTask moving_task(std::uint64_t id, const std::vector<double>& work,
                         const std::vector<double>& data, double release = 0.0) {
  RecordedTask task = task_of(id, work, data);
  task.release = Seconds{release};
  return task;
}

// Asks nothing and remembers what it was asked.
struct Asked {
  Seconds now;
  SiteIndex at;
  std::size_t subtasks;
  double first_data;
  double b1;
  std::vector<double> history;
  std::vector<double> site_wait;
  std::vector<double> link_wait;
  std::size_t future;
};

FunctionPolicy remember(std::vector<Asked>& asked, SiteIndex site) {
  return FunctionPolicy([&asked, site](const DecisionRequest& request) {
    const Observation& seen = request.observed;
    Asked one{request.now,
              request.at,
              request.task.size(),
              request.task.data[0].value(),
              request.state.link_rate(kUplink).value(),
              {},
              {},
              {},
              request.future.size()};
    if (seen.window > 0) {
      const auto row = seen.history_of(kUplink);
      one.history.assign(row.begin(), row.end());
    }
    one.site_wait.assign(seen.site_wait.begin(), seen.site_wait.end());
    one.link_wait.assign(seen.link_wait.begin(), seen.link_wait.end());
    asked.push_back(one);
    return Placement(request.task.size(), site);
  });
}

}  // namespace

TEST_CASE("A bandwidth that moves in mid-transfer counts from its date on", "[sim][moving]") {
  // 3 MB up: 1 s at 1 MB/s, then 2 MB at 4 MB/s: 1.5 s. 2e9 at 2 GHz: 1 s. 2 MB down at 4 MB/s.
  Scenario scenario;
  scenario.network.b1 = recorded_rate({0.0, 1.0}, {1e6, 4e6});
  const std::vector<RecordedTask> tasks{moving_task(0, {2e9}, {3e6, 2e6})};
  auto policy = all_on(kEdge);
  const Collector seen = run_on_toy(scenario, &tasks, policy);
  CHECK(seen.records.at(0).transfer.value() == 2.0);
  CHECK(seen.records.at(0).latency().value() == 3.0);
  // On the snapshot at release: 3 + 1 + 2 s.
  CHECK(seen.records.at(0).estimated_latency.value() == 6.0);
  // With hindsight: 2 s on the device of 1 GHz.
  CHECK(seen.records.at(0).optimal_latency.value() == 2.0);
}

TEST_CASE("The bound knows the bandwidths to come", "[sim][moving]") {
  // At once the uplink looks hopeless (30 s), but after 1 s of it the other 2.9 MB take 0.29 s. On
  // to the cloud, which computes in no time: 1.5 s. The device takes 10 s.
  Scenario scenario;
  scenario.network.b1 = recorded_rate({0.0, 1.0}, {1e5, 1e7});
  const std::vector<RecordedTask> tasks{moving_task(0, {10e9}, {3e6, 0.0})};
  auto policy = all_on(kDevice);
  const Collector seen = run_on_toy(scenario, &tasks, policy);
  CHECK(seen.records.at(0).latency().value() == 10.0);
  CHECK(seen.records.at(0).optimal_latency.value() == Approx(1.29 + 1.5));
}

TEST_CASE("Decisions before every subtask see what is left, from where it is", "[sim][moving]") {
  // 1 MB up at 1 MB/s: 1 s; each subtask 1 s on the edge; nothing between.
  Scenario scenario;
  scenario.decision.when = DecisionMoment::subtask;
  const std::vector<RecordedTask> tasks{moving_task(0, {2e9, 2e9, 2e9}, {1e6, 0.0, 3e6, 0.0})};
  std::vector<Asked> asked;
  auto policy = remember(asked, kEdge);
  const Collector seen = run_on_toy(scenario, &tasks, policy);
  REQUIRE(asked.size() == 3);
  CHECK(asked[0].at == kDevice);
  CHECK(asked[0].subtasks == 3);
  CHECK(asked[1].at == kEdge);
  CHECK(asked[1].now.value() == 2.0);
  CHECK(asked[1].subtasks == 2);
  CHECK(asked[1].first_data == 0.0);
  CHECK(asked[2].now.value() == 3.0);
  CHECK(asked[2].first_data == 3e6);
  CHECK(seen.records.at(0).latency().value() == 4.0);
  CHECK(seen.records.at(0).decided.value() == 0.0);
}

TEST_CASE("A later decision may move what is left", "[sim][moving]") {
  // First everything to the edge; then what is left back to the device: 2 MB at 1 MB/s, 1e9 there.
  Scenario scenario;
  scenario.decision.when = DecisionMoment::subtask;
  const std::vector<RecordedTask> tasks{moving_task(0, {2e9, 1e9}, {1e6, 2e6, 5e6})};
  FunctionPolicy policy([](const DecisionRequest& request) {
    return Placement(request.task.size(), request.at == kDevice ? kEdge : kDevice);
  });
  const Collector seen = run_on_toy(scenario, &tasks, policy);
  CHECK(seen.records.at(0).placement == Placement{kEdge, kDevice});
  CHECK(seen.records.at(0).latency().value() == 1.0 + 1.0 + 2.0 + 1.0);
}

TEST_CASE("Requests and answers travel between where the task is and where it is decided on",
          "[sim][moving]") {
  // Decisions on the device. First: nothing to send. Second: the task is on the edge; the request
  // of 2 MB goes down (2 s), the decision costs 1e9 at 1 GHz (1 s), the answer of 1 MB up (1 s).
  Scenario scenario;
  scenario.decision.when = DecisionMoment::subtask;
  scenario.decision.request = Bytes{2e6};
  scenario.decision.answer = Bytes{1e6};
  scenario.decision.cost = CyclesDecisionCost{Cycles{1e9}};
  const std::vector<RecordedTask> tasks{moving_task(0, {2e9, 2e9}, {1e6, 0.0, 0.0})};
  auto policy = all_on(kEdge);
  const Collector seen = run_on_toy(scenario, &tasks, policy);
  const TaskRecord& record = seen.records.at(0);
  CHECK(record.decision.value() == 1.0 + 2.0 + 1.0 + 1.0);
  CHECK(record.exec.value() == 2.0);
  CHECK(record.transfer.value() == 1.0);
  CHECK(record.finish.value() == 8.0);
}

TEST_CASE("Policies see measurements, as old as they are", "[sim][moving]") {
  // Probes at 0, 2, 4, ... s, known half a second later. At 5 s the last one known is that of 4 s.
  Scenario scenario;
  scenario.network.b1 =
      recorded_rate({0.0, 1.0, 2.0, 3.0, 4.0, 5.0}, {1e6, 2e6, 3e6, 4e6, 5e6, 6e6});
  scenario.observation.period = Seconds{2.0};
  scenario.observation.age = Seconds{0.5};
  scenario.observation.window = 3;
  scenario.workload.arrivals = FileArrivals{};
  const std::vector<RecordedTask> tasks{moving_task(0, {0.0}, {0.0, 0.0}, 4.4),
                                        moving_task(1, {0.0}, {0.0, 0.0}, 5.0)};
  std::vector<Asked> asked;
  auto policy = remember(asked, kDevice);
  run_on_toy(scenario, &tasks, policy);
  REQUIRE(asked.size() == 2);
  CHECK(asked[0].history == std::vector<double>{3e6, 1e6, 1e6});  // 2 s, 0 s, and before
  CHECK(asked[0].b1 == 3e6);
  CHECK(asked[1].history == std::vector<double>{5e6, 3e6, 1e6});
  CHECK(asked[1].future == 0);  // not for them
}

TEST_CASE("Only policies with hindsight are given the future", "[sim][moving]") {
  Scenario scenario;
  scenario.network.b1 = recorded_rate({0.0, 1.0}, {1e6, 2e6});
  const std::vector<RecordedTask> tasks{moving_task(0, {1e9}, {1e6, 1e6})};
  std::vector<Asked> asked;
  auto policy = remember(asked, kDevice);
  ToyEngine engine;
  Collector collector;
  PolicyAbilities seer;
  seer.hindsight = true;
  run_on(engine, scenario, &tasks, policy, collector, kNoStop, 0, seer);
  CHECK(asked.at(0).future == 4);
}

TEST_CASE("Queues are seen as what a newcomer would wait", "[sim][moving][backlog]") {
  // Devices 0 and 1 send everything to the edge's one core (2 GHz): 8e9 (4 s) and 4e9 (2 s), both
  // uploads take 1 s. Device 2 asks at 3 s: 2 s are left of the first, 2 s wait.
  Scenario scenario;
  scenario.workload.arrivals = FileArrivals{};
  scenario.observation.backlog = ObservationModel::Backlog::all;
  std::vector<RecordedTask> tasks{moving_task(0, {8e9}, {1e6, 0.0}),
                                  moving_task(1, {4e9}, {1e6, 0.0}),
                                  moving_task(2, {1e9}, {1e6, 0.0}, 3.0)};
  tasks[1].device = 1;
  tasks[2].device = 2;
  std::vector<Asked> asked;
  auto policy = remember(asked, kEdge);

  SECTION("all of them, as they are") {
    run_on_toy(scenario, &tasks, policy);
    CHECK(asked.at(2).site_wait == std::vector<double>{0.0, 4.0, 0.0});
    CHECK(asked.at(2).link_wait == std::vector<double>{0.0, 0.0, 0.0, 0.0});
  }
  SECTION("only what is the device's own") {
    scenario.observation.backlog = ObservationModel::Backlog::own;
    run_on_toy(scenario, &tasks, policy);
    CHECK(asked.at(2).site_wait == std::vector<double>{0.0, 0.0, 0.0});
  }
  SECTION("as last published: at 2 s, 3 + 2 s were left") {
    scenario.observation.backlog_period = Seconds{2.0};
    run_on_toy(scenario, &tasks, policy);
    CHECK(asked.at(2).site_wait == std::vector<double>{0.0, 5.0, 0.0});
  }
  SECTION("not at all by default") {
    scenario.observation.backlog = ObservationModel::Backlog::none;
    run_on_toy(scenario, &tasks, policy);
    CHECK(asked.at(2).site_wait.empty());
  }
  SECTION("of a shared access point, too: at 0.5 s, half of one upload and another") {
    scenario.network.access.shared = true;
    tasks[2].release = Seconds{0.5};
    run_on_toy(scenario, &tasks, policy);
    CHECK(asked.at(2).link_wait == std::vector<double>{1.5, 0.0, 0.0, 0.0});
  }
}

TEST_CASE("A transfer that never ends is named, and all else is run to its end",
          "[sim][moving][stuck]") {
  Scenario scenario;
  scenario.network.b1 = recorded_rate({0.0, 2.0}, {1e6, 0.0});
  scenario.workload.arrivals = FileArrivals{};
  const std::vector<RecordedTask> tasks{moving_task(0, {0.0}, {1e6, 0.0}),
                                        moving_task(1, {0.0}, {3e6, 0.0}, 1.0),
                                        moving_task(2, {5e9}, {0.0, 0.0}, 1.0)};
  FunctionPolicy policy([](const DecisionRequest& request) {
    return Placement(1, request.task.work[0].value() > 0.0 ? kDevice : kEdge);
  });
  ToyEngine engine;
  Collector collector;
  try {
    run_on(engine, scenario, &tasks, policy, collector);
    FAIL("the run ended as if nothing were wrong");
  } catch (const StuckError& error) {
    CHECK(std::string(error.what()) ==
          "transfers never end, because the bandwidth stays at zero for ever: task 1 on b1-up-0 "
          "since 2 s; 1 of 3 released tasks hang, those that wait behind them included");
  }
  CHECK(collector.of(0).finish.value() == 1.0);
  CHECK(collector.of(2).finish.value() == 6.0);
}

TEST_CASE("A run ends at its date and counts what is in flight", "[sim][moving]") {
  Scenario scenario;
  scenario.workload.until = Seconds{2.5};
  scenario.workload.arrivals = FileArrivals{};
  const std::vector<RecordedTask> tasks{
      moving_task(0, {1e9}, {0.0, 0.0}), moving_task(1, {1e9}, {0.0, 0.0}),
      moving_task(2, {1e9}, {0.0, 0.0}), moving_task(3, {1e9}, {0.0, 0.0}, 3.0)};
  auto policy = all_on(kDevice);
  ToyEngine engine;
  Collector collector;
  const RunCounts counts = run_on(engine, scenario, &tasks, policy, collector);
  CHECK(counts.released == 3);
  CHECK(counts.completed == 2);
  CHECK(counts.in_flight == 1);
  CHECK(counts.ended);
}

TEST_CASE("Loads are arrivals times service over capacity", "[sim][load]") {
  // 4 devices x 0.5 /s: 2 tasks a second of 2 x 1e9 cycles, 1 MB each way.
  Scenario scenario;
  scenario.task = {Constant{2}, Constant{1e9}, Constant{1e6}};
  scenario.network.devices = 4;
  scenario.network.device_speed = Constant{2e9};
  scenario.network.edge_speed = Constant{1e9};
  scenario.network.edge_cores = 2;
  scenario.network.b1 = Distribution{Constant{4e6}};
  scenario.network.b2 = Distribution{Constant{1e6}};
  scenario.workload.arrivals = PoissonArrivals{PerSecond{0.5}};
  const auto loads = [&scenario](SiteIndex role) {
    std::map<std::string, double> by_name;
    const Network network = build_network(scenario.network, 4);
    for (const ResourceLoad& load : offered_loads(scenario, network, nullptr, role)) {
      by_name[load.resource] = load.utilisation;
    }
    return by_name;
  };
  CHECK(loads(kDevice) == std::map<std::string, double>{{"the CPU of a device", 0.5}});
  auto edge = loads(kEdge);
  CHECK(edge["edge"] == Approx(2.0));  // 4e9 cycles a second on 2e9
  CHECK(edge["b1-up of a device"] == Approx(0.125));
  CHECK(edge.count("b2-up") == 0);
  auto cloud = loads(kCloud);
  CHECK(cloud["b2-up"] == Approx(2.0));
  CHECK(cloud.count("cloud") == 0);  // no limit to its cores
  scenario.network.access.shared = true;
  CHECK(loads(kEdge)["b1-up"] == Approx(0.5));
  scenario.workload.arrivals = ClosedLoop{};
  CHECK(loads(kEdge).empty());
}
