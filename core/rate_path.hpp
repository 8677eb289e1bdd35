// A rate that moves: piecewise constant over time, in units per second (bytes for a link), zero
// during an outage. It starts at date 0; what it holds before that is its first rate.
//
// A path is made as far as somebody looks, so it may go on for ever, and forgets its past on
// request. What a path holds depends on nobody who looks at it: it is the same for every policy.
#pragma once

#include <deque>
#include <limits>
#include <memory>

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
  /// called again after an infinite one.
  virtual RateSegment next() = 0;
};

class RatePath {
 public:
  explicit RatePath(std::unique_ptr<RateSource> source);
  /// For ever the same.
  explicit RatePath(double rate);

  /// The rate at a date and how long it holds. A date before all that is remembered has the oldest
  /// rate that is.
  [[nodiscard]] RateSegment at(Seconds when);
  /// What ended before this date will not be asked for any more.
  void forget_before(Seconds when);

 private:
  void extend();

  std::unique_ptr<RateSource> source_;  // null once the path is complete
  std::deque<RateSegment> segments_;    // neighbours differ in rate
  std::size_t cursor_ = 0;              // where the last look-up ended
};

/// How long `amount` > 0 units take from `start` on: the least s for which the integral of the rate
/// over [start, start + s] is the amount. Infinite if the path stays at zero for ever before that.
[[nodiscard]] Seconds service_time(RatePath& path, Seconds start, double amount);

/// What is served in [start, end], in units.
[[nodiscard]] double served_amount(RatePath& path, Seconds start, Seconds end);

}  // namespace mec
