// How precise the means of a sweep came out to be, where it was asked for a precision.
#pragma once

#include <cstdint>
#include <optional>

#include "core/sweep.hpp"
#include "results/sweep_results.hpp"

namespace mec {

/// What the widest interval is one of: a policy at a point.
struct WidestInterval {
  double relative = 0.0;  // half its width over the mean; infinite where the mean is 0
  std::uint32_t point = 0;
  std::uint32_t policy = 0;
};

struct PrecisionReached {
  std::uint64_t points = 0;         // that have cells: of a shard, its own ones
  std::uint64_t points_missed = 0;  // a policy's interval is wider than the target there
  std::uint32_t replications_least = 0;
  std::uint32_t replications_most = 0;
  /// Nothing where no policy has two values at any point.
  std::optional<WidestInterval> widest;
};

/// The cell's value of `target.of`; nothing unless it is completed and has one.
[[nodiscard]] std::optional<double> value_of(const PrecisionTarget& target, const SweepCell& cell);

/// Of the cells as they are, by point. Policies with fewer than two values at a point are passed
/// over there, as replications_needed() does: their cells have failed, which is told elsewhere.
[[nodiscard]] PrecisionReached precision_reached(const PrecisionTarget& target,
                                                 const SweepResults& results);

}  // namespace mec
