// Costs as an agent is paid for them: over what the whole task costs on the device, and cut. Both
// make the samples alike: seconds range over decades, and their mean does not even exist for a
// bandwidth drawn from (0, x] (E[1/b] diverges).
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "policies/learning/training/samples.hpp"

namespace mec::drl {

/// The worst that anything counts as, in costs of the device alone: an optimum is never above 1.
inline constexpr double kWorst = 1.5;

class RelativeCost {
 public:
  explicit RelativeCost(const learning::SampleSet& samples) {
    const std::size_t n = samples.subtasks();
    for (std::size_t i = 0; i < samples.count; ++i) {
      const learning::SampleCosts costs(samples, i);
      double all_local = 0.0;
      for (std::size_t t = 0; t < n; ++t) {
        all_local += costs.compute(t, kDevice);
      }
      all_local_.push_back(all_local);
    }
  }

  /// `cost` of sample i, or of a part of it. Nothing costs nothing, also where the device does it
  /// all for nothing.
  [[nodiscard]] float operator()(std::size_t i, double cost) const {
    const double relative = cost == 0.0 ? 0.0 : cost / all_local_[i];
    return static_cast<float>(relative < kWorst ? relative : kWorst);  // NaN: the worst
  }

 private:
  std::vector<double> all_local_;
};

/// Huber's loss: a parabola up to `kBend`, straight beyond. Huber, "Robust Estimation of a Location
/// Parameter", 1964.
inline constexpr float kBend = 0.1F;
struct Huber {
  float loss;
  float slope;
};
[[nodiscard]] inline Huber huber(float error) {
  const float size = error < 0.0F ? -error : error;
  if (size < kBend) {
    return {0.5F * error * error, error};
  }
  // NaN comes here and stays NaN.
  return {kBend * (size - 0.5F * kBend), std::clamp(error, -kBend, kBend)};
}

}  // namespace mec::drl
