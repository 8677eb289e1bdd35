#include "scenarios/option_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "core/text.hpp"
#include "scenarios/option_table.hpp"
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

class OptionReader {
 public:
  OptionReader(std::string folder, const PolicyRegistry& policies, Scenario& scenario,
               Faults& faults)
      : folder_(std::move(folder)), policies_(policies), scenario_(scenario), faults_(faults) {}

  void read(const YamlNode& root) {
    if (!root.is_map()) {
      faults_.add_at(root, "",
                     root.kind == YamlNode::Kind::null
                         ? "the file is empty; expected a scenario"
                         : "not a scenario; expected a map of keys such as name, task, policies");
      return;
    }
    read_map(root, "", root);
    check_missing(root);
    check_choices();
    check_together();
  }

 private:
  void read_map(const YamlNode& map, const std::string& key, const YamlNode& place) {
    places_[key] = map.source == place.source ? &place : &map;  // an override may bring the map
    for (std::size_t i = 0; i < map.keys.size(); ++i) {
      read_member(map.keys[i], map.items[i], key);
    }
  }

  void read_member(const YamlNode& name, const YamlNode& value, const std::string& map_key) {
    const auto known = names_in(map_key);
    if (!name.is_scalar()) {
      faults_.add_at(name, map_key, "not a key; expected " + list_of_alternatives(known));
      return;
    }
    const std::string key = join_key(map_key, name.text);
    if (std::find(known.begin(), known.end(), name.text) == known.end()) {
      faults_.add_at(name, join_key(map_key, printable(name.text)),
                     fmt::format("unknown key; expected {}{}", list_of_alternatives(known),
                                 did_you_mean(name.text, known)));
      return;
    }
    const auto [first, is_new] = values_.emplace(key, &value);
    if (!is_new) {
      faults_.add_at(name, key,
                     fmt::format("duplicate key; expected it once{}", first_place(*first->second)));
      return;
    }
    if (const Option* option = find_option(key)) {
      read_option(*option, value, name);
    } else {
      read_group(key, value, name);
    }
  }

  static std::string first_place(const YamlNode& first) {
    return first.source == 0 ? fmt::format(", first on line {}", first.at.line) : std::string();
  }

  void read_group(const std::string& key, const YamlNode& value, const YamlNode& name) {
    if (value.is_map()) {
      read_map(value, key, name);
      return;
    }
    unreadable_.insert(key);
    faults_.add(value, key,
                fmt::format("{}; expected a map of {}",
                            value.kind == YamlNode::Kind::null ? "no value" : "not a map",
                            join(names_in(key))));
  }

  void read_option(const Option& option, const YamlNode& value, const YamlNode& name) {
    if (value.kind == YamlNode::Kind::null) {
      faults_.add(value, option.key, "no value; expected " + describe_values(option));
      return;
    }
    try {
      std::visit([&](const auto& type) { read_value(type, option, value, name); }, option.type);
    } catch (const ValueError& error) {
      faults_.add(value, option.key, error.what());
    }
  }

  static const std::string& scalar_of(const Option& option, const YamlNode& value) {
    if (!value.is_scalar()) {
      throw ValueError(fmt::format("a {}; expected {}", value.is_map() ? "map" : "list",
                                   describe_values(option)));
    }
    return value.text;
  }

  void read_value(const TextOption& type, const Option& option, const YamlNode& value,
                  const YamlNode&) {
    const std::string& text = scalar_of(option, value);
    if (option.key == "name" && (text.empty() || text != printable(text))) {
      throw ValueError("not a short name; expected 1 to 80 characters on one line");
    }
    type.set(scenario_, text);
  }

  void read_value(const PathOption& type, const Option& option, const YamlNode& value,
                  const YamlNode&) {
    const std::string& text = scalar_of(option, value);
    if (text.empty()) {
      throw ValueError("empty; expected " + describe_values(option));
    }
    const std::filesystem::path path(text);
    const bool as_given = value.source != 0 || path.is_absolute() || folder_.empty();
    type.set(scenario_, as_given ? text : (folder_ / path).lexically_normal().string());
  }

  void read_value(const IntegerOption& type, const Option& option, const YamlNode& value,
                  const YamlNode&) {
    const std::string& text = scalar_of(option, value);
    if (!type.word.empty() && text == type.word) {
      type.set(scenario_, 0);
      return;
    }
    const auto number = parse_whole(text);
    if (!number || *number < type.low || *number > type.high) {
      const bool numeric = number || parse_double(text);
      throw ValueError(fmt::format("{}; expected {}{}",
                                   numeric ? "out of range" : "not a whole number",
                                   describe_values(option), did_you_mean_word(type.word, text)));
    }
    type.set(scenario_, *number);
  }

