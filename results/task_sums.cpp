#include "results/task_sums.hpp"

#include <cmath>

namespace mec {

std::optional<double> latency_ratio(double latency_s, double optimum_s) {
  constexpr double kNothing = 1e-12;  // s
  if (!std::isfinite(optimum_s)) {
    return std::nullopt;
  }
  if (optimum_s < kNothing) {
    return latency_s <= kNothing ? std::optional(1.0) : std::nullopt;
  }
  return latency_s / optimum_s;
}

TaskSums sums_of_task(double latency_s, double optimum_s) {
  TaskSums sums;
  sums.tasks = 1.0;
  sums.latency = latency_s;
  if (const std::optional<double> ratio = latency_ratio(latency_s, optimum_s)) {
    sums.rated = 1.0;
    sums.rated_latency = latency_s;
    sums.optimum = optimum_s;
    sums.ratio = *ratio;
  }
  return sums;
}

}  // namespace mec
