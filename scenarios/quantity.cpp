#include "scenarios/quantity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <optional>

#include "core/text.hpp"
#include "scenarios/text_file.hpp"
#include "scenarios/value_error.hpp"

namespace mec {

namespace {

constexpr double kLargest = 1e60;
constexpr double kSmallest = 1e-60;
constexpr double kKibi = 1024.0;

struct DimensionFacts {
  Dimension dimension;
  std::string_view noun;
  std::vector<Unit> units;
};

std::vector<Unit> data_units(const std::string& suffix) {
  std::vector<Unit> units = {{"B"},
                             {"kB", 1e3},
                             {"MB", 1e6},
                             {"GB", 1e9},
                             {"TB", 1e12},
                             {"KiB", kKibi},
                             {"MiB", kKibi * kKibi},
                             {"GiB", kKibi * kKibi * kKibi},
                             {"bit", 1.0, 8.0},
                             {"kbit", 125.0},
                             {"Mbit", 125e3},
                             {"Gbit", 125e6}};
  for (Unit& unit : units) {
    unit.name += suffix;
  }
  return units;
}

const std::vector<DimensionFacts>& dimension_facts() {
  static const std::vector<DimensionFacts> facts = {
      {Dimension::count, "a count", {}},
      {Dimension::weight, "a weight", {}},
      {Dimension::work,
       "an amount of work",
       {{"cycles"}, {"kcycles", 1e3}, {"Mcycles", 1e6}, {"Gcycles", 1e9}}},
      {Dimension::data, "an amount of data", data_units("")},
      {Dimension::speed, "a frequency", {{"Hz"}, {"kHz", 1e3}, {"MHz", 1e6}, {"GHz", 1e9}}},
      {Dimension::rate, "a data rate", data_units("/s")},
      {Dimension::time,
       "a time",
       {{"ns", 1.0, 1e9}, {"us", 1.0, 1e6}, {"ms", 1.0, 1e3}, {"s"}, {"min", 60.0}, {"h", 3600.0}}},
      {Dimension::frequency, "a rate", {{"/s"}, {"/min", 1.0, 60.0}, {"/h", 1.0, 3600.0}}},
      {Dimension::power, "a power", {{"uW", 1.0, 1e6}, {"mW", 1.0, 1e3}, {"W"}, {"kW", 1e3}}},
      {Dimension::capacitance, "a switched capacitance", {{"J*s^2/cycle^3"}}},
  };
  return facts;
}

const DimensionFacts& facts_of(Dimension dimension) {
  return *std::find_if(dimension_facts().begin(), dimension_facts().end(),
                       [&](const DimensionFacts& facts) { return facts.dimension == dimension; });
}

std::string expected(Dimension dimension) {
  const std::string units = unit_list(dimension);
  return units.empty() ? std::string("expected a number without a unit")
                       : fmt::format("expected {}", units);
}

std::string expected_whole(Dimension dimension) {
  const std::string units = unit_list(dimension);
  return units.empty() ? std::string("expected a number")
                       : fmt::format("expected a number and a unit: {}", units);
}

// inf, Infinity, NaN, and YAML's own .inf and .nan
bool is_non_finite(std::string_view text) {
  if (text.starts_with('.')) {
    text.remove_prefix(1);
  }
  std::string start(text.substr(0, 3));
  std::transform(start.begin(), start.end(), start.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return start == "inf" || start == "nan";
}

// The number at the front of `text`, which loses it; `digits` is what it was written as. A sign is
// part of the number.
double take_number(std::string_view& text, std::string_view& digits, Dimension dimension) {
  const bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    text.remove_prefix(1);
  }
  const bool starts_number =
      !text.empty() &&
      (std::isdigit(static_cast<unsigned char>(text.front())) != 0 || text.front() == '.');
  double value = 0.0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (!starts_number || error == std::errc::invalid_argument) {
    throw ValueError(fmt::format("{}; {}",
                                 is_non_finite(text) ? "not a finite number" : "not a number",
                                 expected_whole(dimension)));
  }
  if (error == std::errc::result_out_of_range) {
    throw ValueError("out of range; expected 0 or a value from 1e-60 to 1e+60");
  }
  if (negative && value != 0.0) {
    throw ValueError("negative; expected at least 0");
  }
  digits = text.substr(0, static_cast<std::size_t>(stop - text.data()));
  text.remove_prefix(digits.size());
  return value;
}

// `digits` times 10^shift, to the nearest double: the product of two doubles may be the next one.
double shifted(std::string_view digits, int shift) {
  const auto mark = digits.find_first_of("eE");
  int exponent = 0;
  if (mark != std::string_view::npos) {
    const auto* start = digits.data() + mark + 1;
    std::from_chars(*start == '+' ? start + 1 : start, digits.data() + digits.size(), exponent);
  }
  const std::string text = fmt::format("{}e{}", digits.substr(0, mark), exponent + shift);
  double value = 0.0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;  // 0 where it is out of range
}

// The power of ten that `value` is, or nothing.
std::optional<int> power_of_ten(double value) {
  double power = 1.0;
  for (int exponent = 0; power <= value; ++exponent, power *= 10.0) {
    if (power == value) {
      return exponent;
    }
  }
  return std::nullopt;
}

double in_si(double number, std::string_view digits, const Unit& unit) {
  constexpr double kBits = 8.0;
  if (const auto shift = decimal_shift(unit)) {
    return shifted(digits, *shift);
  }
  if (const auto shift = power_of_ten(unit.multiplier * kBits); shift && unit.divisor == 1.0) {
    return shifted(digits, *shift) / kBits;
  }
  return number * unit.multiplier / unit.divisor;
}

// Which dimension has this unit, for the message about a wrong one.
bool is_any_unit(std::string_view name) {
  for (const DimensionFacts& facts : dimension_facts()) {
    for (const Unit& unit : facts.units) {
      if (unit.name == name) {
        return true;
      }
    }
  }
  return false;
}

[[noreturn]] void refuse_unit(std::string_view name, Dimension dimension) {
  const auto shown = printable(name);
  if (units_of(dimension).empty()) {
    throw ValueError(
        fmt::format("unexpected \"{}\" after the number; {}", shown, expected(dimension)));
  }
  if (is_any_unit(name)) {
    throw ValueError(
        fmt::format("unit {} is not {}; {}", shown, noun_of(dimension), expected(dimension)));
  }
  std::vector<std::string> names;
  for (const Unit& unit : units_of(dimension)) {
    names.push_back(unit.name);
  }
  throw ValueError(fmt::format("unknown unit \"{}\"; {}{}", shown, expected(dimension),
                               did_you_mean(name, names)));
}

}  // namespace

std::optional<int> decimal_shift(const Unit& unit) {
  const auto up = power_of_ten(unit.multiplier);
  const auto down = power_of_ten(unit.divisor);
  return up && down ? std::optional(*up - *down) : std::nullopt;
}

const std::vector<Unit>& units_of(Dimension dimension) { return facts_of(dimension).units; }

std::string_view noun_of(Dimension dimension) { return facts_of(dimension).noun; }

std::string unit_list(Dimension dimension) {
  std::vector<std::string> names;
  for (const Unit& unit : units_of(dimension)) {
    names.push_back(unit.name);
  }
  return list_of_alternatives(names);
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

double parse_quantity(std::string_view text, Dimension dimension, BareNumber bare) {
  text = trim(text);
  std::string_view digits;
  const double number = take_number(text, digits, dimension);
  const std::string_view unit_name = trim(text);
  double value = number;
  if (!unit_name.empty()) {
    const auto& units = units_of(dimension);
    const auto unit = std::find_if(units.begin(), units.end(),
                                   [&](const Unit& u) { return u.name == unit_name; });
    if (unit == units.end()) {
      refuse_unit(unit_name, dimension);
    }
    value = in_si(number, digits, *unit);
  } else if (number != 0.0 && bare == BareNumber::only_zero && !units_of(dimension).empty()) {
    throw ValueError(fmt::format("missing unit; {}", expected(dimension)));
  }
  if (value != 0.0 && !(value >= kSmallest && value <= kLargest)) {
    throw ValueError("out of range; expected 0 or a value from 1e-60 to 1e+60");
  }
  if (number != 0.0 && value == 0.0) {
    throw ValueError("out of range; expected 0 or a value from 1e-60 to 1e+60");
  }
  return value;
}

}  // namespace mec
