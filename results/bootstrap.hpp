// Confidence intervals of means and ratios by resampling tasks, or sets of them.
#pragma once

#include <cstdint>
#include <span>

#include "results/bca.hpp"
#include "results/estimate.hpp"
#include "results/task_sums.hpp"

namespace mec {

struct BootstrapIntervals {
  Estimate mean_latency;  // these carry low and high only
  Estimate ratio_of_means;
  Estimate mean_of_ratios;
};

/// BCa intervals, see results/bca.hpp, from the sums of independent units. None from fewer than two
/// units that hold a completed task (with a ratio, where one is asked for).
///
/// The draws come from the stream "bootstrap" of `seed` and depend on nothing else but the number
/// of units, so policies are resampled alike (paired), and the same command gives the same bytes.
[[nodiscard]] BootstrapIntervals bootstrap_intervals(std::span<const TaskSums> units,
                                                     std::uint64_t seed);

}  // namespace mec
