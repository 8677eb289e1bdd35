#include <algorithm>
#include <boost/random/exponential_distribution.hpp>
#include <cmath>
#include <vector>

#include "core/random.hpp"
#include "results/batch_sums.hpp"
#include "results/bootstrap.hpp"
#include "tests/catch.hpp"

using namespace mec;

namespace {

BatchSums exponential_tasks(int n, double mean, RandomEngine& engine) {
  boost::random::exponential_distribution<double> latency(1 / mean);
  BatchSums sums;
  for (int i = 0; i < n; ++i) {
    sums.add(sums_of_task(latency(engine), 2.0));
  }
  return sums;
}

bool covers(const Estimate& interval, double truth) {
  return *interval.low <= truth && truth <= *interval.high;
}

}  // namespace

TEST_CASE("95 % intervals cover the truth about 95 % of the time", "[results][bootstrap]") {
  // Exponential latencies of mean 3 s, optimum 2 s: both ratios are 1.5. 300 repetitions: the
  // deviation of the count is sqrt(300 * 0.95 * 0.05) = 3.8, so 279 .. 292 is 93 .. 97.3 %.
  RandomEngine engine = RandomStreams(1, 0).stream("coverage");
  int mean = 0;
  int ratio = 0;
  for (std::uint64_t repetition = 0; repetition < 300; ++repetition) {
    const BatchSums sums = exponential_tasks(200, 3.0, engine);
    const BootstrapIntervals intervals = bootstrap_intervals(sums.batches(), repetition);
    mean += covers(intervals.mean_latency, 3.0) ? 1 : 0;
    ratio += covers(intervals.ratio_of_means, 1.5) ? 1 : 0;
  }
  CHECK(mean >= 276);
  CHECK(mean <= 294);
  CHECK(ratio == mean);  // the optimum is the same for all, so both vary alike
}

