// How long a transfer is expected to take on a link whose rate follows a Markov chain: a state for
// each slot of `slot` seconds, a rate r_s for each state. From the beginning of a slot in state s,
//
//   T(s, D) = D / r_s                              if D <= r_s slot, else
//             slot + sum_j P(s, j) T(j, D - r_s slot),
//
// which the expected rate does not give: E[time] is not D / E[rate]. The sum over j is tabulated by
// D and interpolated linearly; beyond the table, a byte takes the long-run mean.
//
// Rates in bytes per second, an outage 0; sizes in bytes; times in seconds.
#pragma once

#include <cstddef>
#include <vector>

#include "core/channel.hpp"
#include "core/units.hpp"

namespace mec {

class ServiceChain {
 public:
  /// Throws std::invalid_argument on a model that is no chain.
  explicit ServiceChain(const MarkovRate& model);

  [[nodiscard]] double slot() const { return slot_; }
  [[nodiscard]] std::size_t states() const { return rates_.size(); }
  /// The state whose rate is nearest to this one, by their ratio.
  [[nodiscard]] std::size_t state_of(double rate) const;
  /// The probability of `state` so many slots after the chain was in `from`.
  [[nodiscard]] double probability(std::size_t from, std::size_t slots, std::size_t state) const;

  /// Expected seconds that `bytes` take from a date on at which `left` seconds of the slot are
  /// left. The chain was in state `from` so many slots before that one.
  [[nodiscard]] double service_time(std::size_t from, std::size_t slots, double left,
                                    double bytes) const;

 private:
  // Slots after which a state is taken to be forgotten.
  static constexpr std::size_t kHorizon = 64;
  static constexpr std::size_t kCells = 512;
  static constexpr double kCellsPerSlot = 16.0;  // of the mean rate

  void fill_powers(const MarkovRate& model);
  void fill_times(const MarkovRate& model);
  /// sum_j P(s, j) T(j, bytes)
  [[nodiscard]] double after_slot(std::size_t s, double bytes) const;
  [[nodiscard]] double from_slot(std::size_t s, double bytes) const;

  double slot_;
  std::vector<double> rates_;
  double cell_ = 0.0;             // bytes
  double seconds_per_byte_;       // in the long run
  std::vector<double> powers_;    // [kHorizon + 1][from][state]
  std::vector<double> expected_;  // [state][kCells + 1]: after_slot
};

}  // namespace mec
