#include "results/bootstrap.hpp"

#include <algorithm>
#include <vector>

#include "core/random.hpp"

namespace mec {

namespace {

// Two draws from 0 .. n-1 per 64 random bits, by multiplication: n < 2^13 makes some indices at
// most 2^-19 likelier than others.
class IndexStream {
 public:
  IndexStream(std::uint64_t seed, std::size_t n)
      : engine_(RandomStreams(seed, 0).stream("bootstrap")), n_(n) {}

  std::size_t next() {
    if (!half_left_) {
      bits_ = engine_();
    } else {
      bits_ >>= 32U;
    }
    half_left_ = !half_left_;
    return ((bits_ & 0xffffffffU) * n_) >> 32U;
  }

 private:
  RandomEngine engine_;
  std::uint64_t n_;
  std::uint64_t bits_ = 0;
  bool half_left_ = false;
};

TaskSums resample(std::span<const TaskSums> batches, IndexStream& indices) {
  TaskSums sums;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    sums += batches[indices.next()];
  }
  return sums;
}

Estimate middle_95_percent(std::vector<double>& statistics) {
  if (statistics.empty()) {
    return {};
  }
  std::sort(statistics.begin(), statistics.end());
  const std::size_t tail = statistics.size() / 40;  // 2.5 % lie below low, as many above high
  return {{}, statistics[tail], statistics[statistics.size() - 1 - tail]};
}

// A resample that happens to hold failed tasks only has no statistic, and is left out.
void append(std::vector<double>& statistics, const std::optional<double>& statistic) {
  if (statistic) {
    statistics.push_back(*statistic);
  }
}

}  // namespace

BootstrapIntervals bootstrap_intervals(std::span<const TaskSums> batches, std::uint64_t seed) {
  TaskSums total;
  for (const TaskSums& batch : batches) {
    total += batch;
  }
  if (total.tasks < 2) {
    return {};
  }
  std::vector<double> mean_latency;
  std::vector<double> ratio_of_means;
  std::vector<double> mean_of_ratios;
  IndexStream indices(seed, batches.size());
  for (std::size_t i = 0; i < kResamples; ++i) {
    const TaskSums sums = resample(batches, indices);
    append(mean_latency, sums.mean_latency());
    append(ratio_of_means, sums.ratio_of_means());
    append(mean_of_ratios, sums.mean_of_ratios());
  }
  BootstrapIntervals intervals;
  intervals.mean_latency = middle_95_percent(mean_latency);
  if (total.rated >= 2) {
    intervals.ratio_of_means = middle_95_percent(ratio_of_means);
    intervals.mean_of_ratios = middle_95_percent(mean_of_ratios);
  }
  return intervals;
}

}  // namespace mec
