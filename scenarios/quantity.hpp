// Quantities as users write them: a number and a unit of the right dimension, `250 MHz`, `3 MB/s`.
// Prefixes k, M, G, T are decimal; Ki, Mi, Gi are binary; a bit is an eighth of a byte.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mec {

enum class Dimension {
  count,        // a bare number of things
  weight,       // a bare number
  work,         // CPU cycles
  data,         // bytes
  speed,        // cycles per second
  rate,         // bytes per second
  time,         // seconds
  frequency,    // events per second
  power,        // watts
  capacitance,  // J s^2 / cycle^3
};

/// One unit: value in SI = number * multiplier / divisor, to the nearest double where that is a
/// matter of powers of ten and of bits.
struct Unit {
  std::string name;
  double multiplier = 1.0;
  double divisor = 1.0;
};

/// The power of ten that the unit is of that in SI (6 for MHz), or nothing.
[[nodiscard]] std::optional<int> decimal_shift(const Unit& unit);

/// Empty for the dimensions that are bare numbers.
[[nodiscard]] const std::vector<Unit>& units_of(Dimension dimension);

/// "Hz, kHz, MHz or GHz"; empty for bare numbers.
[[nodiscard]] std::string unit_list(Dimension dimension);

/// "a frequency"
[[nodiscard]] std::string_view noun_of(Dimension dimension);

enum class BareNumber { only_zero, allowed };

/// The value in SI units: finite, >= 0, and either 0 or from 1e-60 to 1e60, so that no product or
/// quotient of two overflows. Throws ValueError. A bare 0 needs no unit; any other bare number
/// needs one, unless `bare` allows it (it is then in SI units).
[[nodiscard]] double parse_quantity(std::string_view text, Dimension dimension,
                                    BareNumber bare = BareNumber::only_zero);

/// `text` without white space at its ends.
[[nodiscard]] std::string_view trim(std::string_view text);

}  // namespace mec
