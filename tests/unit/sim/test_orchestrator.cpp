#include "core/cost.hpp"
#include "core/solvers.hpp"
#include "sim/orchestrator.hpp"
#include "tests/catch.hpp"
#include "tests/unit/sim/support.hpp"

using namespace mec;
using namespace mec::test;

TEST_CASE("A task's life is the sum of its transfers and subtasks", "[sim][orchestrator]") {
  // Subtask 0 on the device: 2e9 / 1 GHz = 2 s. Flow 1 to the edge: 2 MB / 1 MB/s = 2 s. Subtask 1
  // there: 4e9 / 2 GHz = 2 s. Output back: 3 MB / 1 MB/s = 3 s. The input stays on the device.
  const std::vector<RecordedTask> tasks{task_of(7, {2e9, 4e9}, {1e6, 2e6, 3e6})};
  auto policy = always({kDevice, kEdge});
  const Collector seen = run_on_toy(Scenario{}, &tasks, policy);
  REQUIRE(seen.records.size() == 1);
  const TaskRecord& record = seen.records[0];
  CHECK(record.task == 7);
  CHECK(record.finish.value() == 9.0);
  CHECK(record.exec.value() == 4.0);
  CHECK(record.transfer.value() == 5.0);
  CHECK(record.wait.value() == 0.0);
  CHECK(record.decision.value() == 0.0);
  CHECK(record.estimated_latency.value() == 9.0);
  CHECK(record.placement == Placement{kDevice, kEdge});
  // Optimum: all local, 2 + 4 s; all edge needs 1 + 1 + 2 + 3 = 7 s.
  CHECK(record.optimal_latency.value() == 6.0);
}

TEST_CASE("Device to cloud is stored and forwarded by the edge", "[sim][orchestrator]") {
  // Up: 2 MB at 1 MB/s, then at 2 MB/s: 2 + 1 s. The cloud computes in no time. Down: 4 MB: 2 + 4
  // s.
  const std::vector<RecordedTask> tasks{task_of(0, {5e9}, {2e6, 4e6})};
  auto policy = all_on(kCloud);
  const Collector seen = run_on_toy(Scenario{}, &tasks, policy);
  CHECK(seen.records.at(0).finish.value() == 9.0);
  CHECK(seen.records.at(0).exec.value() == 0.0);
}

TEST_CASE("Two devices queue for one edge core in the order in which they arrive",
          "[sim][orchestrator]") {
  // Both uploads take 1 s and 2 s on links of their own. Task 0 holds the core over [1, 4], task 1
  // arrives at 2, waits 2 s and holds it over [4, 6].
  std::vector<RecordedTask> tasks{task_of(0, {6e9}, {1e6, 0}), task_of(1, {4e9}, {2e6, 0})};
  tasks[1].device = 1;
  Scenario scenario;
  auto policy = all_on(kEdge);
  const Collector seen = run_on_toy(scenario, &tasks, policy);
  CHECK(seen.of(0).finish.value() == 4.0);
  CHECK(seen.of(0).wait.value() == 0.0);
  CHECK(seen.of(1).finish.value() == 6.0);
  CHECK(seen.of(1).wait.value() == 2.0);

  SECTION("and do not, when it has two") {
    scenario.network.edge_cores = 2;
    const Collector both = run_on_toy(scenario, &tasks, policy);
    CHECK(both.of(1).finish.value() == 4.0);
    CHECK(both.of(1).wait.value() == 0.0);
  }
}

TEST_CASE("The backhaul is shared, and so is a cloud of one core", "[sim][orchestrator]") {
  // Uploads end at 1 s on both devices. The backhaul carries task 0 over [1, 1.5], task 1 over
  // [1.5, 2].
  std::vector<RecordedTask> tasks{task_of(0, {3e9}, {1e6, 0}), task_of(1, {3e9}, {1e6, 0})};
  tasks[1].device = 1;
  Scenario scenario;
  scenario.network.cloud_speed = Constant{3e9};  // 1 s of computing
  auto policy = all_on(kCloud);
  SECTION("unlimited cores: no waiting in the cloud") {
    const Collector seen = run_on_toy(scenario, &tasks, policy);
    CHECK(seen.of(0).finish.value() == 2.5);
    CHECK(seen.of(1).finish.value() == 3.0);
    CHECK(seen.of(1).wait.value() == 0.5);
  }
  SECTION("one core: task 1 waits for it from 2 s to 2.5 s") {
    scenario.network.cloud_cores = 1;
    const Collector seen = run_on_toy(scenario, &tasks, policy);
    CHECK(seen.of(1).finish.value() == 3.5);
    CHECK(seen.of(1).wait.value() == 1.0);
  }
}

