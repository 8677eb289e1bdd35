#include "scenarios/sweep_ranges.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "core/text.hpp"
#include "scenarios/text_file.hpp"
#include "scenarios/value_error.hpp"

namespace mec {

namespace {

constexpr std::size_t kMostDigits = 18;  // of a 64-bit number

// mantissa * 10^exponent
struct Decimal {
  std::int64_t mantissa = 0;
  int exponent = 0;
};

[[noreturn]] void refuse_digits() {
  throw ValueError(fmt::format(
      "the numbers of the range have too many digits; expected at most {} from the first of the "
      "largest to the last of the smallest",
      kMostDigits));
}

// `text` is what std::from_chars takes for a number, without a sign.
Decimal parse_decimal(std::string_view text) {
  Decimal result;
  const auto mark = text.find_first_of("eE");
  if (mark != std::string_view::npos) {
    const auto* start = text.data() + mark + 1;
    std::from_chars(*start == '+' ? start + 1 : start, text.data() + text.size(), result.exponent);
  }
  std::string digits(text.substr(0, mark));
  const auto point = digits.find('.');
  if (point != std::string::npos) {
    result.exponent -= static_cast<int>(digits.size() - point - 1);
    digits.erase(point, 1);
  }
  while (digits.size() > 1 && digits.back() == '0') {
    digits.pop_back();
    ++result.exponent;
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  if (digits.size() > kMostDigits) {
    refuse_digits();
  }
  std::from_chars(digits.data(), digits.data() + digits.size(), result.mantissa);
  return result.mantissa == 0 ? Decimal{} : result;
}

std::int64_t times_ten(std::int64_t value) {
  std::int64_t result = 0;
  if (__builtin_mul_overflow(value, std::int64_t{10}, &result)) {
    refuse_digits();
  }
  return result;
}

// The mantissa that the number has with this exponent, which is not above its own.
std::int64_t mantissa_at(Decimal number, int exponent) {
  while (number.mantissa != 0 && number.exponent > exponent) {
    number.mantissa = times_ten(number.mantissa);
    --number.exponent;
  }
  return number.mantissa;
}

std::string decimal_text(Decimal number) {
  constexpr int kMostZeros = 18;
  while (number.mantissa % 10 == 0 && number.mantissa != 0) {
    number.mantissa /= 10;
    ++number.exponent;
  }
  std::string digits = fmt::format("{}", number.mantissa);
  if (number.mantissa == 0 || number.exponent == 0) {
    return digits;
  }
  const int size = static_cast<int>(digits.size());
  if (number.exponent > kMostZeros || -number.exponent > size + kMostZeros) {
    return fmt::format("{}e{}", digits, number.exponent);
  }
  if (number.exponent > 0) {
    return digits.append(static_cast<std::size_t>(number.exponent), '0');
  }
  if (-number.exponent >= size) {
    digits.insert(0, static_cast<std::size_t>(1 - number.exponent - size), '0');
  }
  return digits.insert(digits.size() - static_cast<std::size_t>(-number.exponent), 1, '.');
}

double to_double(const Decimal& number) {
  return parse_double(fmt::format("{}e{}", number.mantissa, number.exponent)).value_or(0.0);
}

struct Term {
  Decimal number;
  std::string unit;
};

// One of from, to and step; the fault of one names it.
Term parse_term(const char* what, const std::string& written, const NumberRule& rule,
                bool may_fall = false) {
  std::string_view text = trim(written);
  const bool falls = may_fall && text.starts_with('-');
  if (falls || text.starts_with('+')) {
    text.remove_prefix(1);
  }
  try {
    (void)parse_quantity(text, rule.dimension, rule.bare);
  } catch (const ValueError& error) {
    throw ValueError(fmt::format("{} \"{}\": {}", what, printable(written), error.what()));
  }
  text.remove_prefix(text.starts_with('-') || text.starts_with('+') ? 1 : 0);  // of a -0
  double ignored = 0.0;
  const auto* stop = std::from_chars(text.data(), text.data() + text.size(), ignored).ptr;
  const auto length = static_cast<std::size_t>(stop - text.data());
  Term term{parse_decimal(text.substr(0, length)), std::string(trim(text.substr(length)))};
  term.number.mantissa *= falls ? -1 : 1;
  return term;
}

std::optional<int> shift_of(const std::string& unit, Dimension dimension) {
  const auto& units = units_of(dimension);
  const auto it =
      std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == unit; });
  return it == units.end() ? 0 : decimal_shift(*it);  // a bare number is in SI units
}

void convert(Term& term, const std::string& unit, Dimension dimension) {
  if (term.unit != unit && term.number.mantissa != 0) {
    const auto from = shift_of(term.unit, dimension);
    const auto to = shift_of(unit, dimension);
    if (!from || !to) {
      throw ValueError(fmt::format("{} and {} in one range; expected one unit",
                                   term.unit.empty() ? "a bare number" : printable(term.unit),
                                   unit));
    }
    term.number.exponent += *from - *to;
  }
  term.unit = unit;
}

struct Terms {
  Decimal from;
  Decimal to;
  Decimal step;
  std::string unit;
};

Terms parse_terms(const RangeText& text, const NumberRule& rule) {
  std::vector<Term> all = {parse_term("from", text.from, rule), parse_term("to", text.to, rule)};
  if (text.step) {
    all.push_back(parse_term("step", *text.step, rule, true));
  }
  const auto first =
      std::find_if(all.begin(), all.end(), [](const Term& term) { return !term.unit.empty(); });
  const std::string unit = first == all.end() ? std::string() : first->unit;
  for (Term& term : all) {
    convert(term, unit, rule.dimension);
  }
  return {all[0].number, all[1].number, all.back().number, unit};
}

std::string with_unit(const Decimal& number, const std::string& unit) {
  return unit.empty() ? decimal_text(number) : fmt::format("{} {}", decimal_text(number), unit);
}

// The exponent at which all of these are whole; 0 needs none.
int common_exponent(std::initializer_list<Decimal> numbers) {
  std::optional<int> least;
  for (const Decimal& number : numbers) {
    if (number.mantissa != 0) {
      least = std::min(least.value_or(number.exponent), number.exponent);
    }
  }
  return least.value_or(0);
}

std::int64_t difference(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (__builtin_sub_overflow(a, b, &result)) {
    refuse_digits();
  }
  return result;
}

NumberRange stepped(const Terms& terms) {
  const int exponent = common_exponent({terms.from, terms.to, terms.step});
  const std::int64_t from = mantissa_at(terms.from, exponent);
  const std::int64_t step = mantissa_at(terms.step, exponent);
  const std::int64_t way = difference(mantissa_at(terms.to, exponent), from);
  if (step == 0) {
    throw ValueError("a step of 0; expected a step from `from` to `to`");
  }
  if (way != 0 && (way > 0) != (step > 0)) {
    throw ValueError(fmt::format("the step leads away from `to`; expected one {} 0",
                                 way > 0 ? "above" : "below"));
  }
  return {static_cast<std::uint64_t>(way / step) + 1,
          [from, step, exponent, unit = terms.unit](std::uint64_t i) {
            return with_unit({from + static_cast<std::int64_t>(i) * step, exponent}, unit);
          }};
}

void check_count(const Decimal& from, const Decimal& to, std::uint64_t count) {
  const int exponent = common_exponent({from, to});
  if (count == 1 && mantissa_at(from, exponent) != mantissa_at(to, exponent)) {
    throw ValueError("a count of 1 between two numbers; expected at least 2");
  }
}

// a * i / n to the nearest, halves up; n > 0.
std::int64_t share(std::int64_t a, std::int64_t i, std::int64_t n) {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(a, i, &product)) {
    refuse_digits();
  }
  const std::int64_t rest = ((product % n) + n) % n;
  return (product - rest) / n + (rest >= n - rest ? 1 : 0);
}

