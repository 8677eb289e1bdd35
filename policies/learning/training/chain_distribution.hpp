// Sums over all 3^n placements of a chain by dynamic programming (forward-backward: Lafferty,
// McCallum, Pereira, "Conditional Random Fields", ICML 2001): partition function, marginals, and
// the expectation of an additive cost with its gradient (expectation semiring: Eisner, "Parameter
// Estimation for Probabilistic Finite-State Transducers", ACL 2002).
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "core/placement.hpp"

namespace mec::learning {

/// Layout of a chain's scores, costs and marginals: n x 3 for subtasks, then (n-1) x 3 x 3 for
/// neighbours.
struct ChainLayout {
  std::size_t subtasks = 1;
  [[nodiscard]] std::size_t size() const { return 3 * subtasks + 9 * (subtasks - 1); }
  // NOLINTNEXTLINE(readability-convert-member-functions-to-static): called as `edge` is
  [[nodiscard]] std::size_t node(std::size_t t, std::size_t site) const { return 3 * t + site; }
  /// Of subtasks t and t + 1.
  [[nodiscard]] std::size_t edge(std::size_t t, std::size_t site, std::size_t next) const {
    return 3 * subtasks + 9 * t + 3 * site + next;
  }
};

/// p(I) ~ exp(sum of scores / temperature). Not re-entrant.
class ChainDistribution {
 public:
  explicit ChainDistribution(std::size_t subtasks);

  /// Sums up; returns ln of the partition function.
  double prepare(std::span<const float> scores, double temperature);
  /// Of the prepared scores.
  void marginals(std::span<float> values) const;
  /// E[cost] of the prepared distribution; `gradient` receives its derivative by every score
  /// (before the division by the temperature): Cov(cost, event).
  double expectation(std::span<const double> costs, std::span<double> gradient);

  [[nodiscard]] const ChainLayout& layout() const { return layout_; }

 private:
  using Row = std::array<double, 3>;
  void sum_forward();
  void sum_backward();
  void fill_marginals();

  ChainLayout layout_;
  std::vector<double> scores_;     // tempered
  std::vector<double> marginals_;  // of the prepared scores
  // Logarithms of sums over all ways to reach a site, and over all ways on from it: nothing
  // overflows, and nothing vanishes, however far apart the scores are.
  std::vector<Row> reach_;
  std::vector<Row> leave_;
  double log_sum_ = 0.0;
};

}  // namespace mec::learning
