// Integrals of a rate that moves, the plain way: a sum over breakpoints in long double.
#pragma once

#include <limits>
#include <vector>

#include "core/rate_path.hpp"

namespace mec::test {

struct Piece {
  double since;
  double until;
  double rate;
};

/// What a path holds from one date to another, at least.
inline std::vector<Piece> pieces(RatePath& path, double from, double to) {
  std::vector<Piece> all;
  for (double since = from; since < to;) {
    const RateSegment segment = path.at(Seconds{since});
    all.push_back({since, segment.until.value(), segment.rate});
    since = segment.until.value();
  }
  return all;
}

/// Over [from, to].
inline long double integral(const std::vector<Piece>& all, double from, double to) {
  long double sum = 0.0L;
  for (const Piece& piece : all) {
    const double since = piece.since > from ? piece.since : from;
    const double until = piece.until < to ? piece.until : to;
    if (since < until) {
      sum += static_cast<long double>(piece.rate) *
             (static_cast<long double>(until) - static_cast<long double>(since));
    }
  }
  return sum;
}

/// The time from `from` on until the integral is the amount; infinite if the pieces do not last.
inline long double time_to_serve(const std::vector<Piece>& all, double from, long double amount) {
  long double before = 0.0L;
  for (const Piece& piece : all) {
    if (piece.until <= from) {
      continue;
    }
    const long double since = piece.since > from ? piece.since : from;
    const long double here = piece.rate > 0.0 ? static_cast<long double>(piece.rate) *
                                                    (static_cast<long double>(piece.until) - since)
                                              : 0.0L;
    if (before + here >= amount) {
      return since - static_cast<long double>(from) +
             (amount - before) / static_cast<long double>(piece.rate);
    }
    before += here;
  }
  return std::numeric_limits<long double>::infinity();
}

}  // namespace mec::test
