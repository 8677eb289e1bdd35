// Quantiles of a stream of values >= 0 in bounded memory.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "results/estimate.hpp"

namespace mec {

/// Ranks (1-based, low <= high) between whose order statistics a quantile lies.
struct RankInterval {
  std::uint64_t low = 1;
  std::uint64_t high = 1;
};

/// The distribution-free 95 % interval of quantile q from n >= 1 independent values: the number of
/// values at or below the true quantile is Binomial(n, q), whatever they are distributed as, so
///
///   low = least k with P(Bin <= k) >= 2.5 %,  high = 1 + least k with P(Bin <= k) >= 97.5 %
///
/// leave at most 2.5 % on either side. (A bootstrap of a quantile estimates the same ranks by
/// resampling; this is the closed form.) Clamped to [1, n]: with few values an extreme quantile's
/// interval ends at the extreme value and covers less, for p95 when n < 72. Source: Conover,
/// "Practical Nonparametric Statistics", 3rd ed., Section 3.2. Ignores correlation between values.
[[nodiscard]] RankInterval quantile_ranks(std::uint64_t n, double q);

/// Keeps up to kExactValues values as they are; beyond that, a histogram of 1,024 bins per power of
/// two from 2^-40 to 2^40. A bin's values are reported as its midpoint, at most 1/2048 < 0.05 % off
/// (the least and the greatest value are exact); values below 2^-40 (0.9 ps, when in seconds) as
/// the least value seen, those from 2^40 up as the greatest.
class QuantileStore {
 public:
  static constexpr std::size_t kExactValues = 65'536;

  void add(double value);
  [[nodiscard]] std::uint64_t count() const { return count_; }

  /// The value of 1-based `rank` in ascending order; needs 1 <= rank <= count(). Sorts on demand.
  [[nodiscard]] double at_rank(std::uint64_t rank);
  /// Linear interpolation between the order statistics around 1 + (n - 1) q (type 7 of Hyndman and
  /// Fan, The American Statistician 50(4), 1996: the default of NumPy, pandas and R), with the
  /// interval of `quantile_ranks`.
  [[nodiscard]] Estimate quantile(double q);
  /// The same without the interval; nothing where there are no values.
  [[nodiscard]] std::optional<double> quantile_value(double q);

 private:
  void switch_to_histogram();
  void add_to_histogram(double value);
  [[nodiscard]] double histogram_rank(std::uint64_t rank) const;

  std::uint64_t count_ = 0;
  double least_ = 0.0;
  double greatest_ = 0.0;
  bool sorted_ = true;
  std::vector<double> values_;       // empty once the histogram is in use
  std::vector<std::uint64_t> bins_;  // empty until then
  std::uint64_t below_ = 0;          // values under the first bin
};

}  // namespace mec
