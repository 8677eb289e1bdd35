// A rate that moves: piecewise constant over time, in units per second (bytes for a link), zero
// during an outage. It starts at date 0; what it holds before that is its first rate.
//
// A path is made as far as somebody looks, so it may go on for ever, and forgets its past on
// request. What a path holds depends on nobody who looks at it: it is the same for every policy.
#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <vector>

#include "core/units.hpp"

namespace mec {

/// `rate` >= 0 holds until the date `until`; infinite: for ever.
struct RateSegment {
  double rate = 0.0;
  Seconds until{std::numeric_limits<double>::infinity()};
};

/// Makes a path, segment after segment.
class RateSource {
 public:
  virtual ~RateSource() = default;
  /// The segment after the last one; the first starts at date 0. `until` strictly increases; not
  /// called again after an infinite one. A rate that never changes again must come as an infinite
  /// segment: whoever waits for the end of an outage would otherwise wait for ever.
  virtual RateSegment next() = 0;
};

class RatePath {
 public:
  /// Its look-ups throw std::invalid_argument when the source breaks its promises.
  explicit RatePath(std::unique_ptr<RateSource> source);
  /// For ever the same; >= 0 and finite, or std::invalid_argument.
  explicit RatePath(double rate);

  /// The rate at a date and how long it holds: `until` > `when`, and the rate is another one from
  /// then on, unless the stretch is longer than kLongestRun segments of the source. A date before
  /// all that is remembered has the oldest rate that is. Throws std::invalid_argument for a date
  /// that is not finite.
  [[nodiscard]] RateSegment at(Seconds when);
  /// What ended before this date will not be asked for any more.
  void forget_before(Seconds when);

  static constexpr std::size_t kLongestRun = 4096;

 private:
  void extend();
  [[nodiscard]] RateSegment drawn();
  void append(const RateSegment& segment);
  [[nodiscard]] std::size_t find(double when) const;

  std::unique_ptr<RateSource> source_;  // null once the path is complete
  std::vector<RateSegment> segments_;   // remembered ones from first_ on
  std::size_t first_ = 0;
  std::size_t cursor_ = 0;    // where the last look-up ended
  RateSegment pending_;       // comes after segments_, perhaps longer than the source has told yet
  Seconds drawn_until_{0.0};  // how far the source has got
  Seconds forgotten_{-std::numeric_limits<double>::infinity()};
};

/// How long `amount` > 0 units take from `start` on: the least s for which the integral of the rate
/// over [start, start + s] is the amount, to a few units in the last place. Infinite if the path
/// stays at zero for ever before that. Throws std::invalid_argument unless both are finite.
[[nodiscard]] Seconds service_time(RatePath& path, Seconds start, double amount);

/// What is served in [start, end], in units. Throws std::invalid_argument unless both dates are
/// finite and in order.
[[nodiscard]] double served_amount(RatePath& path, Seconds start, Seconds end);

}  // namespace mec
