// Workloads that replay recorded tasks.
#include <algorithm>

#include "core/workload.hpp"
#include "tests/catch.hpp"
#include "tests/support/random_problems.hpp"
#include "tests/support/workloads.hpp"

namespace mec {

namespace {

using test::all_of;
using test::all_of_device;

// Ids 10, 11, ..., each of one subtask whose work is its id.
RecordedTask row(std::uint64_t id, std::uint32_t device, double release) {
  RecordedTask task;
  task.task = id;
  task.device = device;
  task.release = Seconds{release};
  task.chain = test::chain({static_cast<double>(id)}, {1.0, 2.0});
  return task;
}

// Neither in release order nor grouped by device.
const std::vector<RecordedTask> kRows = {row(10, 1, 5.0), row(11, 0, 2.0), row(12, 1, 2.0),
                                         row(13, 0, 9.0), row(14, 3, 1.0)};

Scenario scenario_of(Arrivals arrivals) {
  Scenario scenario = test::paper_scenario();
  scenario.workload.arrivals = arrivals;
  return scenario;
}

std::unique_ptr<TaskSource> replay(const Scenario& scenario,
                                   const std::vector<RecordedTask>& rows = kRows) {
  return make_recorded_source(scenario, {1, 0}, rows);
}

std::vector<std::uint64_t> ids(const std::vector<WorkItem>& items) {
  std::vector<std::uint64_t> result;
  result.reserve(items.size());
  for (const WorkItem& item : items) {
    result.push_back(item.task);
  }
  return result;
}

using Ids = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("A file's own release times order its tasks and file order breaks ties",
          "[core][workload]") {
  const auto source = replay(scenario_of(FileArrivals{}));
  REQUIRE_FALSE(source->closed_loop());
  REQUIRE(source->tasks() == 5);
  const auto items = all_of(*source);
  REQUIRE(ids(items) == Ids{14, 11, 12, 10, 13});
  REQUIRE(items[0].release == Seconds{1.0});
  REQUIRE(items[0].device == 3);
  REQUIRE(items[0].chain.work[0] == Cycles{14.0});
  WorkItem unused;
  REQUIRE_FALSE(source->next_of(0, unused));
}

TEST_CASE("A file may name more devices than the scenario", "[core][workload]") {
  // 3 in the scenario; device 3 is the fourth.
  REQUIRE(replay(scenario_of(FileArrivals{}))->devices() == 4);
  REQUIRE(replay(scenario_of(ClosedLoop{}))->devices() == 4);
  REQUIRE(replay(scenario_of(ClosedLoop{}), {row(1, 0, 0.0)})->devices() == 3);
}

TEST_CASE("A closed loop gives each device its tasks in file order", "[core][workload]") {
  const auto source = replay(scenario_of(ClosedLoop{}));
  REQUIRE(source->closed_loop());
  REQUIRE(source->tasks() == 5);
  const auto second = all_of_device(*source, 1);
  REQUIRE(ids(second) == Ids{10, 12});
  REQUIRE(second[0].release == Seconds{5.0});  // not before the file's release
  REQUIRE(ids(all_of_device(*source, 0)) == Ids{11, 13});
  REQUIRE(all_of_device(*source, 2).empty());
  REQUIRE(ids(all_of_device(*source, 3)) == Ids{14});
}

TEST_CASE("Periodic arrivals replace the file's release times", "[core][workload]") {
  // Period 4 s, 4 devices, device d first at d; device 2 has no tasks.
  const auto items = all_of(*replay(scenario_of(PeriodicArrivals{Seconds{4.0}})));
  REQUIRE(ids(items) == Ids{11, 10, 14, 13, 12});
  const double releases[] = {0.0, 1.0, 3.0, 4.0, 5.0};
  for (std::size_t i = 0; i < items.size(); ++i) {
    REQUIRE(items[i].release == Seconds{releases[i]});
  }
}

TEST_CASE("Poisson arrivals replace the file's release times", "[core][workload]") {
  const auto items = all_of(*replay(scenario_of(PoissonArrivals{PerSecond{1.0}})));
  REQUIRE(items.size() == 5);
  Ids first;
  Ids second;
  for (std::size_t i = 0; i < items.size(); ++i) {
    REQUIRE((i == 0 || items[i - 1].release <= items[i].release));
    if (items[i].device == 0) {
      first.push_back(items[i].task);
    } else if (items[i].device == 1) {
      second.push_back(items[i].task);
    }
  }
  REQUIRE(first == Ids{11, 13});
  REQUIRE(second == Ids{10, 12});
}

TEST_CASE("A file is run to its end unless the scenario says how many tasks", "[core][workload]") {
  for (const Arrivals& arrivals :
       {Arrivals{ClosedLoop{}}, Arrivals{PoissonArrivals{PerSecond{1.0}}},
        Arrivals{PeriodicArrivals{Seconds{1.0}}}, Arrivals{FileArrivals{}}}) {
    Scenario scenario = scenario_of(arrivals);
    scenario.workload.tasks = 2;
    REQUIRE(all_of(*replay(scenario)).size() == 5);
    scenario.workload.tasks_given = true;
    const auto source = replay(scenario);
    REQUIRE(source->tasks() == 2);
    Ids found = ids(all_of(*source));
    std::sort(found.begin(), found.end());
    REQUIRE(found == Ids{10, 11});  // the first rows, not the first released
    scenario.workload.tasks = 99;
    REQUIRE(replay(scenario)->tasks() == 5);
    scenario.workload.tasks = 0;
    REQUIRE(all_of(*replay(scenario)).empty());
  }
}

TEST_CASE("Empty state columns take the scenario's own state", "[core][workload]") {
  Scenario scenario = scenario_of(FileArrivals{});
  scenario.network.device_speed = Constant{1.0};
  scenario.network.edge_speed = Constant{2.0};
  scenario.network.b1 = Constant{3.0};
  scenario.network.b2 = Constant{4.0};
  std::vector<RecordedTask> rows = {row(1, 0, 0.0), row(2, 0, 1.0)};
  rows[1].p1 = Hertz{10.0};
  rows[1].p2 = Hertz{20.0};
  rows[1].b1 = BytesPerSecond{30.0};
  rows[1].b2 = BytesPerSecond{40.0};
  for (const bool loop : {false, true}) {
    if (loop) {
      scenario.workload.arrivals = ClosedLoop{};
    }
    const auto items = all_of(*replay(scenario, rows));
    REQUIRE(test::same_state(
        three_tier(items[0].state),
        {Hertz{1.0}, Hertz{2.0}, BytesPerSecond{3.0}, BytesPerSecond{4.0}, kInfiniteSpeed}));
    REQUIRE(test::same_state(
        three_tier(items[1].state),
        {Hertz{10.0}, Hertz{20.0}, BytesPerSecond{30.0}, BytesPerSecond{40.0}, kInfiniteSpeed}));
  }
}

TEST_CASE("A given column does not shift the draws of the empty ones", "[core][workload]") {
  const Scenario scenario = scenario_of(FileArrivals{});
  std::vector<RecordedTask> rows = {row(1, 0, 0.0), row(2, 0, 1.0)};
  const auto drawn = all_of(*replay(scenario, rows));
  rows[0].p1 = Hertz{10.0};
  const auto given = all_of(*replay(scenario, rows));
  REQUIRE(three_tier(given[0].state).p1 == Hertz{10.0});
  REQUIRE(three_tier(given[0].state).b2 == three_tier(drawn[0].state).b2);
  REQUIRE(test::same_state(three_tier(given[1].state), three_tier(drawn[1].state)));
}

TEST_CASE("An empty file is an empty workload", "[core][workload]") {
  const std::vector<RecordedTask> none;
  for (const Arrivals& arrivals :
       {Arrivals{ClosedLoop{}}, Arrivals{PoissonArrivals{PerSecond{1.0}}},
        Arrivals{FileArrivals{}}}) {
    const auto source = replay(scenario_of(arrivals), none);
    REQUIRE(source->tasks() == 0);
    REQUIRE(all_of(*source).empty());
  }
}

}  // namespace mec