TEST_CASE("A decision's request, computing and answer are charged to latency",
          "[sim][orchestrator][decision]") {
  // Request 1 MB up: 1 s. 4e9 cycles at the edge's 2 GHz: 2 s. Answer 3 MB: 3 s. Then 2e9 cycles on
  // the device: 2 s.
  const std::vector<RecordedTask> tasks{task_of(0, {2e9}, {1e6, 1e6})};
  Scenario scenario;
  scenario.decision.cost = CyclesDecisionCost{Cycles{4e9}};
  scenario.decision.site = kEdge;
  scenario.decision.request = Bytes{1e6};
  scenario.decision.answer = Bytes{3e6};
  auto policy = all_on(kDevice);
  const TaskRecord record = run_on_toy(scenario, &tasks, policy).records.at(0);
  CHECK(record.decided.value() == 6.0);
  CHECK(record.decision.value() == 6.0);
  CHECK(record.finish.value() == 8.0);
  CHECK(record.exec.value() == 2.0);
  CHECK(record.transfer.value() == 0.0);
  CHECK(record.estimated_latency.value() == 2.0);
}

TEST_CASE("A decision on the device waits for the device's CPU", "[sim][orchestrator][decision]") {
  // Open arrivals at 0 and 0.5 s on one device. Each decision takes 1 s, each subtask 2 s. First
  // come, first served: decide 0 [0, 1], decide 1 (asked at 0.5) [1, 2], run 0 (ready at 1) [2, 4],
  // run 1 [4, 6].
  std::vector<RecordedTask> tasks{task_of(0, {2e9}, {0, 0}), task_of(1, {2e9}, {0, 0})};
  tasks[1].release = Seconds{0.5};
  Scenario scenario;
  scenario.workload.arrivals = FileArrivals{};
  scenario.decision.cost = CyclesDecisionCost{Cycles{1e9}};
  auto policy = all_on(kDevice);
  const Collector seen = run_on_toy(scenario, &tasks, policy);
  CHECK(seen.of(0).finish.value() == 4.0);
  CHECK(seen.of(0).wait.value() == 1.0);
  CHECK(seen.of(1).release.value() == 0.5);
  CHECK(seen.of(1).decision.value() == 1.5);
  CHECK(seen.of(1).wait.value() == 2.0);
  CHECK(seen.of(1).finish.value() == 6.0);
}

TEST_CASE("A measured decision costs what the policy took", "[sim][orchestrator][decision]") {
  const std::vector<RecordedTask> tasks{task_of(0, {1e9}, {0, 0})};
  Scenario scenario;
  scenario.decision.cost = MeasuredDecisionCost{};
  auto policy = all_on(kDevice);
  const TaskRecord record = run_on_toy(scenario, &tasks, policy).records.at(0);
  CHECK(record.decision_ns > 0);
  CHECK(record.decision.value() ==
        Approx(1e-9 * static_cast<double>(record.decision_ns)).epsilon(1e-12));
  CHECK(record.latency().value() == Approx(1.0 + record.decision.value()).epsilon(1e-12));
}

TEST_CASE("A closed loop releases the next task when the last has finished, not before its time",
          "[sim][orchestrator]") {
  std::vector<RecordedTask> tasks{task_of(0, {2e9}, {0, 0}), task_of(1, {1e9}, {0, 0}),
                                  task_of(2, {1e9}, {0, 0})};
  tasks[2].release = Seconds{10.0};
  auto policy = all_on(kDevice);
  const Collector seen = run_on_toy(Scenario{}, &tasks, policy);
  CHECK(seen.of(1).release.value() == 2.0);
  CHECK(seen.of(1).finish.value() == 3.0);
  CHECK(seen.of(2).release.value() == 10.0);
  CHECK(seen.of(2).finish.value() == 11.0);
}

TEST_CASE("Flows and subtasks of size zero take no time and join no queue", "[sim][orchestrator]") {
  // Task 0 keeps the edge busy over [0, 5]; task 1 has an empty subtask there and passes it by.
  std::vector<RecordedTask> tasks{task_of(0, {10e9}, {0, 0}), task_of(1, {0}, {0, 0})};
  tasks[1].device = 1;
  auto policy = all_on(kEdge);
  const Collector seen = run_on_toy(Scenario{}, &tasks, policy);
  CHECK(seen.of(1).latency().value() == 0.0);
  CHECK(seen.of(1).optimal_latency.value() == 0.0);
}

