// Simulations on SimGrid against theory: the analytic model, Lindley's recursion, and an engine
// that shares no code with it. What the engine itself promises is in test_engines.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/cost.hpp"
#include "tests/catch.hpp"
#include "tests/unit/sim/support.hpp"

using namespace mec;
using namespace mec::test;

namespace {

double relative(double value, double expected) {
  return expected == 0.0 ? std::fabs(value) : std::fabs(value - expected) / std::fabs(expected);
}

}  // namespace

TEST_CASE("A second SimGrid engine in one process is refused", "[sim][simgrid]") {
  Collector collector;
  const auto twice = [](Observer&, const std::atomic<bool>&) {
    const auto first = make_simgrid_engine();
    const auto second = make_simgrid_engine();
    return RunCounts{};
  };
  CHECK_THROWS_WITH(run_isolated(twice, collector, kNoStop), "SimGrid allows one engine a process");
}

TEST_CASE("Simulated equals analytic on 100,000 random tasks", "[sim][simgrid][analytic]") {
  // Random placements of 1 to 12 subtasks, cloud of finite speed.
  Scenario scenario = paper_scenario(5000);
  scenario.task.subtasks = Uniform{0.5, 12.5};
  scenario.network.cloud_speed = LogNormal{20e9, 1.0};
  double worst = 0.0;
  std::uint64_t checked = 0;
  for (std::uint64_t replication = 0; replication < 20; ++replication) {
    RandomEngine random = RandomStreams(5, replication).stream("placements");
    FunctionPolicy policy([&random](const DecisionRequest& request) {
      Placement placement(request.task.size());
      for (SiteIndex& site : placement) {
        site = static_cast<SiteIndex>(random() % 3);
      }
      return placement;
    });
    const Collector seen = run_on_simgrid(scenario, nullptr, policy, replication);
    // The analytic side sees the workload anew, not what the run says of it.
    const RandomStreams streams(scenario.seed, replication);
    const auto source = make_generated_source(scenario, streams);
    WorkItem item;
    for (const TaskRecord& record : seen.records) {
      REQUIRE(source->next_of(0, item));
      REQUIRE(item.task == record.task);
      const auto expected = estimate_latency(SystemState(three_tier(item.state)), item.chain.view(),
                                             view(record.placement));
      worst = std::max(worst, relative(record.latency().value(), expected.total().value()));
      worst = std::max(worst, relative(record.estimated_latency.value(), expected.total().value()));
      // And SimGrid's clock says the same, as far as it resolves.
      const Seconds by_clock = record.finish - record.release;
      const double resolution =
          100.0 * std::numeric_limits<double>::epsilon() * record.finish.value();
      REQUIRE(std::fabs(by_clock.value() - record.latency().value()) <= resolution);
      ++checked;
    }
  }
  CHECK(checked == 100'000);
  CHECK(worst < 1e-9);
}

TEST_CASE("Waits at a shared edge server follow Lindley's recursion", "[sim][simgrid][queueing]") {
  // Tasks of one subtask, all on the edge, no data: a G/G/1 queue fed by 10 Poisson devices. In
  // order of arrival,
  //   W_{k+1} = max(0, W_k + S_k - (A_{k+1} - A_k))      (Lindley 1952).
  Scenario scenario;
  scenario.workload.tasks = 20'000;
  scenario.network.devices = 10;
  scenario.redraw = StateRedraw::fixed;
  scenario.network.edge_speed = Constant{2e9};
  scenario.task = {Constant{1}, LogNormal{1e9, 1.0}, Constant{0}};
  scenario.workload.arrivals =
      PoissonArrivals{PerSecond{0.1}};  // load 10 x 0.1 x 0.5 x e^0.5 = 0.82
  auto policy = all_on(kEdge);
  Collector seen = run_on_simgrid(scenario, nullptr, policy);
  const RandomStreams streams(scenario.seed, 0);
  const auto source = make_generated_source(scenario, streams);
  WorkItem item;
  double wait = 0.0;
  double service = 0.0;
  double arrival = 0.0;
  double total = 0.0;
  double worst = 0.0;
  REQUIRE(seen.records.size() == 20'000);
  for (const TaskRecord& record : seen.records) {  // FIFO: finished in order of arrival
    REQUIRE(source->next(item));
    REQUIRE(item.task == record.task);
    wait = std::max(0.0, wait + service - (item.release.value() - arrival));
    arrival = item.release.value();
    service = item.chain.work[0].value() / 2e9;
    worst = std::max(worst, std::fabs(record.wait.value() - wait));
    total += wait;
  }
  CHECK(total > 1000.0);
  CHECK(worst < 1e-8);  // 1e-9 of a typical sum of service times since the server was last idle
}

TEST_CASE("Uploads in tandem with a shared edge follow the two recursions",
          "[sim][simgrid][queueing]") {
  // Device d's uplink: departures U_k = max(A_k, U_{k-1}) + d_0 / b1. The edge serves in the order
  // of these: departures D_k = max(U_k, D_{k-1}) + work / p2.
  Scenario scenario;
  scenario.workload.tasks = 10'000;
  scenario.network.devices = 5;
  scenario.redraw = StateRedraw::fixed;
  scenario.network.edge_speed = Constant{2e9};
  scenario.network.b1 = Uniform{1e6, 2e6};
  scenario.task = {Constant{1}, Exponential{1e9}, Exponential{1e6}};
  scenario.workload.arrivals = PoissonArrivals{PerSecond{0.3}};
  auto policy = all_on(kEdge);
  const Collector seen = run_on_simgrid(scenario, nullptr, policy);
  const RandomStreams streams(scenario.seed, 0);
  const auto source = make_generated_source(scenario, streams);
  struct Job {
    double uploaded;
    double service;
    std::uint64_t task;
  };
  std::vector<Job> jobs;
  std::vector<double> uplink(5, 0.0);
  WorkItem item;
  std::map<std::uint64_t, double> edge_done;
  std::map<std::uint64_t, double> downlink;
  while (source->next(item)) {
    double& free_at = uplink[item.device];
    free_at = std::max(free_at, item.release.value()) +
              item.chain.data[0].value() / three_tier(item.state).b1.value();
    jobs.push_back({free_at, item.chain.work[0].value() / 2e9, item.task});
    downlink[item.task] = item.chain.data[1].value() / three_tier(item.state).b1.value();
  }
  std::sort(jobs.begin(), jobs.end(),
            [](const Job& a, const Job& b) { return a.uploaded < b.uploaded; });
  double done = 0.0;
  std::vector<double> back(5, 0.0);
  double worst = 0.0;
  for (const Job& job : jobs) {
    done = std::max(done, job.uploaded) + job.service;
    const TaskRecord& record =
        seen.records.at(0).task == job.task ? seen.records[0] : seen.of(job.task);
    double& free_at = back[record.device];
    free_at = std::max(free_at, done) + downlink[job.task];
    worst = std::max(worst, relative(record.finish.value(), free_at));
  }
  CHECK(worst < 1e-11);
}

TEST_CASE("Where everything happens at once, both engines keep the same order", "[sim][simgrid]") {
  // Sixteen devices in a closed loop, all tasks and links alike and in round numbers: dozens of
  // services end together at every date, and who enters the edge's queue first is a matter of the
  // rule in engine.hpp alone.
  Scenario scenario;
  scenario.workload.tasks = 800;
  scenario.network.devices = 16;
  scenario.network.edge_speed = Constant{2e9};
  scenario.network.edge_cores = 3;
  scenario.task = {Constant{2}, Constant{1e9}, Constant{1e6}};
  auto policy = always({kDevice, kEdge});
  const Collector on_simgrid = run_on_simgrid(scenario, nullptr, policy);
  const Collector on_toy = run_on_toy(scenario, nullptr, policy);
  REQUIRE(on_simgrid.records.size() == 800);
  REQUIRE(on_toy.records.size() == 800);
  for (std::size_t i = 0; i < on_toy.records.size(); ++i) {
    CAPTURE(i);
    REQUIRE(on_simgrid.records[i].task == on_toy.records[i].task);
    REQUIRE(on_simgrid.records[i].finish.value() == on_toy.records[i].finish.value());
  }
}

TEST_CASE("SimGrid and the toy engine agree on a fleet, task by task", "[sim][simgrid]") {
  Scenario scenario = paper_scenario(1500);
  scenario.network.devices = 12;
  scenario.network.edge_cores = 2;
  scenario.network.cloud_speed = Constant{10e9};
  scenario.network.cloud_cores = 3;
  scenario.decision = {CyclesDecisionCost{Cycles{2e8}}, kEdge, Bytes{2e4}, Bytes{500}};
  SECTION("open arrivals") { scenario.workload.arrivals = PoissonArrivals{PerSecond{0.01}}; }
  SECTION("periodic arrivals") { scenario.workload.arrivals = PeriodicArrivals{Seconds{40}}; }
  SECTION("closed loop") {}
  auto policy = always({0, 1, 2, 2, 1, 0});
  const Collector on_simgrid = run_on_simgrid(scenario, nullptr, policy);
  const Collector on_toy = run_on_toy(scenario, nullptr, policy);
  REQUIRE(on_simgrid.records.size() == 1500);
  REQUIRE(on_toy.records.size() == 1500);
  double worst = 0.0;
  for (const TaskRecord& record : on_simgrid.records) {
    const TaskRecord& other = on_toy.of(record.task);
    worst = std::max(worst, relative(record.finish.value(), other.finish.value()));
    worst = std::max(worst, relative(record.wait.value() + 1.0, other.wait.value() + 1.0));
  }
  CHECK(worst < 1e-9);
}
