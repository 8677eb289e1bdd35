// Exact solvers of the chain placement problem for any additive objective (core/site_costs.hpp).
//
// Both add costs left to right in the same association, so they agree on the optimal cost bit for
// bit. Ties: dynamic programming keeps the lowest predecessor site, exhaustive search the
// lexicographically first placement; the placements may then differ, the costs do not.
#pragma once

#include <cstdint>

#include "core/placement.hpp"
#include "core/site_costs.hpp"

namespace mec {

struct Solution {
  Placement placement;
  double cost = 0.0;  // in the unit of the SiteCosts
};

/// Min-plus dynamic programming over sites: O(n K^2) time. The input lies at site `from`; the
/// output is due at the device.
[[nodiscard]] Solution solve_dp(const SiteCosts& costs, ChainView task, SiteIndex from = kDevice);

/// Only the optimal cost of `solve_dp`, without the placement: no memory beyond K doubles.
[[nodiscard]] double optimal_cost(const SiteCosts& costs, ChainView task, SiteIndex from = kDevice);

/// Largest number of placements that `solve_exhaustive` agrees to search: minutes, not years.
inline constexpr double kMaxExhaustivePlacements = 1e10;

/// Depth-first search of all K^n placements that shares the cost of common prefixes (a prefix
/// tree), as the paper's "Optimal". No pruning: its cost is what an exhaustive search costs. Throws
/// std::invalid_argument when K^n > 1e10.
[[nodiscard]] Solution solve_exhaustive(const SiteCosts& costs, ChainView task,
                                        SiteIndex from = kDevice);

}  // namespace mec
