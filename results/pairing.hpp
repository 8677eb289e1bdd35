// Policies compared on the tasks that both have completed: with common random numbers these are the
// same tasks in the same states, and what both have in common drops out of the difference.
//
// Units (results/units.hpp) hold the same task numbers under both policies and are resampled
// together. Wins and losses are tested by the sign test, which assumes nothing of the
// distribution, and corrected for the number of pairs by Holm's step-down procedure. Sources:
// Conover, "Practical Nonparametric Statistics", 3rd ed., Section 3.4; Holm, "A Simple Sequentially
// Rejective Multiple Test Procedure", Scandinavian Journal of Statistics 6, 1979.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "results/estimate.hpp"
#include "results/units.hpp"

namespace mec {

/// One policy against another, by their positions in what was compared.
struct Comparison {
  std::size_t policy = 0;
  std::size_t other = 0;
  SampleUnit unit = SampleUnit::task;
  std::uint64_t units = 0;
  /// Mean latency over the other's, of the common tasks.
  Estimate ratio_of_means;
  /// Mean over units of latency over the other's. A unit in which the other takes 0 s has ratio 1
  /// if the policy does as well, and otherwise none.
  Estimate mean_of_ratios;
  std::uint64_t wins = 0;  // units in which the policy is faster
  std::uint64_t ties = 0;  // equal within 1e-12 of the larger one
  std::uint64_t losses = 0;
  std::optional<double> p_value;      // of wins and losses being equally likely; none without units
  std::optional<double> p_corrected;  // over all pairs that were compared together
  bool significant = false;           // at 5 %, corrected
};

/// Every ordered pair: by policy, then by other. The unit of a pair follows from the number of
/// replications that both have ended (unit_for).
[[nodiscard]] std::vector<Comparison> compare_policies(std::span<const PolicyOutcomes> policies,
                                                       bool independent_tasks, std::uint64_t seed);

/// The probability of so many wins and losses, or of a more uneven split, where each of them is as
/// likely as the other. Two-sided, exact.
[[nodiscard]] double sign_test(std::uint64_t wins, std::uint64_t losses);

/// Holm's corrected values, in the order of `p_values`.
[[nodiscard]] std::vector<double> holm(std::span<const double> p_values);

}  // namespace mec