  static std::string did_you_mean_word(const std::string& word, const std::string& text) {
    return word.empty() ? std::string() : did_you_mean(text, {word});
  }

  void read_value(const QuantityOption& type, const Option& option, const YamlNode& value,
                  const YamlNode&) {
    type.set(scenario_, parse_quantity(scalar_of(option, value), type.dimension, type.bare));
  }

  void read_value(const DistributionOption& type, const Option& option, const YamlNode& value,
                  const YamlNode&) {
    type.set(scenario_, parse_distribution(scalar_of(option, value), type.rule));
  }

  void read_value(const ArrivalsOption& type, const Option& option, const YamlNode& value,
                  const YamlNode&) {
    type.set(scenario_, parse_arrivals(scalar_of(option, value)));
  }

  void read_value(const KeywordOption& type, const Option& option, const YamlNode& value,
                  const YamlNode& name) {
    if (value.is_map() && type.begin_map != nullptr) {
      type.begin_map(scenario_);
      read_map(value, option.key, name);
      return;
    }
    const std::string& text = scalar_of(option, value);
    const auto word = std::find(type.words.begin(), type.words.end(), text);
    if (word == type.words.end()) {
      throw ValueError(fmt::format("unknown word; expected {}{}", describe_values(option),
                                   did_you_mean(text, type.words)));
    }
    type.set(scenario_, static_cast<std::size_t>(word - type.words.begin()));
  }

  void read_value(const PolicyNumbersOption& type, const Option& option, const YamlNode& value,
                  const YamlNode&) {
    if (!value.is_map() || value.keys.empty()) {
      throw ValueError(fmt::format("{}; expected {}", value.is_map() ? "an empty map" : "not a map",
                                   describe_values(option)));
    }
    type.set(scenario_, read_policy_numbers(value, option.key, policies_, faults_));
  }

  void read_value(const PoliciesOption& type, const Option& option, const YamlNode& value,
                  const YamlNode&) {
    type.set(scenario_, read_policies(value, option.key, policies_, faults_));
  }

  [[nodiscard]] bool is_needed(const Option& option) const {
    switch (option.need) {
      case Need::optional:
        return false;
      case Need::always:
        return true;
      case Need::without_file:
        return !values_.contains("workload.file");
      case Need::one_of_map:
        return false;  // check_choices
    }
    return false;
  }

  void check_missing(const YamlNode& root) {
    for (const Option& option : option_table()) {
      const auto dot = option.key.rfind('.');
      const std::string map_key = dot == std::string::npos ? "" : option.key.substr(0, dot);
      if (values_.contains(option.key) || unreadable_.contains(map_key) || !is_needed(option)) {
        continue;
      }
      const auto place = places_.find(map_key);
      faults_.add_at(place == places_.end() ? root : *place->second, option.key,
                     "missing; expected " + describe_values(option));
    }
  }

  // Maps of which exactly one option is to be written.
  void check_choices() {
    for (const auto& [map_key, place] : places_) {
      std::vector<std::string> written;
      for (const std::string& name : names_in(map_key)) {
        if (values_.contains(join_key(map_key, name))) {
          written.push_back(name);
        }
      }
      if (!is_choice(map_key) || written.size() == 1) {
        continue;
      }
      faults_.add_at(*place, map_key,
                     written.empty()
                         ? "missing; expected a map of " + list_of_alternatives(names_in(map_key))
                         : join(written, " and ") + "; expected only one of them");
    }
  }

  // What no option can check alone.
  void check_together() {
    const auto arrivals = values_.find("workload.arrivals");
    if (std::holds_alternative<FileArrivals>(scenario_.workload.arrivals) &&
        !values_.contains("workload.file")) {
      faults_.add(*arrivals->second, arrivals->first,
                  "there is no workload file; expected workload.file, or other arrivals");
    }
    const auto objective = values_.find("objective");
    if (objective != values_.end() && places_.contains("objective") && weights_are_zero()) {
      faults_.add(*objective->second, objective->first,
                  "both weights are 0; expected latency or energy above 0");
    }
  }

  [[nodiscard]] bool weights_are_zero() const {
    return scenario_.objective.latency_weight == 0.0 && scenario_.objective.energy_weight == 0.0;
  }

  std::filesystem::path folder_;
  const PolicyRegistry& policies_;
  Scenario& scenario_;
  Faults& faults_;
  std::map<std::string, const YamlNode*> values_;  // every known key that is written
  std::map<std::string, const YamlNode*>
      places_;                        // every map that was read: where to report its lacks
  std::set<std::string> unreadable_;  // maps written as something else
};

}  // namespace

void read_options(const YamlNode& root, const std::string& folder, const PolicyRegistry& policies,
                  Scenario& scenario, Faults& faults) {
  OptionReader(folder, policies, scenario, faults).read(root);
}

}  // namespace mec
