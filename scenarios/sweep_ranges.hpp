// Evenly spaced numbers of an axis, linear or logarithmic, as the texts that a user would write:
// from 0.1 MB/s in steps of 0.1 MB/s comes 0.3 MB/s, not 0.30000000000000004. Steps are counted in
// decimals, exactly; what does not come out even is rounded to six significant digits, or to whole
// numbers where the key takes those.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "scenarios/quantity.hpp"

namespace mec {

/// The numbers that a key takes.
struct NumberRule {
  Dimension dimension = Dimension::count;
  BareNumber bare = BareNumber::only_zero;
  bool whole = false;
};

/// A range as written; of `step` and `count` at least one is given.
struct RangeText {
  std::string from;
  std::string to;
  std::optional<std::string> step;
  std::optional<std::uint64_t> count;  // >= 1
};

/// Values that are made when they are asked for: there may be more of them than any memory holds.
struct NumberRange {
  std::uint64_t count = 0;
  std::function<std::string(std::uint64_t)> text_of;
};

/// With a step, all values up to `to`, which need not be one of them. Throws ValueError.
[[nodiscard]] NumberRange linear_range(const RangeText& text, const NumberRule& rule);

/// `count` values with the same ratio between neighbours. Throws ValueError.
[[nodiscard]] NumberRange log_range(const RangeText& text, const NumberRule& rule);

}  // namespace mec
