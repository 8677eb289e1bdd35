#include <boost/random/exponential_distribution.hpp>
#include <boost/random/normal_distribution.hpp>
#include <cmath>
#include <vector>

#include "core/random.hpp"
#include "results/bootstrap.hpp"
#include "results/pairing.hpp"
#include "tests/catch.hpp"

using namespace mec;

namespace {

ReplicationOutcomes replication(std::uint32_t number, const std::vector<double>& latencies) {
  ReplicationOutcomes outcomes{number, {}};
  for (std::size_t i = 0; i < latencies.size(); ++i) {
    outcomes.tasks.push_back({i, latencies[i], 1.0});
  }
  return outcomes;
}

std::vector<double> exponentials(std::size_t n, std::uint64_t number) {
  RandomEngine engine = RandomStreams(1, number).stream("latencies");
  boost::random::exponential_distribution<double> draw(1.0);
  std::vector<double> values(n);
  for (double& value : values) {
    value = draw(engine);
  }
  return values;
}

std::vector<double> scaled(std::vector<double> values, double factor) {
  for (double& value : values) {
    value *= factor;
  }
  return values;
}

std::vector<Comparison> compare(const std::vector<PolicyOutcomes>& policies, bool independent) {
  return compare_policies(policies, independent, 1);
}

}  // namespace

TEST_CASE("The sign test is exact", "[results][pairing]") {
  CHECK(sign_test(0, 0) == 1.0);
  CHECK(sign_test(3, 3) == 1.0);
  CHECK(sign_test(0, 5) == Approx(2.0 / 32));
  CHECK(sign_test(9, 1) == Approx(2 * (1 + 10) / 1024.0));
  CHECK(sign_test(2, 6) == Approx(2 * (1 + 8 + 28) / 256.0));
  CHECK(sign_test(3, 4) == Approx(1.0));  // twice a half
  CHECK(sign_test(0, 100) == Approx(std::ldexp(2.0, -100)));
}

TEST_CASE("Holm steps down from the smallest value", "[results][pairing]") {
  // 0.01 * 3, 0.03 * 2, 0.04 * 1 in ascending order, none below the one before it.
  const std::vector<double> corrected = holm(std::vector<double>{0.01, 0.04, 0.03});
  CHECK(corrected[0] == Approx(0.03));
  CHECK(corrected[1] == Approx(0.06));
  CHECK(corrected[2] == Approx(0.06));
  CHECK(holm(std::vector<double>{0.9, 0.6}) == std::vector<double>{1.0, 1.0});
  CHECK(holm({}).empty());
}

TEST_CASE("A policy that always takes a quarter longer has that ratio exactly",
          "[results][pairing]") {
  const std::vector<double> latencies = exponentials(500, 0);
  const std::vector<PolicyOutcomes> policies = {{replication(0, scaled(latencies, 1.25))},
                                                {replication(0, latencies)}};
  const auto comparisons = compare(policies, true);
  REQUIRE(comparisons.size() == 2);
  const Comparison& slow = comparisons[0];
  CHECK(slow.policy == 0);
  CHECK(slow.other == 1);
  CHECK(slow.unit == SampleUnit::task);
  CHECK(slow.units == 500);
  for (const Estimate& ratio : {slow.ratio_of_means, slow.mean_of_ratios}) {
    CHECK(*ratio.value == Approx(1.25).epsilon(1e-12));
    CHECK(*ratio.low == Approx(1.25).epsilon(1e-12));
    CHECK(*ratio.high == Approx(1.25).epsilon(1e-12));
  }
  CHECK(slow.wins == 0);
  CHECK(slow.losses == 500);
  CHECK(slow.significant);
  const Comparison& fast = comparisons[1];
  CHECK(fast.policy == 1);
  CHECK(fast.other == 0);
  CHECK(*fast.ratio_of_means.value == Approx(0.8).epsilon(1e-12));
  CHECK(*fast.mean_of_ratios.value == Approx(0.8).epsilon(1e-12));
  CHECK(fast.wins == 500);
  CHECK(fast.p_value == slow.p_value);
}

