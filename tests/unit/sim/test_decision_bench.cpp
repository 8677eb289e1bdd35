// The arithmetic of the measurement, on a clock of the test's own: every reading and every decision
// advances it by a known number of nanoseconds, so that results are exact.
#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>
#include <utility>

#include "core/cost.hpp"
#include "core/errors.hpp"
#include "core/topology.hpp"
#include "sim/decision_bench.hpp"
#include "tests/catch.hpp"
#include "tests/support/paper_scenario.hpp"
#include "tests/unit/sim/support.hpp"

using namespace mec;
using namespace mec::test;

namespace {

class FakeClock final : public NanosecondClock {
 public:
  explicit FakeClock(std::int64_t reading) : reading_(reading) {}
  [[nodiscard]] std::int64_t now() override {
    time += reading_;
    return time;
  }
  std::int64_t time = 0;

 private:
  std::int64_t reading_;
};

// Takes the time that `cost` gives to the k-th decision of all; a batch takes half.
class FakePolicy final : public Policy {
 public:
  using Cost = std::function<std::int64_t(std::size_t)>;
  FakePolicy(FakeClock& clock, Cost cost) : clock_(clock), cost_(std::move(cost)) {}

  Placement decide(const DecisionRequest& request) override {
    clock_.time += cost_(decisions++);
    return Placement(request.task.size(), kDevice);
  }
  void decide_batch(std::span<const DecisionRequest> requests,
                    std::span<Placement> placements) override {
    REQUIRE(requests.size() == placements.size());
    batches.push_back(requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i) {
      clock_.time += cost_(0) / 2;
      placements[i] = Placement(requests[i].task.size(), kDevice);
    }
  }

  std::size_t decisions = 0;
  std::vector<std::size_t> batches;  // sizes, as they came

 private:
  FakeClock& clock_;
  Cost cost_;
};

FakePolicy::Cost constantly(std::int64_t ns) {
  return [ns](std::size_t) { return ns; };
}

bool always_on(double) { return true; }

DecisionTiming time_alone(FakePolicy& policy, FakeClock& clock, const DecisionPool& pool,
                          const DecisionBenchOptions& options) {
  const std::vector<BenchedPolicy> policies{{"fake", policy}};
  return measure_decisions(policies, pool, options, clock, always_on)->timings.at(0);
}

}  // namespace

