#include "results/mser.hpp"

#include <vector>

namespace mec {

namespace {

constexpr std::size_t kBatch = 5;
constexpr std::size_t kLeastBatches = 10;

std::vector<double> batch_means(std::span<const double> series) {
  std::vector<double> means;
  for (std::size_t end = kBatch; end <= series.size(); end += kBatch) {
    double sum = 0.0;
    for (std::size_t i = end - kBatch; i < end; ++i) {
      sum += series[i];
    }
    means.push_back(sum / static_cast<double>(kBatch));
  }
  return means;
}

}  // namespace

std::optional<std::size_t> mser5(std::span<const double> series) {
  const std::vector<double> means = batch_means(series);
  if (means.size() < kLeastBatches) {
    return std::nullopt;
  }
  // From the end, a batch more at a time (Welford's update), and not down to a handful of batches,
  // whose spread is small by chance. The minimum over all others must lie in the first half.
  std::size_t best = 0;
  double least = 0.0;
  double mean = 0.0;
  double squares = 0.0;  // sum of squared deviations
  for (std::size_t d = means.size(); d-- > 0;) {
    const auto kept = static_cast<double>(means.size() - d);
    const double deviation = means[d] - mean;
    mean += deviation / kept;
    squares += deviation * (means[d] - mean);
    const double error = squares / (kept * kept);
    if (means.size() - d == kBatch || (means.size() - d > kBatch && error <= least)) {
      least = error;
      best = d;
    }
  }
  return 2 * best <= means.size() ? std::optional(best * kBatch) : std::nullopt;
}

}  // namespace mec
