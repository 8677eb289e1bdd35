#include "scenarios/option_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <optional>

#include "core/text.hpp"
#include "scenarios/policies_reader.hpp"
#include "scenarios/value_error.hpp"

namespace mec {

namespace {

// 12, 1000000 or 1e6: a whole number that a double or 64 bits hold exactly.
std::optional<std::uint64_t> parse_whole(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc() && stop == end) {
    return value;
  }
  constexpr double kLargestExact = 9007199254740992.0;  // 2^53
  const auto number = parse_double(text);
  if (number && *number >= 0.0 && *number <= kLargestExact && std::floor(*number) == *number) {
    return static_cast<std::uint64_t>(*number);
  }
  return std::nullopt;
}

class ValueReader {
 public:
  ValueReader(const Option& option, const std::string& key, const YamlNode& value,
              const ValueContext& context)
      : option_(option), key_(key), value_(value), context_(context) {}

  void operator()(const TextOption& type) const {
    const std::string& text = scalar();
    if (key_ == "name" && (text.empty() || text != printable(text))) {
      throw ValueError("not a short name; expected 1 to 80 characters on one line");
    }
    type.set(context_.scenario, text);
  }

  void operator()(const PathOption& type) const {
    const std::string& text = scalar();
    if (text.empty()) {
      throw ValueError("empty; expected " + expected());
    }
    const std::filesystem::path path(text);
    const std::string& start = folder();
    const bool as_given = path.is_absolute() || start.empty();
    type.set(context_.scenario,
             as_given ? text : (std::filesystem::path(start) / path).lexically_normal().string());
  }

  void operator()(const IntegerOption& type) const {
    const std::string& text = scalar();
    if (!type.word.empty() && text == type.word) {
      type.set(context_.scenario, 0);
      return;
    }
    type.set(context_.scenario, whole(type.low, type.high, type.word));
  }

  void operator()(const QuantityOption& type) const {
    const double number = parse_quantity(scalar(), type.dimension, type.bare);
    if (type.positive && number == 0.0) {
      throw ValueError("0 is no value here; expected more than 0");
    }
    if (number > type.high) {
      throw ValueError("out of range; expected " + expected());
    }
    type.set(context_.scenario, number);
  }

  void operator()(const QuantityOrCountOption& type) const {
    if (parse_whole(scalar())) {
      type.set_count(context_.scenario, whole(0, type.high));
      return;
    }
    type.set(context_.scenario, parse_quantity(scalar(), type.dimension));
  }

  void operator()(const DistributionOption& type) const {
    type.set(context_.scenario, parse_distribution(scalar(), type.rule));
  }

  void operator()(const ChannelOption& type) const {
    type.set(context_.scenario, parse_channel(scalar(), type.rule, folder(), context_.traces));
  }

  void operator()(const ArrivalsOption& type) const {
    type.set(context_.scenario, parse_arrivals(scalar()));
  }

  void operator()(const KeywordOption& type) const {
    const std::string& text = scalar();
    const auto word = std::find(type.words.begin(), type.words.end(), text);
    if (word == type.words.end()) {
      throw ValueError(
          fmt::format("unknown word; expected {}{}", expected(), did_you_mean(text, type.words)));
    }
    type.set(context_.scenario, static_cast<std::size_t>(word - type.words.begin()));
  }

  void operator()(const NameOption& type) const {
    check_name(scalar());
    type.set(context_.scenario, value_.text);
  }

  void operator()(const NodeOption& type) const { type.set(context_.scenario, scalar()); }

  void operator()(const NodePairOption& type) const {
    const auto& items = value_.items;
    if (value_.kind != YamlNode::Kind::list || items.size() != 2 ||
        !std::all_of(items.begin(), items.end(), [](const YamlNode& i) { return i.is_scalar(); })) {
      throw ValueError("not two names; expected " + expected());
    }
    type.set(context_.scenario, items[0].text, items[1].text);
  }

  void operator()(const NamesOption& type) const {
    type.set(context_.scenario, read_names(value_, expected()));
  }

  void operator()(const NamedChannelsOption& type) const {
    if (!value_.is_map() || value_.keys.empty()) {
      throw ValueError(fmt::format("{}; expected {}",
                                   value_.is_map() ? "an empty map" : "not a map", expected()));
    }
    for (std::size_t i = 0; i < value_.items.size(); ++i) {
      const YamlNode& name = value_.keys[i];
      const YamlNode& rate = value_.items[i];
      const std::string key = join_key(key_, printable(name.text));
      try {
        if (!name.is_scalar() || !rate.is_scalar()) {
          throw ValueError("not a name and a bandwidth; expected " + expected());
        }
        type.set(context_.scenario, name.text,
                 parse_channel(rate.text, type.rule, folder(), context_.traces));
      } catch (const ValueError& error) {
        context_.faults.add(rate, key, error.what());
      }
    }
  }

  void operator()(const PolicyNumbersOption& type) const {
    if (!value_.is_map() || value_.keys.empty()) {
      throw ValueError(fmt::format("{}; expected {}",
                                   value_.is_map() ? "an empty map" : "not a map", expected()));
    }
    type.set(context_.scenario,
             read_policy_numbers(value_, key_, context_.policies, context_.faults));
  }

  void operator()(const PoliciesOption& type) const {
    type.set(context_.scenario, read_policies(value_, key_, context_.policies, context_.faults));
  }

 private:
  [[nodiscard]] const std::string& folder() const {
    return context_.faults.sources().folder_of(value_.source);
  }

  [[nodiscard]] std::string expected() const { return describe_values(option_); }

  [[nodiscard]] const std::string& scalar() const {
    if (!value_.is_scalar()) {
      throw ValueError(
          fmt::format("a {}; expected {}", value_.is_map() ? "map" : "list", expected()));
    }
    return value_.text;
  }

  [[nodiscard]] std::uint64_t whole(std::uint64_t low, std::uint64_t high,
                                    const std::string& word = {}) const {
    const auto number = parse_whole(value_.text);
    if (!number || *number < low || *number > high) {
      const bool numeric = number || parse_double(value_.text);
      throw ValueError(fmt::format("{}; expected {}{}",
                                   numeric ? "out of range" : "not a whole number", expected(),
                                   word.empty() ? "" : did_you_mean(value_.text, {word})));
    }
    return *number;
  }

  const Option& option_;
  const std::string& key_;
  const YamlNode& value_;
  const ValueContext& context_;
};

}  // namespace

void read_option_value(const Option& option, const std::string& key, const YamlNode& value,
                       const ValueContext& context) {
  std::visit(ValueReader(option, key, value, context), option.type);
}

std::vector<std::string> read_names(const YamlNode& value, const std::string& expected) {
  std::vector<std::string> names;
  if (value.kind != YamlNode::Kind::list || value.items.empty()) {
    throw ValueError(
        fmt::format("{}; expected {}",
                    value.kind == YamlNode::Kind::list ? "an empty list" : "not a list", expected));
  }
  for (const YamlNode& item : value.items) {
    if (!item.is_scalar() || item.text.empty()) {
      throw ValueError("not a list of names; expected " + expected);
    }
    names.push_back(item.text);
  }
  return names;
}

void check_name(const std::string& text) {
  const bool sound =
      !text.empty() && text.size() <= 40 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
      });
  if (!sound) {
    throw ValueError(fmt::format("not a name; expected {}", kNameRule));
  }
}

}  // namespace mec