TEST_CASE("Only tasks that both have completed are compared", "[results][pairing]") {
  PolicyOutcomes first = {replication(0, {2, 4, 6, 8})};
  PolicyOutcomes second = {replication(0, {1, 4, 3, 100})};
  first[0].tasks.erase(first[0].tasks.begin() + 3);  // 2, 4, 6
  second[0].tasks.erase(second[0].tasks.begin());    // 4, 3, 100: 4 and 3 remain
  second.push_back(replication(1, {1}));             // which the other has not run
  const Comparison comparison = compare({first, second}, true).at(0);
  CHECK(comparison.units == 2);
  CHECK(comparison.ratio_of_means.value == 10.0 / 7);
  CHECK(comparison.mean_of_ratios.value == (1.0 + 2.0) / 2);
  CHECK(comparison.wins == 0);
  CHECK(comparison.ties == 1);
  CHECK(comparison.losses == 1);
}

TEST_CASE("Without common tasks there is nothing to say, and no test", "[results][pairing]") {
  const auto comparisons = compare({{replication(0, {1})}, {}, {replication(0, {2})}}, true);
  REQUIRE(comparisons.size() == 6);
  CHECK(comparisons[0].units == 0);
  CHECK_FALSE(comparisons[0].ratio_of_means.value);
  CHECK_FALSE(comparisons[0].p_value);
  // One test is left of three pairs, so there is nothing to correct.
  CHECK(comparisons[1].other == 2);
  CHECK(comparisons[1].p_corrected == 1.0);
  CHECK_FALSE(comparisons[1].ratio_of_means.low);  // of a single unit
  CHECK(compare({}, true).empty());
  CHECK(compare({{replication(0, {1})}}, true).empty());
}

TEST_CASE("Latencies of 0 s have ratio 1 or none, and equal ones are ties", "[results][pairing]") {
  const PolicyOutcomes first = {replication(0, {0, 3, 2, 1e-20})};
  const PolicyOutcomes second = {replication(0, {0, 0, 1, 1e-20 * (1 + 1e-13)})};
  const Comparison comparison = compare({first, second}, true).at(0);
  CHECK(comparison.mean_of_ratios.value == (1.0 + 2.0 + 1.0) / 3);
  CHECK(comparison.ratio_of_means.value == 5.0);
  CHECK(comparison.ties == 2);
  CHECK(comparison.losses == 2);
  const PolicyOutcomes nothing = {replication(0, {0, 0})};
  const Comparison equal = compare({nothing, nothing}, true).at(0);
  CHECK(equal.ratio_of_means.value == 1.0);
  CHECK(equal.ratio_of_means.low == 1.0);
  CHECK(equal.mean_of_ratios.value == 1.0);
  const Comparison slower = compare({{replication(0, {1, 1})}, nothing}, true).at(0);
  CHECK_FALSE(slower.ratio_of_means.value);
  CHECK_FALSE(slower.mean_of_ratios.value);
}

TEST_CASE("Pairing finds a difference that separate intervals hide", "[results][pairing]") {
  // b takes a's latency plus noise of deviation 0.1: the ratio's error is that of the mean of a - R
  // b, sqrt(var) / (mean b sqrt(n)), the textbook error of a ratio; a's own error is 1 / sqrt(n).
  const std::size_t n = 400;
  const std::vector<double> a = exponentials(n, 3);
  std::vector<double> b = exponentials(n, 4);
  double sum_a = 0.0;
  double sum_b = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    b[i] = a[i] + 0.1 * b[i];
    sum_a += a[i];
    sum_b += b[i];
  }
  const double ratio = sum_a / sum_b;
  double variance = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    variance += std::pow(a[i] - ratio * b[i], 2) / static_cast<double>(n);
  }
  const double half = 1.959964 * std::sqrt(variance * static_cast<double>(n)) / sum_b;
  const Comparison comparison = compare({{replication(0, a)}, {replication(0, b)}}, true).at(0);
  CHECK(comparison.ratio_of_means.value == Approx(ratio));
  CHECK(*comparison.ratio_of_means.high < 1.0);
  CHECK((*comparison.ratio_of_means.high - *comparison.ratio_of_means.low) / 2 ==
        Approx(half).epsilon(0.12));
}

