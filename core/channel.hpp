// Channels: how the rate of a link direction comes about. A plain distribution is drawn with the
// state (for every task, or once: StateRedraw); all others move while time goes on, whether or not
// anything is sent, and a change in mid-transfer counts from its date on.
//
// All moving channels but traces are slotted: the rate is constant within a slot of `slot` seconds,
// slot k being [k slot, (k + 1) slot). Rates in bytes per second, >= 0; 0 is an outage.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "core/distribution.hpp"
#include "core/random.hpp"
#include "core/rate_path.hpp"
#include "core/units.hpp"

namespace mec {

/// Drawn anew in every slot, independently.
struct RedrawnRate {
  Seconds slot;
  Distribution rate;  // never negative
};

/// First-order autoregression x' = memory x + (1 - memory) mean + sqrt(1 - memory^2) deviation z
/// with z ~ N(0, 1), from its stationary law; the rate is x clipped to [low, high]. Source: Liang,
/// Haas, "Predictive Distance-Based Mobility Management for PCS Networks", INFOCOM 1999 (eq. 1),
/// there for speeds.
struct GaussMarkovRate {
  Seconds slot;
  BytesPerSecond mean;
  BytesPerSecond deviation;
  double memory = 0.0;  // in [0, 1)
  BytesPerSecond low;
  BytesPerSecond high;
};

/// Two states; a slot ends the good one with probability slot / good_time, the bad one with
/// slot / bad_time, so that these are their mean durations. From the stationary law. Source:
/// Gilbert, "Capacity of a Burst-Noise Channel", 1960; Elliott, 1963: two rates here, not two error
/// rates.
struct GilbertRate {
  Seconds slot;
  BytesPerSecond good;
  BytesPerSecond bad;
  Seconds good_time;  // >= slot
  Seconds bad_time;   // >= slot
};

/// Markov chain of any number of states: transitions[i][j] is the probability that state j follows
/// state i. The first state is drawn from limit_law. A chain that is left with one rate holds it
/// for ever.
struct MarkovRate {
  Seconds slot;
  std::vector<BytesPerSecond> rates;
  std::vector<std::vector<double>> transitions;  // rows sum to 1 within 1e-9
};

/// The long-run share of each state when all are equally likely at first: the limit of even odds
/// under (I + P) / 2, which has the stationary laws of P but no periods, by 2^64 steps of power
/// iteration (64 squarings). It is the chain's one stationary law where it has only one.
[[nodiscard]] std::vector<double> limit_law(const MarkovRate& model);

/// A recorded rate: rates[i] holds from times[i] on. times[0] may be above 0: the first rate holds
/// before it, from 0 on.
struct Trace {
  std::vector<Seconds> times;  // strictly increasing, >= 0
  std::vector<BytesPerSecond> rates;
  Seconds end;  // of the last rate, where the trace is repeated; > times.back()
};

struct TraceRate {
  enum class AtEnd { repeat, hold };
  enum class Start { offset, random };
  std::string file;
  std::shared_ptr<const Trace> trace;
  AtEnd at_end = AtEnd::repeat;
  /// The channel's date 0 is `offset` times the device's number into the trace (modulo its end), or
  /// a random date of it. From there a repeated trace goes round, modulo its end; a held one ends
  /// with its last rate for ever.
  Start start = Start::offset;
  Seconds offset{0};
};

using ChannelModel =
    std::variant<Distribution, RedrawnRate, GaussMarkovRate, GilbertRate, MarkovRate, TraceRate>;

[[nodiscard]] inline bool moves(const ChannelModel& model) {
  return !std::holds_alternative<Distribution>(model);
}

/// "gilbert(1, 2000000, 200000, 3, 3)": all that tells it from another one, in SI units; of a
/// trace, a hash of its content in place of its name.
[[nodiscard]] std::string describe(const ChannelModel& model);

/// The path of a moving channel for the device of this number (0 for what devices share); throws
/// std::invalid_argument for a distribution, and for a model that is none (a slot of 0, a rate
/// below 0, not a number...).
[[nodiscard]] std::unique_ptr<RatePath> make_path(const ChannelModel& model, RandomEngine random,
                                                  std::uint32_t device);

/// Long-run mean rate, for routes and loads; a distribution's mean, too. A trace's is that of one
/// pass over it, also where its last rate is then held.
[[nodiscard]] BytesPerSecond mean_rate(const ChannelModel& model);

}  // namespace mec
