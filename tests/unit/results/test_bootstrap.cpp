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
  // deviation of the count is sqrt(300 * 0.95 * 0.05) = 3.8, so 279 .. 292 is 93 .. 97.3 %. The
  // percentile bootstrap itself covers a little less than 95 % of a skewed distribution at n = 200.
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
