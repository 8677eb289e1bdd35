#include "scenarios/value_patterns.hpp"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "core/text.hpp"
#include "scenarios/channel_parser.hpp"

namespace mec {

namespace {

using Placeholders = std::map<char, std::string>;

constexpr const char* kNumber = R"(\+?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?)";
constexpr const char* kZero = R"([+-]?0*\.?0+)";

std::string escape_regex(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (std::string_view("*^$.|?+()[]{}\\").find(c) != std::string_view::npos) {
      escaped += '\\';
    }
    escaped += c;
  }
  return escaped;
}

// "Q, N" of a form, with the patterns that its capitals stand for put in and its spaces
// free. Brackets hold characters.
std::string arguments_pattern(const std::string& form, const Placeholders& placeholders) {
  std::string pattern;
  bool in_brackets = false;
  for (const char c : form) {
    const auto placeholder = placeholders.find(c);
    in_brackets = c == '[' || (in_brackets && c != ']');
    if (!in_brackets && placeholder != placeholders.end()) {
      pattern += fmt::format(" *{} *", placeholder->second);
    } else {
      pattern += c == ' ' && !in_brackets ? std::string(" *") : std::string(1, c);
    }
  }
  return pattern;
}

// Whatever a distribution may be written as, but for a bare count.
std::vector<std::string> distribution_patterns(const DistributionRule& rule) {
  const std::string quantity = quantity_pattern(rule.dimension);
  std::vector<std::string> alternatives;
  if (rule.dimension != Dimension::count) {
    alternatives.push_back(quantity);
  }
  if (rule.infinite == Infinite::allowed) {
    alternatives.emplace_back("infinite");
  }
  for (const DistributionForm& form : distribution_forms()) {
    alternatives.push_back(
        fmt::format("{}\\({}\\)", form.name,
                    arguments_pattern(form.pattern, {{'Q', quantity}, {'N', kNumber}})));
  }
  return alternatives;
}

}  // namespace

std::string quantity_pattern(Dimension dimension, BareNumber bare) {
  std::vector<std::string> units;
  for (const Unit& unit : units_of(dimension)) {
    units.push_back(escape_regex(unit.name));
  }
  if (units.empty()) {
    return kNumber;
  }
  const std::string with_unit = fmt::format("{} *({})", kNumber, join(units, "|"));
  return fmt::format("({}|{})", with_unit, bare == BareNumber::allowed ? kNumber : kZero);
}

std::string distribution_pattern(const DistributionRule& rule) {
  return join(distribution_patterns(rule), "|");
}

std::string channel_pattern() {
  std::vector<std::string> units;
  for (const Unit& unit : units_of(Dimension::rate)) {
    units.push_back(escape_regex(unit.name));
  }
  std::vector<std::string> alternatives = distribution_patterns({Dimension::rate, true});
  const Placeholders placeholders = {{'Q', quantity_pattern(Dimension::rate)},
                                     {'N', kNumber},
                                     {'T', quantity_pattern(Dimension::time)},
                                     {'D', fmt::format("({})", join(alternatives, "|"))},
                                     {'U', fmt::format("({})", join(units, "|"))},
                                     {'F', "[^,()]+"}};
  for (const ChannelForm& form : channel_forms()) {
    alternatives.push_back(
        fmt::format("{}\\({}\\)", form.name, arguments_pattern(form.pattern, placeholders)));
  }
  return join(alternatives, "|");
}

}  // namespace mec
