// Bootstrap intervals of statistics of sums over units (tasks, batches of them, replications).
//
// As often as kResamples says, as many units as there are are drawn with replacement and the
// statistic is computed from their sums. With G the distribution of what comes out, Phi that of the
// standard normal and z = Phi^-1(2.5 %), Phi^-1(97.5 %), the interval's ends are those quantiles
// of G that BCa (bias-corrected and accelerated) puts in place of 2.5 % and 97.5 %:
//
//   Phi(b + (b + z) / (1 - a (b + z))),  b = Phi^-1(share of resamples below the observed value)
//
// where resamples equal to it count half, and a = sum d^3 / (6 (sum d^2)^1.5) is the acceleration,
// d_i the mean of the leave-one-out (jackknife) values less the one without unit i. Source: Efron,
// Tibshirani, "An Introduction to the Bootstrap", 1993, eq. 14.9, 14.14, 14.15. Ends are resampled
// values, never interpolated: so no rounding of Phi shows in them. Covers less than it says where
// units are few (below some 20) or have no finite variance.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/random.hpp"
#include "results/estimate.hpp"

namespace mec {

inline constexpr std::size_t kResamples = 2'000;

/// The BCa interval, as low and high only, of a statistic with the value `observed`, its resampled
/// and its leave-one-out values. Where the correction is undefined (all leave-one-out values are
/// equal, all resamples on one side of the observed value, 1 - a (b + z) <= 0) the percentile
/// interval: the middle 95 % of the resamples. Reorders `resampled`; empty gives no interval.
[[nodiscard]] Estimate bca_interval(double observed, std::vector<double>& resampled,
                                    std::span<const double> leave_one_out);

/// Indices 0 .. n - 1, two per 64 random bits, by multiplication: n < 2^13 makes some at most
/// 2^-19 likelier than others. They depend on the seed and n only, so that whatever is resampled
/// with the same is resampled alike.
class IndexStream {
 public:
  IndexStream(std::uint64_t seed, std::size_t n)
      : engine_(RandomStreams(seed, 0).stream("bootstrap")), n_(n) {}

  std::size_t next() {
    if (!half_left_) {
      bits_ = engine_();
    } else {
      bits_ >>= 32U;
    }
    half_left_ = !half_left_;
    return ((bits_ & 0xffffffffU) * n_) >> 32U;
  }

 private:
  RandomEngine engine_;
  std::uint64_t n_;
  std::uint64_t bits_ = 0;
  bool half_left_ = false;
};

/// A statistic of summed units; nothing where they have none.
template <typename Sums>
using Statistic = std::optional<double> (*)(const Sums&);

/// The statistic of all units but one, for each unit that leaves one. From partial sums of either
/// side: to subtract a unit from the total would cost digits.
template <typename Sums, std::size_t N>
std::array<std::vector<double>, N> leave_one_out(std::span<const Sums> units,
                                                 const std::array<Statistic<Sums>, N>& statistics) {
  std::vector<Sums> after(units.size() + 1);
  for (std::size_t i = units.size(); i > 0; --i) {
    after[i - 1] = after[i];
    after[i - 1] += units[i - 1];
  }
  std::array<std::vector<double>, N> values;
  Sums before;
  for (std::size_t i = 0; i < units.size(); ++i) {
    Sums others = before;
    others += after[i + 1];
    for (std::size_t k = 0; k < N; ++k) {
      if (const std::optional<double> value = statistics[k](others)) {
        values[k].push_back(*value);
      }
    }
    before += units[i];
  }
  return values;
}

/// The interval of each statistic, as low and high only; none where fewer than two units have the
/// statistic. All statistics see the same resamples. `Sums` has `+=`, and is empty by default.
template <typename Sums, std::size_t N>
std::array<Estimate, N> bca_intervals(std::span<const Sums> units,
                                      const std::array<Statistic<Sums>, N>& statistics,
                                      std::uint64_t seed) {
  std::array<std::vector<double>, N> resampled;
  IndexStream indices(seed, units.size());
  for (std::size_t i = 0; i < kResamples && units.size() >= 2; ++i) {
    Sums sums;
    for (std::size_t j = 0; j < units.size(); ++j) {
      sums += units[indices.next()];
    }
    for (std::size_t k = 0; k < N; ++k) {
      if (const std::optional<double> value = statistics[k](sums)) {
        resampled[k].push_back(*value);
      }
    }
  }
  Sums total;
  std::array<std::size_t, N> defined = {};
  for (const Sums& unit : units) {
    total += unit;
    for (std::size_t k = 0; k < N; ++k) {
      defined[k] += statistics[k](unit) ? 1U : 0U;
    }
  }
  const std::array<std::vector<double>, N> without = leave_one_out(units, statistics);
  std::array<Estimate, N> intervals;
  for (std::size_t k = 0; k < N; ++k) {
    if (const std::optional<double> observed = statistics[k](total); observed && defined[k] >= 2) {
      intervals[k] = bca_interval(*observed, resampled[k], without[k]);
    }
  }
  return intervals;
}

}  // namespace mec