TEST_CASE("Merging tasks into batches hardly moves an interval", "[results][bootstrap]") {
  // Half-width 1.96 * sigma / sqrt(n) = 1.96 * 3 / sqrt(20,000) = 0.0416 s, whether tasks or
  // batches are drawn; that of a resampled estimate varies by 1 / sqrt(2 * 2,500) = 1.4 % and, for
  // the resamples' own quantiles, about 3 %.
  RandomEngine engine = RandomStreams(2, 0).stream("batching");
  const BatchSums sums = exponential_tasks(20'000, 3.0, engine);
  REQUIRE(sums.batch_size() == 8);
  const Estimate interval = bootstrap_intervals(sums.batches(), 1).mean_latency;
  CHECK((*interval.high - *interval.low) / 2 == Approx(0.0416).epsilon(0.12));
}

TEST_CASE("Equal policies get equal resamples", "[results][bootstrap]") {
  // The second policy takes twice as long on each task: common resamples give exactly twice the
  // interval.
  std::vector<TaskSums> once;
  std::vector<TaskSums> twice;
  for (int i = 1; i <= 50; ++i) {
    once.push_back(sums_of_task(i, 1));
    twice.push_back(sums_of_task(2 * i, 1));
  }
  const Estimate a = bootstrap_intervals(once, 7).mean_latency;
  const Estimate b = bootstrap_intervals(twice, 7).mean_latency;
  CHECK(*b.low == 2 * *a.low);
  CHECK(*b.high == 2 * *a.high);
  const Estimate other_seed = bootstrap_intervals(once, 8).mean_latency;
  CHECK((*other_seed.low != *a.low || *other_seed.high != *a.high));
}

TEST_CASE("Equal tasks have an interval of width zero, few have none", "[results][bootstrap]") {
  const std::vector<TaskSums> equal(10, sums_of_task(3, 2));
  const BootstrapIntervals intervals = bootstrap_intervals(equal, 1);
  CHECK(intervals.mean_of_ratios.low == 1.5);
  CHECK(intervals.mean_of_ratios.high == 1.5);
  CHECK_FALSE(bootstrap_intervals({}, 1).mean_latency.low);
  CHECK_FALSE(bootstrap_intervals(std::vector{sums_of_task(3, 2)}, 1).mean_latency.low);
  // Two tasks, one of them without a ratio: latency has an interval, ratios have none.
  const std::vector<TaskSums> half = {sums_of_task(3, 2), sums_of_task(3, 0)};
  CHECK(bootstrap_intervals(half, 1).mean_latency.low);
  CHECK_FALSE(bootstrap_intervals(half, 1).ratio_of_means.low);
}

TEST_CASE("Resamples that hit failed tasks only are left out", "[results][bootstrap]") {
  std::vector<TaskSums> tasks(20);  // failed
  tasks[3] = sums_of_task(1, 1);
  tasks[4] = sums_of_task(2, 1);
  const Estimate interval = bootstrap_intervals(tasks, 1).mean_latency;
  CHECK(interval.low == 1.0);
  CHECK(interval.high == 2.0);
}

TEST_CASE("Twenty exponential latencies are covered better than by percentiles",
          "[results][bootstrap]") {
  // Their mean is skewed, and percentiles lean to the wrong side. The order of the two, and that
  // neither reaches 95 % at n = 20, are known (Efron, Tibshirani, Sections 13.7 and 14.3); over
  // 2,000 repetitions a share of 92 % has a deviation of 0.6 %.
  RandomEngine engine = RandomStreams(3, 0).stream("coverage");
  int bca = 0;
  int percentile = 0;
  const int repetitions = 2'000;
  for (std::uint64_t repetition = 0; repetition < repetitions; ++repetition) {
    const BatchSums sums = exponential_tasks(20, 1.0, engine);
    bca += covers(bootstrap_intervals(sums.batches(), repetition).mean_latency, 1.0) ? 1 : 0;
    IndexStream indices(repetition, 20);
    std::vector<double> means;
    for (std::size_t i = 0; i < kResamples; ++i) {
      double sum = 0.0;
      for (int j = 0; j < 20; ++j) {
        sum += sums.batches()[indices.next()].latency;
      }
      means.push_back(sum / 20);
    }
    std::sort(means.begin(), means.end());
    percentile += means[49] <= 1.0 && 1.0 <= means[1'950] ? 1 : 0;
  }
  CHECK(bca > percentile + 10);
  CHECK(bca > 0.905 * repetitions);
  CHECK(bca < 0.95 * repetitions);
}

TEST_CASE("Intervals of a mean are shifted as its skewness asks for", "[results][bootstrap]") {
  // Second-order correct ends of a mean are x + s / sqrt(n) (z + g (2 z^2 + 1) / (6 sqrt(n))), g
  // the skewness (Hall, Annals of Statistics 16(3), 1988, Section 2.5: those of BCa); percentiles
  // have z^2 - 1 in place of 2 z^2 + 1, a third of the shift. The middle is averaged over seeds:
  // each one's is off by some 3 % of the half-width, 0.006.
  const int n = 100;
  std::vector<TaskSums> units;
  double mean = 0.0;
  double second = 0.0;
  double third = 0.0;
  for (int i = 0; i < n; ++i) {
    units.push_back(sums_of_task(-std::log(1 - (i + 0.5) / n), 1));
    mean += units.back().latency / n;
  }
  for (const TaskSums& unit : units) {
    second += std::pow(unit.latency - mean, 2) / n;
    third += std::pow(unit.latency - mean, 3) / n;
  }
  const double skewness = third / std::pow(second, 1.5);
  const double z = 1.959964;
  const double shift = std::sqrt(second / n) * skewness * (2 * z * z + 1) / (6 * std::sqrt(n));
  double middle = 0.0;
  double width = 0.0;
  const int seeds = 50;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const Estimate interval = bootstrap_intervals(units, seed).mean_latency;
    middle += (*interval.low + *interval.high) / 2 / seeds;
    width += (*interval.high - *interval.low) / seeds;
  }
  CHECK(middle - mean == Approx(shift).epsilon(0.15));
  CHECK(width / 2 == Approx(z * std::sqrt(second / n)).epsilon(0.05));
}

TEST_CASE("Intervals without a correction are the middle of the resamples",
          "[results][bootstrap]") {
  std::vector<double> resampled;
  for (int i = 2'000; i >= 1; --i) {
    resampled.push_back(i);
  }
  // (2,000 + 1) 2.5 % = 50.025: the 50th from either end.
  const std::vector<double> equal = {3, 3, 3};
  const Estimate plain = bca_interval(1'000.5, resampled, equal);
  CHECK(plain.low == 50.0);
  CHECK(plain.high == 1'951.0);
  // No resample below, none above: the bias would be infinite.
  const std::vector<double> skewed = {1, 2, 9};
  CHECK(bca_interval(0.0, resampled, skewed).low == 50.0);
  CHECK(bca_interval(9'999.0, resampled, skewed).high == 1'951.0);
}

TEST_CASE("Bias and acceleration move the ends as the formula says", "[results][bootstrap]") {
  // By hand: with leave-one-out values 0, 0, 3 their mean is 1, d = 1, 1, -2, sum of squares 6, of
  // cubes -6, a = -6 / (6 * 6^1.5) = -0.0680414. A share of 0.6 below gives b = 0.2533471.
  //   low:  b + z = -1.7066169, 1 - a (b + z) = 0.8838795, b + ... = -1.6774783, Phi = 0.0467245
  //   high: b + z =  2.2133111, 1 - a (b + z) = 1.1505968, b + ... =  2.1769673, Phi = 0.9852585
  // Ranks floor(2,001 * 0.0467245) = 93 and, from above, floor(2,001 * 0.0147415) = 29.
  std::vector<double> resampled;
  for (int i = 1; i <= 2'000; ++i) {
    resampled.push_back(i);
  }
  const std::vector<double> leave_one_out = {0, 0, 3};
  const Estimate interval = bca_interval(1'200.5, resampled, leave_one_out);
  CHECK(interval.low == 93.0);
  CHECK(interval.high == 2'000.0 + 1 - 29);
  // 1,199 below and 2 equal: those count half, so the share is the same.
  resampled[1'200] = 1'200;
  const Estimate tied = bca_interval(1'200.0, resampled, leave_one_out);
  CHECK(tied.low == 93.0);
}

TEST_CASE("Intervals stay within what was seen, low end first", "[results][bootstrap]") {
  // Samples of all sorts: few, equal but one, huge ranges, zeros.
  RandomEngine engine = RandomStreams(4, 0).stream("ranges");
  boost::random::exponential_distribution<double> exponent(0.2);
  for (std::uint64_t repetition = 0; repetition < 300; ++repetition) {
    std::vector<TaskSums> units;
    const std::size_t n = 2 + repetition % 17;
    for (std::size_t i = 0; i < n; ++i) {
      const bool odd = repetition % 3 == 0 && i > 0;
      units.push_back(sums_of_task(odd ? 1.0 : std::exp(exponent(engine)) - 1, 1));
    }
    const auto [least, most] =
        std::minmax_element(units.begin(), units.end(),
                            [](const auto& a, const auto& b) { return a.latency < b.latency; });
    const Estimate interval = bootstrap_intervals(units, repetition).mean_latency;
    REQUIRE(interval.low);
    CHECK(*interval.low <= *interval.high);
    CHECK(*interval.low >= least->latency * (1 - 1e-12));
    CHECK(*interval.high <= most->latency * (1 + 1e-12));
  }
}
