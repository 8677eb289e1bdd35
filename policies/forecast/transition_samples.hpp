// What the windows of measured rates tell of a channel's dynamics: pairs of a rate and the next
// one, a probe apart, and the Markov chain that they make. Nothing else is known of the channel.
//
// Windows overlap, so only pairs later than all that was seen are taken. With several devices that
// have a channel of their own each, one after the other contributes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "core/channel.hpp"
#include "core/units.hpp"

namespace mec {

class TransitionSamples {
 public:
  /// `history`: newest first, measured at `newest`, `newest` - step and so on.
  void add(std::span<const double> history, Seconds newest, Seconds step);

  /// Pairs ever seen.
  [[nodiscard]] std::uint64_t count() const { return count_; }

  /// The chain, a slot being `step`. Its states are the rates seen, where they are few, else parts
  /// of them of equal frequency. Transitions by relative frequency, with a prior of one stay and
  /// one move anywhere for each state. There must be a pair at least.
  [[nodiscard]] MarkovRate chain(Seconds step) const;

 private:
  static constexpr std::size_t kRemembered = 4096;

  std::vector<std::pair<double, double>> pairs_;  // a rate, and the one after it
  std::uint64_t count_ = 0;
  Seconds seen_until_{0.0};
};

}  // namespace mec
