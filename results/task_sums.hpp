// What a set of tasks adds up to, as far as the means and ratios of latency need it.
#pragma once

#include <optional>

namespace mec {

/// Sums over tasks; a single task is a set of one. Failed tasks add nothing. Counts are doubles
/// (exact up to 2^53) because they are denominators.
struct TaskSums {
  double tasks = 0.0;
  double latency = 0.0;  // s
  // The rest is over tasks whose latency / optimum is defined.
  double rated = 0.0;
  double rated_latency = 0.0;  // s
  double optimum = 0.0;        // s
  double ratio = 0.0;

  TaskSums& operator+=(const TaskSums& other) {
    tasks += other.tasks;
    latency += other.latency;
    rated += other.rated;
    rated_latency += other.rated_latency;
    optimum += other.optimum;
    ratio += other.ratio;
    return *this;
  }

  [[nodiscard]] std::optional<double> mean_latency() const {
    return tasks > 0 ? std::optional(latency / tasks) : std::nullopt;
  }
  /// 1 when all there is has both latency and optimum 0.
  [[nodiscard]] std::optional<double> ratio_of_means() const {
    if (rated <= 0) {
      return std::nullopt;
    }
    return optimum > 0 ? rated_latency / optimum : 1.0;
  }
  [[nodiscard]] std::optional<double> mean_of_ratios() const {
    return rated > 0 ? std::optional(ratio / rated) : std::nullopt;
  }
};

/// latency / optimum of one task. An optimum of 0 s (an empty task, or one whose data never leave
/// an infinitely fast site) has ratio 1 if the latency is 0 s too, and none otherwise; 0 means
/// below a picosecond. No ratio either where no optimum was computed (NaN or infinite).
[[nodiscard]] std::optional<double> latency_ratio(double latency_s, double optimum_s);

/// The sums of one completed task.
[[nodiscard]] TaskSums sums_of_task(double latency_s, double optimum_s);

}  // namespace mec
