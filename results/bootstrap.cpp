#include "results/bootstrap.hpp"

#include <algorithm>
#include <array>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <optional>

namespace mec {

namespace {

constexpr double kTail = 0.025;

// The index, in ascending order, of the value below which a share of n >= 1 values lies. Upper ends
// are counted from above, so that equal tails hold equally many values.
std::size_t index_of_share(std::size_t n, double share) {
  const auto count = static_cast<double>(n);
  return static_cast<std::size_t>(std::clamp(std::floor((count + 1) * share), 1.0, count)) - 1;
}

double at_index(std::vector<double>& values, std::size_t index) {
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(index);
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

double share_below(double observed, const std::vector<double>& values) {
  double below = 0.0;
  for (const double value : values) {
    below += value < observed ? 1.0 : value == observed ? 0.5 : 0.0;
  }
  return below / static_cast<double>(values.size());
}

// Nothing where all values are equal.
std::optional<double> acceleration(std::span<const double> leave_one_out) {
  double sum = 0.0;
  for (const double value : leave_one_out) {
    sum += value;
  }
  const double mean = sum / static_cast<double>(leave_one_out.size());
  double squares = 0.0;
  double cubes = 0.0;
  for (const double value : leave_one_out) {
    const double d = mean - value;
    squares += d * d;
    cubes += d * d * d;
  }
  const double scale = squares * std::sqrt(squares);
  return scale > 0 ? std::optional(cubes / (6 * scale)) : std::nullopt;
}

struct Shares {
  double below_low = kTail;
  double above_high = kTail;
};

// Of the resamples outside the interval on either side.
Shares corrected_shares(double below, std::optional<double> a) {
  if (!a || below <= 0 || below >= 1) {
    return {};
  }
  const boost::math::normal normal;
  const double z = boost::math::quantile(normal, 1 - kTail);
  const double bias = boost::math::quantile(normal, below);
  const double low_slope = 1 - *a * (bias - z);
  const double high_slope = 1 - *a * (bias + z);
  if (low_slope <= 0 || high_slope <= 0) {
    return {};
  }
  const double low = bias + (bias - z) / low_slope;
  const double high = bias + (bias + z) / high_slope;
  return {boost::math::cdf(normal, low), boost::math::cdf(normal, -high)};
}

}  // namespace

Estimate bca_interval(double observed, std::vector<double>& resampled,
                      std::span<const double> leave_one_out) {
  if (resampled.empty()) {
    return {};
  }
  const Shares shares =
      corrected_shares(share_below(observed, resampled), acceleration(leave_one_out));
  const std::size_t n = resampled.size();
  const std::size_t low = index_of_share(n, shares.below_low);
  const std::size_t high = n - 1 - index_of_share(n, shares.above_high);
  return {{}, at_index(resampled, low), at_index(resampled, high)};
}

BootstrapIntervals bootstrap_intervals(std::span<const TaskSums> units, std::uint64_t seed) {
  constexpr std::array<Statistic<TaskSums>, 3> kStatistics = {
      [](const TaskSums& sums) { return sums.mean_latency(); },
      [](const TaskSums& sums) { return sums.ratio_of_means(); },
      [](const TaskSums& sums) { return sums.mean_of_ratios(); }};
  const std::array<Estimate, 3> intervals = bca_intervals(units, kStatistics, seed);
  return {intervals[0], intervals[1], intervals[2]};
}

}  // namespace mec
