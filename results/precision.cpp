#include "results/precision.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

namespace mec {

namespace {

constexpr double kTail = 0.025;

double next_total(double so_far, double excess) {
  const double wanted = std::ceil(so_far * excess * excess);
  return std::clamp(wanted, so_far + 1, 2 * so_far);
}

}  // namespace

double relative_half_width(std::span<const double> values) {
  // Sorted: sums of the same values in another order would differ in their last digit.
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const auto n = static_cast<double>(sorted.size());
  double sum = 0.0;
  for (const double value : sorted) {
    sum += value;
  }
  const double mean = sum / n;
  double squares = 0.0;
  for (const double value : sorted) {
    squares += (value - mean) * (value - mean);
  }
  if (sorted.front() == sorted.back()) {
    return 0.0;
  }
  const boost::math::students_t t(n - 1);
  const double half =
      boost::math::quantile(boost::math::complement(t, kTail)) * std::sqrt(squares / (n - 1) / n);
  return mean != 0 ? half / std::abs(mean) : std::numeric_limits<double>::infinity();
}

std::optional<std::uint32_t> replications_needed(const PrecisionTarget& target,
                                                 std::uint32_t so_far,
                                                 std::span<const std::vector<double>> values) {
  if (so_far < std::min(target.least, target.most)) {
    return std::min(target.least, target.most);
  }
  if (so_far >= target.most) {
    return std::nullopt;
  }
  double excess = 0.0;  // the widest interval over the wanted one
  for (const std::vector<double>& of_policy : values) {
    if (of_policy.size() >= 2) {
      excess = std::max(excess, relative_half_width(of_policy) / target.relative);
    }
  }
  if (excess <= 1.0) {
    return std::nullopt;
  }
  const double total = next_total(static_cast<double>(so_far), excess);
  return static_cast<std::uint32_t>(std::min(total, static_cast<double>(target.most)));
}

}  // namespace mec
