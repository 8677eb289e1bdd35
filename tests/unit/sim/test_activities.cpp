// What the orchestrator reports of the tasks that it is asked to follow.
#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include "sim/event_engine.hpp"
#include "tests/catch.hpp"
#include "tests/support/random_scenarios.hpp"
#include "tests/unit/sim/support.hpp"

using namespace mec;
using namespace mec::test;

namespace {

using Kind = ActivityKind;

class Follower final : public Observer {
 public:
  void activity(const ActivityRecord& record) override { activities.push_back(record); }
  void task_finished(const TaskRecord& record) override { tasks.push_back(record); }

  std::vector<ActivityRecord> activities;
  std::vector<TaskRecord> tasks;

  [[nodiscard]] std::vector<ActivityRecord> of(std::uint64_t task) const {
    std::vector<ActivityRecord> own;
    std::copy_if(activities.begin(), activities.end(), std::back_inserter(own),
                 [task](const ActivityRecord& record) { return record.task == task; });
    return own;
  }
};

Follower follow(const Scenario& scenario, const std::vector<RecordedTask>* tasks, Policy& policy,
                std::uint64_t followed) {
  const RandomStreams streams(scenario.seed, 0);
  const auto source = tasks == nullptr ? make_generated_source(scenario, streams)
                                       : make_recorded_source(scenario, streams, *tasks);
  const Network network = build_network(scenario.network, source->devices());
  ChannelPaths paths(network, streams);
  const auto engine = make_event_engine();
  Follower follower;
  Orchestrator({scenario, network, *source, paths, streams, policy, {}, followed}, *engine,
               follower)
      .run(kNoStop);
  return follower;
}

// Kind, whether part of a decision, site or link, subtask, begin, end; amounts and placements
// apart.
struct Row {
  Kind kind;
  bool deciding;
  bool on_link;
  std::uint32_t where;
  std::uint32_t subtask;
  double begin;
  double end;

  friend bool operator==(const Row&, const Row&) = default;
};

std::vector<Row> rows_of(const std::vector<ActivityRecord>& records) {
  std::vector<Row> rows;
  for (const ActivityRecord& r : records) {
    rows.push_back(
        {r.kind, r.deciding, r.on_link, r.where, r.subtask, r.begin.value(), r.end.value()});
  }
  return rows;
}

}  // namespace

TEST_CASE("A task that is followed reports each of its services with its dates",
          "[sim][activities]") {
  // Subtask 0 on the device: 2e9 / 1 GHz = 2 s. Data 1 to the edge: 2 MB at 1 MB/s = 2 s. Subtask 1
  // there: 4e9 / 2 GHz = 2 s. Data 2 back: 3 s. Data 0 stays where it is, and deciding is free.
  const std::vector<RecordedTask> tasks{task_of(7, {2e9, 4e9}, {1e6, 2e6, 3e6})};
  auto policy = always({kDevice, kEdge});
  const Follower seen = follow(Scenario{}, &tasks, policy, 1);
  CHECK(rows_of(seen.activities) ==
        std::vector<Row>{{Kind::decide, true, false, kDevice, 0, 0.0, 0.0},
                         {Kind::compute, false, false, kDevice, 0, 0.0, 2.0},
                         {Kind::transfer, false, true, kUplink, 1, 2.0, 4.0},
                         {Kind::compute, false, false, kEdge, 1, 4.0, 6.0},
                         {Kind::transfer, false, true, kDownlink, 2, 6.0, 9.0}});
  REQUIRE(seen.activities.size() == 5);
  CHECK(seen.activities[0].placement == Placement{kDevice, kEdge});
  CHECK(seen.activities[1].amount == 2e9);
  CHECK(seen.activities[2].amount == 2e6);
  CHECK(seen.activities[2].placement.empty());
  CHECK(seen.activities[4].task == 7);
}

TEST_CASE("Waits are activities of their own, before the service that is waited for",
          "[sim][activities]") {
  // Uploads take 1 s and 2 s. Task 0 holds the edge's core over [1, 4]; task 1 comes at 2, waits
  // 2 s and holds it over [4, 6].
  std::vector<RecordedTask> tasks{task_of(0, {6e9}, {1e6, 0}), task_of(1, {4e9}, {2e6, 0})};
  tasks[1].device = 1;
  auto policy = all_on(kEdge);
  const Follower seen = follow(Scenario{}, &tasks, policy, 2);
  CHECK(rows_of(seen.of(1)) == std::vector<Row>{{Kind::decide, true, false, kDevice, 0, 0.0, 0.0},
                                                {Kind::transfer, false, true, kUplink, 0, 0.0, 2.0},
                                                {Kind::wait, false, false, kEdge, 0, 2.0, 4.0},
                                                {Kind::compute, false, false, kEdge, 0, 4.0, 6.0}});
  CHECK(seen.of(0).size() == 3);
  CHECK(std::is_sorted(
      seen.activities.begin(), seen.activities.end(),
      [](const ActivityRecord& a, const ActivityRecord& b) { return a.end < b.end; }));
}

