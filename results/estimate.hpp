// A statistic with its uncertainty.
#pragma once

#include <optional>

namespace mec {

/// `value` is absent when there is nothing to compute it from, the 95 % confidence interval [low,
/// high] when there are fewer than two observations. Never NaN.
struct Estimate {
  std::optional<double> value;
  std::optional<double> low;
  std::optional<double> high;
};

}  // namespace mec