TEST_CASE("A hundred thousand tasks that take no time do not overflow the stack",
          "[sim][orchestrator]") {
  std::vector<RecordedTask> tasks(100'000, task_of(0, {0}, {0, 0}));
  auto policy = all_on(kDevice);
  CHECK(run_on_toy(Scenario{}, &tasks, policy).records.size() == tasks.size());
}

TEST_CASE("Energy is that of the time spent computing, sending, receiving and idling",
          "[sim][orchestrator][energy]") {
  // Edge placement: send 1 s, edge 3 s, receive 2 s. 1.3 W + 0.3 W x 3 + 1.3 W x 2 + edge 10 W x 3
  // s.
  std::vector<RecordedTask> tasks{task_of(0, {6e9}, {1e6, 2e6})};
  Scenario scenario;
  scenario.energy.busy = {Watts{10.0}};
  auto edge = all_on(kEdge);
  CHECK(run_on_toy(scenario, &tasks, edge).records.at(0).energy.value() ==
        Approx(1.3 + 0.9 + 2.6 + 30.0).epsilon(1e-12));
  // Device: kappa f^2 C = 1e-28 x 1e18 x 6e9 = 0.6 J.
  auto local = all_on(kDevice);
  CHECK(run_on_toy(scenario, &tasks, local).records.at(0).energy.value() ==
        Approx(0.6).epsilon(1e-12));
  // Waiting idles: a second task, released at once on another device, waits 3 s at the edge for the
  // first.
  tasks.push_back(task_of(1, {6e9}, {1e6, 2e6}));
  tasks[1].device = 1;
  CHECK(run_on_toy(scenario, &tasks, edge).of(1).energy.value() ==
        Approx(1.3 + 0.9 + 2.6 + 30.0 + 0.9).epsilon(1e-12));
}

TEST_CASE("Alone on the network, simulated energy is the estimate that solvers minimise",
          "[sim][orchestrator][energy]") {
  Scenario scenario = paper_scenario(500);
  scenario.energy.busy = {Watts{20.0}, Watts{50.0}};
  scenario.network.cloud_speed = Constant{20e9};
  std::vector<double> estimates;
  FunctionPolicy policy([&](const DecisionRequest& request) {
    const SiteCosts joules = energy_costs(request.state, three_tier_topology(), scenario.energy);
    const Solution best = solve_dp(joules, request.task);
    estimates.push_back(best.cost);
    return best.placement;
  });
  const Collector seen = run_on_toy(scenario, nullptr, policy);
  REQUIRE(seen.records.size() == 500);
  for (std::size_t i = 0; i < estimates.size(); ++i) {
    CHECK(seen.records[i].energy.value() == Approx(estimates[i]).epsilon(1e-8));
  }
}

TEST_CASE("The policy sees the costs of the scenario's objective", "[sim][orchestrator]") {
  const std::vector<RecordedTask> tasks{task_of(0, {1e9}, {1e6, 1e6})};
  Scenario scenario;
  scenario.objective = {0.5, 2.0};
  double per_cycle = 0.0;
  double per_byte = 0.0;
  FunctionPolicy policy([&](const DecisionRequest& request) {
    per_cycle = request.costs.per_cycle(kDevice);
    per_byte = request.costs.per_byte(kDevice, kEdge);
    return Placement(1, kDevice);
  });
  run_on_toy(scenario, &tasks, policy);
  CHECK(per_cycle == Approx(0.5 * 1e-9 + 2.0 * 1e-10));      // 1/p1 and kappa p1^2
  CHECK(per_byte == Approx(0.5 * 1e-6 + 2.0 * 1.3 * 1e-6));  // 1/b1 and 1.3 W / b1
}

TEST_CASE("What a policy throws ends the run and reaches the caller", "[sim][orchestrator]") {
  const std::vector<RecordedTask> tasks{task_of(0, {1e9}, {0, 0}), task_of(1, {1e9}, {0, 0})};
  FunctionPolicy throws([](const DecisionRequest&) -> Placement { throw PolicyError("no"); });
  CHECK_THROWS_AS(run_on_toy(Scenario{}, &tasks, throws), PolicyError);
  auto too_short = always({});
  CHECK_THROWS_WITH(run_on_toy(Scenario{}, &tasks, too_short),
                    "a placement of 0 subtasks for a task of 1");
  auto off_the_map = always({3});
  CHECK_THROWS_WITH(run_on_toy(Scenario{}, &tasks, off_the_map),
                    "subtask 0 is placed on site 3 of 3");
}

TEST_CASE("A stopped run accounts for every task it released", "[sim][orchestrator]") {
  std::atomic<bool> stop{false};
  std::uint64_t decisions = 0;
  FunctionPolicy policy([&](const DecisionRequest& request) {
    stop = ++decisions == 5;
    return Placement(request.task.size(), kDevice);
  });
  ToyEngine engine;
  Collector seen;
  const RunCounts counts = run_on(engine, paper_scenario(100), nullptr, policy, seen, stop);
  CHECK(counts.released == 5);
  CHECK(counts.completed == 4);
  CHECK(counts.in_flight == 1);
  CHECK(seen.records.size() == 4);
}

TEST_CASE("The parts of a latency add up to what the clock says", "[sim][orchestrator]") {
  Scenario scenario = paper_scenario(2000);
  scenario.network.devices = 8;
  scenario.workload.arrivals = PoissonArrivals{PerSecond{0.02}};
  scenario.decision = {CyclesDecisionCost{Cycles{1e8}}, kEdge, Bytes{1e4}, Bytes{1e3}};
  auto policy = always({0, 1, 1, 2, 2, 0});
  const Collector seen = run_on_toy(scenario, nullptr, policy);
  REQUIRE(seen.records.size() == 2000);
  double waited = 0.0;
  for (const TaskRecord& r : seen.records) {
    const Seconds by_clock = r.finish - r.release;
    CHECK(r.latency().value() == Approx(by_clock.value()).epsilon(1e-9));
    CHECK(r.decision.value() == Approx((r.decided - r.release).value()).epsilon(1e-9));
    waited += r.wait.value();
  }
  CHECK(waited > 0.0);
}
