// Generated workloads.
#include <algorithm>
#include <cmath>

#include "core/workload.hpp"
#include "tests/catch.hpp"
#include "tests/support/workloads.hpp"

namespace mec {

namespace {

using test::all_of;
using test::all_of_device;
using test::paper_scenario;

Scenario open_scenario(Arrivals arrivals) {
  Scenario scenario = paper_scenario();
  scenario.workload.arrivals = arrivals;
  return scenario;
}

std::vector<WorkItem> generated(const Scenario& scenario, RandomStreams streams = {1, 0}) {
  return all_of(*make_generated_source(scenario, streams));
}

bool within(double value, const Uniform& range) { return value > range.low && value <= range.high; }

}  // namespace

TEST_CASE("In a closed loop task k belongs to device k modulo D", "[core][workload]") {
  // 20 tasks on 3 devices: 7, 7 and 6.
  const auto source = make_generated_source(paper_scenario(), {1, 0});
  REQUIRE(source->closed_loop());
  REQUIRE(source->tasks() == 20);
  REQUIRE(source->devices() == 3);
  const std::size_t expected[] = {7, 7, 6};
  for (std::uint32_t device = 0; device < 3; ++device) {
    const auto items = all_of_device(*source, device);
    REQUIRE(items.size() == expected[device]);
    for (std::size_t i = 0; i < items.size(); ++i) {
      REQUIRE(items[i].task == device + 3 * i);
      REQUIRE(items[i].device == device);
      REQUIRE(items[i].release == Seconds{0.0});
    }
  }
}

TEST_CASE("A closed loop's tasks do not depend on the order in which devices ask",
          "[core][workload]") {
  const auto one_by_one = make_generated_source(paper_scenario(), {1, 0});
  const auto in_turn = make_generated_source(paper_scenario(), {1, 0});
  const auto second = all_of_device(*one_by_one, 1);
  const auto first = all_of_device(*one_by_one, 0);
  WorkItem item;
  for (std::size_t i = 0; i < 7; ++i) {
    REQUIRE(in_turn->next_of(0, item));
    REQUIRE(test::same_item(item, first[i]));
    REQUIRE(in_turn->next_of(1, item));
    REQUIRE(test::same_item(item, second[i]));
  }
  REQUIRE_FALSE(in_turn->next_of(0, item));
}

TEST_CASE("A closed loop can be listed device by device", "[core][workload]") {
  const auto items = generated(paper_scenario());
  REQUIRE(items.size() == 20);
  REQUIRE(std::is_sorted(items.begin(), items.end(), [](const WorkItem& a, const WorkItem& b) {
    return a.device < b.device || (a.device == b.device && a.task < b.task);
  }));
}

TEST_CASE("Tasks keep to the scenario's distributions", "[core][workload]") {
  Scenario scenario = paper_scenario();
  scenario.task.subtasks = Uniform{0.5, 8.5};
  scenario.workload.tasks = 500;
  std::vector<std::size_t> lengths;
  for (const WorkItem& item : generated(scenario)) {
    lengths.push_back(item.chain.size());
    REQUIRE(item.chain.data.size() == item.chain.size() + 1);
    for (const Cycles work : item.chain.work) {
      REQUIRE(within(work.value(), {0.0, 2000e6}));
    }
    for (const Bytes data : item.chain.data) {
      REQUIRE(within(data.value(), {0.0, 10e6}));
    }
    REQUIRE(within(three_tier(item.state).p1.value(), {100e6, 1000e6}));
    REQUIRE(within(three_tier(item.state).p2.value(), {500e6, 5000e6}));
    REQUIRE(within(three_tier(item.state).b1.value(), {0.0, 2e6}));
    REQUIRE(within(three_tier(item.state).b2.value(), {0.0, 3e6}));
    REQUIRE(three_tier(item.state).p3 == kInfiniteSpeed);
  }
  REQUIRE(*std::min_element(lengths.begin(), lengths.end()) == 1);
  REQUIRE(*std::max_element(lengths.begin(), lengths.end()) == 8);
}

TEST_CASE("A task has at least one subtask and at most the longest chain", "[core][workload]") {
  Scenario scenario = paper_scenario();
  scenario.workload.tasks = 1;
  scenario.task.subtasks = Constant{-3.0};
  REQUIRE(generated(scenario).front().chain.size() == 1);
  scenario.task.subtasks = Constant{1e12};
  REQUIRE(generated(scenario).front().chain.size() == kMaxSubtasks);
}

TEST_CASE("A workload does not depend on what else is drawn or on how many devices there are",
          "[core][workload]") {
  const RandomStreams streams(1, 0);
  const auto before = generated(paper_scenario(), streams);
  RandomEngine other = streams.stream("policy.random");
  other.discard(12345);
  const auto after = generated(paper_scenario(), streams);
  REQUIRE(std::equal(before.begin(), before.end(), after.begin(), after.end(), test::same_item));

  Scenario larger = paper_scenario();
  larger.network.devices = 5;
  larger.workload.tasks = 35;  // 7 each
  const auto few = all_of_device(*make_generated_source(paper_scenario(), streams), 1);
  const auto many = all_of_device(*make_generated_source(larger, streams), 1);
  REQUIRE(std::equal(few.begin(), few.end(), many.begin(), many.end(), test::same_task));
}

TEST_CASE("A device's tasks are the same whatever the arrivals", "[core][workload]") {
  Scenario closed = paper_scenario();
  closed.network.devices = 1;
  Scenario open = closed;
  open.workload.arrivals = PoissonArrivals{PerSecond{0.5}};
  const auto a = generated(closed);
  const auto b = generated(open);
  REQUIRE(std::equal(a.begin(), a.end(), b.begin(), b.end(), test::same_task));
}

TEST_CASE("Another seed or replication is another workload", "[core][workload]") {
  const auto items = generated(paper_scenario(), {1, 0});
  REQUIRE_FALSE(test::same_task(items[0], generated(paper_scenario(), {2, 0})[0]));
  REQUIRE_FALSE(test::same_task(items[0], generated(paper_scenario(), {1, 1})[0]));
}

TEST_CASE("Open arrivals come in release order with ids that follow it", "[core][workload]") {
  for (const Arrivals& arrivals :
       {Arrivals{PoissonArrivals{PerSecond{2.0}}}, Arrivals{PeriodicArrivals{Seconds{3.0}}}}) {
    const auto source = make_generated_source(open_scenario(arrivals), {1, 0});
    REQUIRE_FALSE(source->closed_loop());
    REQUIRE(source->tasks() == 20);
    WorkItem unused;
    REQUIRE_FALSE(source->next_of(0, unused));
    const auto items = all_of(*source);
    REQUIRE(items.size() == 20);
    for (std::size_t i = 0; i < items.size(); ++i) {
      REQUIRE(items[i].task == i);
      REQUIRE((i == 0 || items[i - 1].release <= items[i].release));
    }
  }
}

TEST_CASE("Poisson gaps have an exponential's mean and variance", "[core][workload]") {
  // Rate 4 per second and device: mean 1/4, variance 1/16, fourth central moment 9/256.
  Scenario scenario = open_scenario(PoissonArrivals{PerSecond{4.0}});
  scenario.task.subtasks = Constant{1.0};
  scenario.workload.tasks = 150'000;
  std::vector<double> last(3, 0.0);
  double sum = 0.0;
  double squares = 0.0;
  for (const WorkItem& item : generated(scenario)) {
    const double gap = item.release.value() - last[item.device];
    last[item.device] = item.release.value();
    REQUIRE(gap > 0.0);
    sum += gap;
    squares += (gap - 0.25) * (gap - 0.25);
  }
  const double count = 150'000.0;
  REQUIRE(std::abs(sum / count - 0.25) <= 5.0 * std::sqrt(1.0 / 16.0 / count));
  const double variance_error = std::sqrt((9.0 / 256.0 - 1.0 / 256.0) / count);
  REQUIRE(std::abs(squares / count - 1.0 / 16.0) <= 5.0 * variance_error);
}

TEST_CASE("Periodic devices share the period out evenly", "[core][workload]") {
  // Period 3 s, 3 devices: device d at d, d + 3, d + 6 ...
  const auto items = generated(open_scenario(PeriodicArrivals{Seconds{3.0}}));
  for (std::size_t i = 0; i < items.size(); ++i) {
    REQUIRE(items[i].device == i % 3);
    REQUIRE(items[i].release.value() == Approx(static_cast<double>(i)).epsilon(1e-12));
  }
}

TEST_CASE("A periodic device does not drift", "[core][workload]") {
  // 0.1 s is no binary fraction: after 100 000 periods a running sum would be 2e-8 s off.
  Scenario scenario = open_scenario(PeriodicArrivals{Seconds{0.1}});
  scenario.network.devices = 1;
  scenario.task.subtasks = Constant{1.0};
  scenario.workload.tasks = 100'001;
  REQUIRE(generated(scenario).back().release.value() == 10'000.0);
}

TEST_CASE("A state redrawn for every task differs from task to task", "[core][workload]") {
  const auto items = all_of_device(*make_generated_source(paper_scenario(), {1, 0}), 0);
  REQUIRE(three_tier(items[0].state).p1 != three_tier(items[1].state).p1);
  REQUIRE(three_tier(items[0].state).p2 != three_tier(items[1].state).p2);
  REQUIRE(three_tier(items[0].state).b1 != three_tier(items[1].state).b1);
  REQUIRE(three_tier(items[0].state).b2 != three_tier(items[1].state).b2);
}

TEST_CASE("A fixed state is one edge for all and one device each", "[core][workload]") {
  Scenario scenario = paper_scenario();
  scenario.redraw = StateRedraw::fixed;
  scenario.network.cloud_speed = Uniform{1e9, 10e9};
  const auto source = make_generated_source(scenario, {1, 0});
  std::vector<ThreeTierState> states;
  for (std::uint32_t device = 0; device < 3; ++device) {
    const auto items = all_of_device(*source, device);
    states.push_back(three_tier(items.front().state));
    for (const WorkItem& item : items) {
      REQUIRE(test::same_state(three_tier(item.state), states.back()));
    }
  }
  for (std::size_t device = 1; device < 3; ++device) {
    REQUIRE(states[device].p2 == states[0].p2);
    REQUIRE(states[device].p3 == states[0].p3);
    REQUIRE(states[device].b2 == states[0].b2);
    REQUIRE(states[device].p1 != states[0].p1);
    REQUIRE(states[device].b1 != states[0].b1);
  }
}

}  // namespace mec