NumberRange spread(const Terms& terms, std::uint64_t count, bool whole) {
  constexpr std::int64_t kSixDigits = 1'000'000;
  check_count(terms.from, terms.to, count);
  int exponent = common_exponent({terms.from, terms.to});
  if (whole) {
    exponent = std::min(exponent, 0);
  }
  std::int64_t from = mantissa_at(terms.from, exponent);
  std::int64_t to = mantissa_at(terms.to, exponent);
  const std::int64_t gaps = count > 1 ? static_cast<std::int64_t>(count - 1) : 1;
  while (!whole && difference(to, from) % gaps != 0 && std::max(from, to) < kSixDigits) {
    from = times_ten(from);
    to = times_ten(to);
    --exponent;
  }
  const std::int64_t way = difference(to, from);
  (void)share(way, gaps, gaps);  // the largest product
  return {
      count, [=, unit = terms.unit](std::uint64_t i) {
        return with_unit({from + share(way, static_cast<std::int64_t>(i), gaps), exponent}, unit);
      }};
}

}  // namespace

NumberRange linear_range(const RangeText& text, const NumberRule& rule) {
  const Terms terms = parse_terms(text, rule);
  return text.step ? stepped(terms) : spread(terms, text.count.value_or(1), rule.whole);
}

NumberRange log_range(const RangeText& text, const NumberRule& rule) {
  const Terms terms = parse_terms(text, rule);
  if (terms.from.mantissa == 0 || terms.to.mantissa == 0) {
    throw ValueError("0 has no logarithm; expected from and to above 0");
  }
  const std::uint64_t count = text.count.value_or(1);
  check_count(terms.from, terms.to, count);
  return {count, [terms, count, whole = rule.whole](std::uint64_t i) {
            if (i == 0 || i + 1 == count) {
              return with_unit(i == 0 ? terms.from : terms.to, terms.unit);
            }
            const double from = to_double(terms.from);
            const double part = static_cast<double>(i) / static_cast<double>(count - 1);
            const double value = from * std::pow(to_double(terms.to) / from, part);
            const std::string digits =
                whole ? fmt::format("{:.0f}", value) : fmt::format("{:.6g}", value);
            return with_unit(parse_decimal(digits), terms.unit);
          }};
}

}  // namespace mec