TEST_CASE("A policy of constant cost is measured exactly, less the clock", "[sim][bench]") {
  FakeClock clock(25);
  FakePolicy policy(clock, constantly(1'000));
  const DecisionPool pool(paper_scenario(1), nullptr, 100);
  const DecisionTiming timing = time_alone(policy, clock, pool, {5, 32});
  CHECK(timing.policy == "fake");
  CHECK(timing.tasks == 100);
  CHECK(timing.repetitions == 5);
  CHECK(timing.batch == 32);
  CHECK(timing.single_p99_ns == 1'000.0);
  // 1 + 2 + 4 + 8 passes of 100 us fill 1 ms; the clock is read after each of the four steps.
  CHECK(timing.single_median_ns == Approx(1'000.0 + 4 * 25.0 / 1'500).epsilon(1e-12));
  // 1 + 2 + 4 + 8 + 16 passes of 50 us.
  CHECK(timing.batched_median_ns == Approx(500.0 + 5 * 25.0 / 3'100).epsilon(1e-12));
}

TEST_CASE("Batches are of the size asked for, the last one of what is left", "[sim][bench]") {
  FakeClock clock(25);
  FakePolicy policy(clock, constantly(1'000));
  const DecisionPool pool(paper_scenario(1), nullptr, 100);
  (void)time_alone(policy, clock, pool, {1, 32});
  REQUIRE(policy.batches.size() == 125);  // warm-up, then 31 passes of 32 + 32 + 32 + 4
  CHECK(policy.batches[0] == 32);
  for (std::size_t i = 1; i < policy.batches.size(); ++i) {
    CHECK(policy.batches[i] == (i % 4 == 0 ? 4U : 32U));
  }
}

TEST_CASE("A batch is never larger than the pool", "[sim][bench]") {
  FakeClock clock(25);
  FakePolicy policy(clock, constantly(1'000));
  const DecisionPool pool(paper_scenario(1), nullptr, 7);
  CHECK(time_alone(policy, clock, pool, {1, 256}).batch == 7);
  CHECK(*std::max_element(policy.batches.begin(), policy.batches.end()) == 7);
}

TEST_CASE("The 99th percentile is over tasks, the median over repetitions", "[sim][bench]") {
  FakeClock clock(10);
  // One decision in 25 takes ten times as long: 4 of 100 in every pass, wherever it starts.
  FakePolicy policy(clock, [](std::size_t k) { return k % 25 == 7 ? 20'000 : 2'000; });
  const DecisionPool pool(paper_scenario(1), nullptr, 100);
  const DecisionTiming timing = time_alone(policy, clock, pool, {3, 10});
  CHECK(timing.single_p99_ns == 20'000.0);  // ranks 97 to 100 of 100 are the slow ones
  // 4 * 20 us + 96 * 2 us = 272 us a pass; 1 + 2 + 4 passes, read after three steps.
  CHECK(timing.single_median_ns == Approx(2'720.0 + 3 * 10.0 / 700).epsilon(1e-12));
}

TEST_CASE("A decision shorter than a reading of the clock is not negative", "[sim][bench]") {
  FakeClock clock(100);
  // Warm-up: 20 decisions of 1 ms. One by one: a pass of 10. Then come those that are timed singly:
  // 100 - 50 ns between two readings.
  FakePolicy policy(clock, [](std::size_t k) { return k < 30 ? 1'000'000 : -50; });
  const DecisionPool pool(paper_scenario(1), nullptr, 10);
  CHECK(time_alone(policy, clock, pool, {1, 10}).single_p99_ns == 0.0);
  CHECK(policy.decisions == 40);
}

TEST_CASE("A slow policy decides fewer tasks, a very slow one in fewer repetitions",
          "[sim][bench]") {
  const DecisionPool pool(paper_scenario(1), nullptr, 4096);
  const DecisionBenchOptions options{15, 256};
  struct Case {
    std::int64_t decision;    // ns
    std::size_t tasks;        // 2 s / (3 timings * 15 repetitions * decision), within 20 .. 4096
    std::size_t repetitions;  // 2 s / (3 * tasks * decision), within 3 .. 15
  };
  const auto slow = GENERATE(values<Case>({
      {10'000, 4096, 15},  // 4444 would fit
      {200'000, 222, 15},
      {1'000'000, 44, 15},
      {4'000'000, 20, 8},
      {50'000'000, 20, 3},
  }));
  FakeClock clock(0);
  FakePolicy policy(clock, constantly(slow.decision));
  const DecisionTiming timing = time_alone(policy, clock, pool, options);
  CHECK(timing.tasks == slow.tasks);
  CHECK(timing.repetitions == slow.repetitions);
  CHECK(timing.batch == std::min<std::size_t>(256, slow.tasks));
  CHECK(timing.single_median_ns == static_cast<double>(slow.decision));
  CHECK(timing.single_p99_ns == static_cast<double>(slow.decision));
  CHECK(clock.time < 12'000'000'000);  // the slowest: 3 * 3 * 20 decisions of 50 ms, and warm-up
}

TEST_CASE("Policies take turns within every repetition", "[sim][bench]") {
  FakeClock clock(25);
  std::vector<std::pair<char, std::size_t>> turns;  // who decided, how often in a row
  const auto note = [&turns](char who) {
    if (turns.empty() || turns.back().first != who) {
      turns.emplace_back(who, 0);
    }
    ++turns.back().second;
    return std::int64_t{1'000};
  };
  FakePolicy a(clock, [&note](std::size_t) { return note('a'); });
  FakePolicy b(clock, [&note](std::size_t) { return note('b'); });
  const std::vector<BenchedPolicy> policies{{"a", a}, {"b", b}};
  const DecisionPool pool(paper_scenario(1), nullptr, 50);
  REQUIRE(measure_decisions(policies, pool, {4, 10}, clock, always_on));
  REQUIRE(turns.size() == 10);  // two policies: warm-up and four repetitions
  for (std::size_t i = 0; i < turns.size(); ++i) {
    CHECK(turns[i].first == (i % 2 == 0 ? 'a' : 'b'));
  }
}

TEST_CASE("A measurement is told how far it is and can be ended", "[sim][bench]") {
  FakeClock clock(25);
  FakePolicy policy(clock, constantly(1'000));
  const std::vector<BenchedPolicy> policies{{"fake", policy}};
  const DecisionPool pool(paper_scenario(1), nullptr, 10);
  std::vector<double> seen;
  const auto watch = [&seen](double done) {
    seen.push_back(done);
    return true;
  };
  REQUIRE(measure_decisions(policies, pool, {4, 10}, clock, watch));
  CHECK(seen == std::vector<double>{0.0, 0.2, 0.4, 0.6, 0.8});
  const auto half = [](double done) { return done < 0.5; };
  CHECK_FALSE(measure_decisions(policies, pool, {4, 10}, clock, half));
  const auto never = [](double) { return false; };
  const std::size_t before = policy.decisions;
  CHECK_FALSE(measure_decisions(policies, pool, {4, 10}, clock, never));
  CHECK(policy.decisions == before);
}

TEST_CASE("What was preempted is timed again, and the shortest counts", "[sim][bench]") {
  // Every reading costs nothing; every second look at the preemptions finds one more.
  class Shared final : public NanosecondClock {
   public:
    explicit Shared(FakeClock& clock) : clock_(clock) {}
    [[nodiscard]] std::int64_t now() override { return clock_.now(); }
    [[nodiscard]] std::int64_t preemptions() override {
      return looks++ / 2 < disturbed ? looks : 0;
    }
    std::int64_t looks = 0;
    std::int64_t disturbed = 0;  // measurements from now on

   private:
    FakeClock& clock_;
  };
  FakeClock inner(100'000);
  Shared clock(inner);
  clock.disturbed = 3;
  CHECK(measure_cycles_per_ns(clock) == 4.0);
  CHECK(clock.looks == 8);  // two each: three times in vain, and once more
  clock.looks = 0;
  clock.disturbed = 100;
  CHECK(measure_cycles_per_ns(clock) == 4.0);
  CHECK(clock.looks == 10);  // and no more than five times
}

TEST_CASE("A placement that does not fit its task ends the measurement", "[sim][bench]") {
  FakeClock clock(25);
  FunctionPolicy policy = always(Placement(3, kDevice));  // tasks have six subtasks
  const std::vector<BenchedPolicy> policies{{"short", policy}};
  const DecisionPool pool(paper_scenario(1), nullptr, 10);
  CHECK_THROWS_AS(measure_decisions(policies, pool, {1, 1}, clock, always_on),
                  std::invalid_argument);
  CHECK_THROWS_AS(measure_decisions({}, pool, {0, 1}, clock, always_on), std::invalid_argument);
  CHECK_THROWS_AS(measure_decisions({}, pool, {1, 0}, clock, always_on), std::invalid_argument);
}

TEST_CASE("The pool holds the tasks and states that a run meets", "[sim][bench]") {
  Scenario scenario = paper_scenario(50, 3);
  scenario.task.subtasks = Uniform{1, 9};
  const DecisionPool pool(scenario, nullptr, 50);
  const auto source = make_generated_source(scenario, RandomStreams(scenario.seed, 0));
  REQUIRE(pool.size() == 50);
  std::size_t i = 0;
  for (WorkItem item; source->next(item); ++i) {
    const DecisionRequest& request = pool.first(50)[i];
    CHECK(std::equal(request.task.work.begin(), request.task.work.end(), item.chain.work.begin(),
                     item.chain.work.end()));
    CHECK(std::equal(request.task.data.begin(), request.task.data.end(), item.chain.data.begin(),
                     item.chain.data.end()));
    CHECK(request.state.speed(kEdge) == three_tier(item.state).p2);
    CHECK(&request.costs == &request.state.seconds());
  }
  CHECK(i == 50);
}

TEST_CASE("The pool's costs are those of the scenario's objective", "[sim][bench]") {
  Scenario scenario = paper_scenario(5);
  scenario.objective = {0.25, 3.0};
  const DecisionPool pool(scenario, nullptr, 5);
  for (const DecisionRequest& request : pool.first(5)) {
    const SiteCosts expected =
        objective_costs(scenario.objective, request.state, three_tier_topology(), scenario.energy);
    CHECK(std::equal(expected.per_cycle_data(), expected.per_cycle_data() + 12,
                     request.costs.per_cycle_data()));
  }
}

TEST_CASE("The pool of a generated workload is as large as asked, whatever a run would take",
          "[sim][bench]") {
  CHECK(DecisionPool(paper_scenario(3), nullptr, 40).size() == 40);
  CHECK(DecisionPool(paper_scenario(3000), nullptr, 40).size() == 40);
}

TEST_CASE("The pool of a workload file holds the rows that a run would take", "[sim][bench]") {
  const std::vector<RecordedTask> rows{task_of(7, {1e9}, {1e6, 1e6}), task_of(8, {2e9}, {1e6, 1e6}),
                                       task_of(9, {3e9}, {1e6, 1e6})};
  Scenario scenario = paper_scenario(1000);
  CHECK(DecisionPool(scenario, &rows, 4096).size() == 3);
  CHECK(DecisionPool(scenario, &rows, 2).first(2)[1].task.work[0] == Cycles{2e9});
  scenario.workload.tasks = 1;
  scenario.workload.tasks_given = true;
  CHECK(DecisionPool(scenario, &rows, 4096).size() == 1);
  const std::vector<RecordedTask> none;
  CHECK_THROWS_AS(DecisionPool(scenario, &none, 4096), UserError);
}

TEST_CASE("Cycles per nanosecond are additions over the time they took", "[sim][bench]") {
  FakeClock clock(100'000);  // all 400,000 additions within one reading of 0.1 ms
  CHECK(measure_cycles_per_ns(clock) == 4.0);
  SteadyClock steady;
  const double speed = measure_cycles_per_ns(steady);
  CHECK(std::isfinite(speed));
  CHECK(speed > 0.0);
}

TEST_CASE("Quantiles are those of the sorted values, linear in between", "[sim][bench]") {
  CHECK(quantile_of({3.0, 1.0, 2.0}, 0.5) == 2.0);
  CHECK(quantile_of({4.0, 1.0, 2.0, 3.0}, 0.5) == 2.5);
  CHECK(quantile_of({4.0, 1.0, 2.0, 3.0}, 0.0) == 1.0);
  CHECK(quantile_of({4.0, 1.0, 2.0, 3.0}, 1.0) == 4.0);
  CHECK(quantile_of({0.0, 10.0}, 0.99) == Approx(9.9));
  CHECK(quantile_of({5.0}, 0.99) == 5.0);
  CHECK_THROWS_AS(quantile_of({}, 0.5), std::invalid_argument);
}
