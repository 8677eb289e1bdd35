// Warm-up of a steady-state simulation: how much of the start of a series to leave out.
//
// MSER-5: the series is cut into batches of 5 with means z_1 .. z_m; leaving out the first d of
// them leaves a mean with (squared) standard error
//
//   MSER(d) = sum over j > d of (z_j - mean of those)^2 / (m - d)^2
//
// and the d that minimises it, trading bias for variance, is where the warm-up ends. A minimum in
// the second half says that the series is too short to tell. Source: White, "An Effective
// Truncation Heuristic for Bias Reduction in Simulation Output", Simulation 69(6), 1997; Franklin,
// White, "Stationarity Tests and MSER-5", Winter Simulation Conference 2008. The last five
// batches are never looked at alone: so few are alike by chance. Ignores values after the last
// whole batch.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace mec {

/// How many values to drop from the start, a multiple of 5; the fewest where several are as good.
/// Nothing where the minimum lies in the second half of the batches, or where there are fewer than
/// ten batches (50 values).
[[nodiscard]] std::optional<std::size_t> mser5(std::span<const double> series);

}  // namespace mec
