// How many replications a point of a sweep needs for the precision that was asked for: a sequential
// procedure in rounds.
//
// A replication's mean (or ratio of means) is one independent observation, so the 95 % interval of
// their mean is Student's, t(n - 1) s / sqrt(n), which shrinks as 1 / sqrt(n): n times (half width
// / wanted half width)^2 replications are expected to do. Source: Law, "Simulation Modeling and
// Analysis", 4th ed., Section 9.4.1. Ignores that a procedure which stops on what it has seen
// covers a little less than 95 %; `least` bounds that.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/sweep.hpp"

namespace mec {

/// The number of replications, in all, that a point of `so_far` replications should have next, or
/// nothing: the target is reached by every policy, or `so_far` is target.most. More than `so_far`,
/// at most twice as many and at most target.most; target.least when there are fewer.
///
/// `values[policy]` holds target.of of each replication of a policy, in any order; those that
/// failed are left out, and a policy with fewer than two left is passed over: more replications
/// would fail as well. The order of the values does not matter.
[[nodiscard]] std::optional<std::uint32_t> replications_needed(
    const PrecisionTarget& target, std::uint32_t so_far,
    std::span<const std::vector<double>> values);

/// Half the width of the 95 % interval of the mean of `values`, over that mean's size: 0 where all
/// are equal, infinite where the mean is 0 and they are not. Needs two values.
[[nodiscard]] double relative_half_width(std::span<const double> values);

}  // namespace mec
