// A service along a path, one stretch of constant rate after the other: what an engine that follows
// the clock needs. Dates and durations in seconds.
//
// Nothing adds up over many stretches: durations are differences of dates, and what is left is a
// long double, for it may be the small rest of much.
#pragma once

#include <algorithm>
#include <limits>

#include "core/rate_path.hpp"

namespace mec {

struct Stretch {
  double start = 0.0;      // of the service
  double since = 0.0;      // of this stretch
  double until = 0.0;      // of this stretch; infinite: for ever
  double rate = 0.0;       // units per second
  long double left = 0.0;  // units, at `since`; the engine's to update

  /// At a constant rate, unless a path is entered.
  [[nodiscard]] static Stretch first(double now, double amount, double constant) {
    return {now, now, std::numeric_limits<double>::infinity(), constant,
            static_cast<long double>(amount)};
  }

  /// Goes on at `date`, on what the path holds then.
  void enter(RatePath& path, double date) {
    since = date;
    const RateSegment segment = path.at(Seconds{date});
    rate = segment.rate;
    until = segment.until.value();
  }

  [[nodiscard]] bool is_for_ever() const {
    return until == std::numeric_limits<double>::infinity();
  }
  [[nodiscard]] bool is_stuck() const { return rate == 0.0 && is_for_ever(); }

  /// Units that are served until its end, by a server that does nothing else.
  [[nodiscard]] long double capacity() const {
    return static_cast<long double>(rate) * (until - since);
  }
  /// Does the service end in it?
  [[nodiscard]] bool is_last() const { return rate > 0.0 && left <= capacity(); }

  /// How long the whole service takes if this is its last stretch.
  [[nodiscard]] double served() const {
    const auto rest = static_cast<double>(left / static_cast<long double>(rate));
    return std::min(since - start + rest, until - start);
  }
};

}  // namespace mec