TEST_CASE("Units are independent tasks, else ten replications, else batches",
          "[results][pairing]") {
  CHECK(unit_for(1, true) == SampleUnit::task);
  CHECK(unit_for(100, true) == SampleUnit::task);
  CHECK(unit_for(10, false) == SampleUnit::replication);
  CHECK(unit_for(9, false) == SampleUnit::batch);
  CHECK(batches_of_replication(6'400, 1) == 64);
  CHECK(batches_of_replication(6'400, 3) == 21);
  CHECK(batches_of_replication(100, 1) == 12);  // of at least 8 tasks
  CHECK(batches_of_replication(5, 9) == 1);

  // Ten replications; the eleventh is one policy's only. Means 1 and 2, 2 and 4...
  PolicyOutcomes first;
  PolicyOutcomes second;
  for (std::uint32_t r = 0; r < 10; ++r) {
    first.push_back(replication(r, {0.5 * (r + 1), 1.5 * (r + 1)}));
    second.push_back(replication(r, {2.0 * (r + 1), 2.0 * (r + 1)}));
  }
  first.push_back(replication(10, {1'000}));
  const Comparison comparison = compare({first, second}, false).at(0);
  CHECK(comparison.unit == SampleUnit::replication);
  CHECK(comparison.units == 10);
  CHECK(comparison.wins == 10);
  CHECK(comparison.mean_of_ratios.value == Approx(0.5));
}

TEST_CASE("Replications that are copies of each other count once", "[results][pairing]") {
  // Nothing random: twelve times the same. One of them differs: all count.
  PolicyOutcomes first;
  PolicyOutcomes second;
  for (std::uint32_t r = 0; r < 12; ++r) {
    first.push_back(replication(r, std::vector<double>(16, 1.0)));
    second.push_back(replication(r, std::vector<double>(16, 2.0)));
  }
  const Comparison copies = compare({first, second}, false).at(0);
  CHECK(copies.unit == SampleUnit::batch);
  CHECK(copies.units == 2);
  CHECK(compare({first, second}, true).at(0).units == 16);
  CHECK(units_of_policy(first, SampleUnit::task).units() == 16);
  first[7].tasks[3].latency = 1.5;
  CHECK(compare({first, second}, false).at(0).units == 12);
  CHECK(telling_replications(first) == 12);
  CHECK(telling_replications(second) == 1);
  CHECK(telling_replications(PolicyOutcomes{}) == 0);
}

TEST_CASE("Batches cover what single tasks of a queue do not", "[results][pairing]") {
  // An autoregression of 0.8: the variance of its mean is (1 + 0.8) / (1 - 0.8) = 9 times that of
  // independent values, so an interval from single values covers P(|Z| < 1.96 / 3) = 48.7 % of the
  // time, and one from batches of 100 about 95 %. 200 repetitions: deviations 3.5 % and 1.5 %.
  RandomEngine engine = RandomStreams(5, 0).stream("autoregression");
  boost::random::normal_distribution<double> noise(0.0, 1.0);
  int by_task = 0;
  int by_batch = 0;
  for (std::uint64_t repetition = 0; repetition < 200; ++repetition) {
    std::vector<double> values;
    double x = noise(engine) / 0.6;  // the stationary deviation: 1 / sqrt(1 - 0.8^2)
    for (int i = 0; i < 1'600; ++i) {
      x = 0.8 * x + noise(engine);
      values.push_back(100 + x);
    }
    const PolicyOutcomes outcomes = {replication(0, values)};
    const auto covered = [&](SampleUnit unit) {
      const Estimate mean =
          bootstrap_intervals(units_of_policy(outcomes, unit).groups(), repetition).mean_latency;
      return *mean.low <= 100 && 100 <= *mean.high ? 1 : 0;
    };
    by_task += covered(SampleUnit::task);
    by_batch += covered(SampleUnit::batch);
  }
  CHECK(by_task > 70);
  CHECK(by_task < 125);
  CHECK(by_batch > 174);
}

TEST_CASE("Grouping units keeps their sums", "[results][pairing]") {
  GroupedUnits<TaskSums> units(2'500);
  double total = 0.0;
  for (int i = 0; i < 2'500; ++i) {
    units.add(sums_of_task(i, 1));
    total += i;
  }
  CHECK(units.units() == 2'500);
  REQUIRE(units.groups().size() == 834);  // of three: 833 and one of one
  CHECK(units.groups()[1].latency == 3.0 + 4 + 5);
  CHECK(units.groups().back().tasks == 1);
  double sum = 0.0;
  for (const TaskSums& group : units.groups()) {
    sum += group.latency;
  }
  CHECK(sum == total);
}

TEST_CASE("As many units as are resampled one by one stay single", "[results][pairing]") {
  GroupedUnits<TaskSums> units(kMostResampled);
  for (std::size_t i = 0; i < kMostResampled; ++i) {
    units.add(sums_of_task(1, 1));
  }
  CHECK(units.groups().size() == kMostResampled);
}