TEST_CASE("A decision's messages, computation and waits are marked as its own",
          "[sim][activities][decision]") {
  // Tasks of two devices at 0 s. Request 1 MB up: 1 s. 4e9 cycles at the edge's 2 GHz: 2 s, one
  // after the other. Answer 3 MB: 3 s. Then 2e9 cycles on the device: 2 s.
  std::vector<RecordedTask> tasks{task_of(0, {2e9}, {0, 0}), task_of(1, {2e9}, {0, 0})};
  tasks[1].device = 1;
  Scenario scenario;
  scenario.decision.cost = CyclesDecisionCost{Cycles{4e9}};
  scenario.decision.site = kEdge;
  scenario.decision.request = Bytes{1e6};
  scenario.decision.answer = Bytes{3e6};
  auto policy = all_on(kDevice);
  const Follower seen = follow(scenario, &tasks, policy, 2);
  CHECK(rows_of(seen.of(1)) ==
        std::vector<Row>{{Kind::transfer, true, true, kUplink, 0, 0.0, 1.0},
                         {Kind::wait, true, false, kEdge, 0, 1.0, 3.0},
                         {Kind::decide, true, false, kEdge, 0, 3.0, 5.0},
                         {Kind::transfer, true, true, kDownlink, 0, 5.0, 8.0},
                         {Kind::compute, false, false, kDevice, 0, 8.0, 10.0}});
}

TEST_CASE("A new decision before each subtask names the first one that it places",
          "[sim][activities][decision]") {
  const std::vector<RecordedTask> tasks{task_of(0, {1e9, 1e9, 1e9}, {0, 0, 0, 0})};
  Scenario scenario;
  scenario.decision.when = DecisionMoment::subtask;
  auto policy = all_on(kDevice);
  const Follower seen = follow(scenario, &tasks, policy, 1);
  CHECK(rows_of(seen.activities) ==
        std::vector<Row>{{Kind::decide, true, false, kDevice, 0, 0.0, 0.0},
                         {Kind::compute, false, false, kDevice, 0, 0.0, 1.0},
                         {Kind::decide, true, false, kDevice, 1, 1.0, 1.0},
                         {Kind::compute, false, false, kDevice, 1, 1.0, 2.0},
                         {Kind::decide, true, false, kDevice, 2, 2.0, 2.0},
                         {Kind::compute, false, false, kDevice, 2, 2.0, 3.0}});
  CHECK(seen.activities.back().placement.empty());
  CHECK(seen.activities[4].placement == Placement(3, kDevice));
}

TEST_CASE("The first recorded tasks are followed, those of the warm-up are not",
          "[sim][activities]") {
  Scenario scenario = paper_scenario(20, 3);
  scenario.workload.warmup_tasks = 4;
  auto policy = all_on(kDevice);
  CHECK(follow(scenario, nullptr, policy, 0).activities.empty());
  const Follower seen = follow(scenario, nullptr, policy, 5);
  std::map<std::uint64_t, std::uint64_t> order;  // by task
  for (const ActivityRecord& record : seen.activities) {
    order.emplace(record.task, record.order);
  }
  // With three devices and a closed loop the first three are released at once, and each after that
  // when its device is free; the fifth release is the first that counts.
  REQUIRE(order.size() == 5);
  std::vector<TaskRecord> by_release = seen.tasks;
  std::stable_sort(by_release.begin(), by_release.end(),
                   [](const auto& a, const auto& b) { return a.release < b.release; });
  for (std::uint64_t i = 0; i < 5; ++i) {
    CHECK(order.at(by_release[i].task) == i);
  }
}

// 500 scenarios of all kinds: what a task goes through has no gap from its release to its end, and
// adds up to the parts of its latency.
TEST_CASE("Activities add up to the parts of a task's latency", "[sim][activities]") {
  RandomEngine random(20261123);
  std::size_t waits = 0;
  for (int i = 0; i < 500; ++i) {
    const Scenario scenario = random_scenario(random, 12);
    FunctionPolicy policy([&random](const DecisionRequest& request) {
      Placement placement(request.task.size());
      for (SiteIndex& site : placement) {
        site = static_cast<SiteIndex>(index_below(random, request.state.sites()));
      }
      return placement;
    });
    const Follower seen = follow(scenario, nullptr, policy, 1000);
    for (const TaskRecord& task : seen.tasks) {
      Seconds at = task.release;
      std::map<std::string, double> parts;
      for (const ActivityRecord& r : seen.of(task.task)) {
        REQUIRE(r.begin == at);
        REQUIRE(r.end >= r.begin);
        at = r.end;
        const double length = (r.end - r.begin).value();
        parts[r.deciding ? "decision" : std::to_string(static_cast<int>(r.kind))] += length;
        waits += r.kind == Kind::wait ? 1U : 0U;
      }
      REQUIRE(at == task.finish);
      CHECK(std::abs(parts["decision"] - task.decision.value()) <= 1e-9);
      CHECK(std::abs(parts["0"] - task.wait.value()) <= 1e-9);
      CHECK(std::abs(parts["1"] - task.exec.value()) <= 1e-9);
      CHECK(std::abs(parts["2"] - task.transfer.value()) <= 1e-9);
    }
  }
  CHECK(waits > 1000);
}

TEST_CASE("To follow tasks changes nothing of them", "[sim][activities]") {
  RandomEngine random(42);
  for (int i = 0; i < 50; ++i) {
    const Scenario scenario = random_scenario(random, 12);
    auto policy = all_on(static_cast<SiteIndex>(i % 3));
    const Follower without = follow(scenario, nullptr, policy, 0);
    const Follower with = follow(scenario, nullptr, policy, 1000);
    REQUIRE(with.tasks.size() == without.tasks.size());
    for (std::size_t t = 0; t < with.tasks.size(); ++t) {
      REQUIRE(with.tasks[t].task == without.tasks[t].task);
      REQUIRE(with.tasks[t].finish == without.tasks[t].finish);
      REQUIRE(with.tasks[t].latency() == without.tasks[t].latency());
    }
  }
}
