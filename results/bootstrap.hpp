// Confidence intervals of means and ratios by resampling batches of tasks.
#pragma once

#include <cstdint>
#include <span>

#include "results/estimate.hpp"
#include "results/task_sums.hpp"

namespace mec {

struct BootstrapIntervals {
  Estimate mean_latency;  // these carry low and high only
  Estimate ratio_of_means;
  Estimate mean_of_ratios;
};

/// Percentile bootstrap (Efron, Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13):
/// kResamples times, draw as many batches as there are, with replacement, and compute the statistic
/// from their sums; the interval holds the middle 95 %. No interval from fewer than two tasks. With
/// few or heavy-tailed tasks it covers less than it says.
///
/// The draws come from the stream "bootstrap" of `seed` and depend on nothing else but the number
/// of batches, so policies are resampled alike (paired), and the same command gives the same bytes.
[[nodiscard]] BootstrapIntervals bootstrap_intervals(std::span<const TaskSums> batches,
                                                     std::uint64_t seed);

inline constexpr std::size_t kResamples = 2'000;

}  // namespace mec
