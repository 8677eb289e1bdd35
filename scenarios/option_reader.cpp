#include "scenarios/option_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/text.hpp"
#include "scenarios/consistency.hpp"
#include "scenarios/option_table.hpp"
#include "scenarios/option_values.hpp"
#include "scenarios/platform_checks.hpp"
#include "scenarios/topology_checks.hpp"
#include "scenarios/value_error.hpp"
#include "scenarios/written.hpp"

namespace mec {

namespace {

// A key as the user wrote it, and as the table has it: they differ in collections.
struct Key {
  std::string shown;
  std::string table;

  [[nodiscard]] Key member(const std::string& name) const {
    return {join_key(shown, name), join_key(table, name)};
  }
  [[nodiscard]] Key item(const std::string& name) const {
    return {join_key(shown, name), join_key(table, "*")};
  }
};

class OptionReader {
 public:
  OptionReader(const ReadingContext& context, Checks checks, Scenario& scenario, Faults& faults)
      : checks_(checks),
        read_platform_(context.read_platform),
        scenario_(scenario),
        faults_(faults),
        context_{context.policies, scenario, faults, context.traces} {}

  void read(const YamlNode& root) {
    if (!root.is_map()) {
      faults_.add_at(root, "",
                     root.kind == YamlNode::Kind::null
                         ? "the file is empty; expected a scenario"
                         : "not a scenario; expected a map of keys such as name, task, policies");
      return;
    }
    read_map(root, {}, root);
    if (checks_ == Checks::all) {
      check_all(root);
    }
  }

 private:
  void check_all(const YamlNode& root) {
    check_missing(root);
    check_choices();
    check_together(written_, scenario_, faults_);
    if (written_.has("topology.platform")) {
      auto& platform = scenario_.network.platform;
      check_platform(written_, read_platform_, platform ? *platform : platform.emplace(), faults_);
    } else if (written_.maps.contains("topology")) {
      refuse_platform_parts(written_, faults_);
      auto& graph = scenario_.network.graph;
      check_topology(written_, graph ? *graph : graph.emplace(), faults_);
    }
  }

  void read_map(const YamlNode& map, const Key& key, const YamlNode& place) {
    // An override may bring the map.
    written_.maps[key.shown] = map.source == place.source ? &place : &map;
    for (std::size_t i = 0; i < map.keys.size(); ++i) {
      read_member(map.keys[i], map.items[i], key);
    }
  }

  void read_member(const YamlNode& name, const YamlNode& value, const Key& map_key) {
    const auto& known = names_in(map_key.table);
    if (!name.is_scalar()) {
      faults_.add_at(name, map_key.shown, "not a key; expected " + list_of_alternatives(known));
      return;
    }
    if (std::find(known.begin(), known.end(), name.text) == known.end()) {
      faults_.add_at(name, join_key(map_key.shown, printable(name.text)),
                     fmt::format("unknown key; expected {}{}", list_of_alternatives(known),
                                 did_you_mean(name.text, known)));
      return;
    }
    const Key key = map_key.member(name.text);
    if (!is_first(key, value, name)) {
      return;
    }
    if (const Option* option = find_option(key.table)) {
      read_option(*option, key, value, name);
    } else if (const Collection* collection = find_collection(key.table)) {
      read_collection(*collection, key, value, name);
    } else {
      read_group(key, value, name);
    }
  }

  bool is_first(const Key& key, const YamlNode& value, const YamlNode& name) {
    const bool is_new = written_.values.emplace(key.shown, &value).second;
    if (!is_new) {
      const YamlNode& other = written_.place_of(key.shown);
      faults_.add_at(name, key.shown,
                     fmt::format("duplicate key; expected it once{}",
                                 faults_.sources().is_file(other.source)
                                     ? fmt::format(", first on line {}", other.at.line)
                                     : ""));
    }
    return is_new;
  }

  void read_group(const Key& key, const YamlNode& value, const YamlNode& name) {
    if (value.is_map()) {
      read_map(value, key, name);
    } else {
      refuse_shape(key, value, "map", "a map of " + join(names_in(key.table)));
    }
  }

  void refuse_shape(const Key& key, const YamlNode& value, const char* shape,
                    const std::string& expected) {
    unreadable_.insert(key.shown);
    faults_.add(value, key.shown,
                fmt::format("{}; expected {}",
                            value.kind == YamlNode::Kind::null ? std::string("no value")
                                                               : fmt::format("not a {}", shape),
                            expected));
  }

  void read_collection(const Collection& collection, const Key& key, const YamlNode& value,
                       const YamlNode& name) {
    const bool named = collection.form == Collection::Form::map;
    if (collection.instead.set != nullptr && value.kind == YamlNode::Kind::list) {
      read_instead(collection, key, value);
      return;
    }
    if (value.kind != (named ? YamlNode::Kind::map : YamlNode::Kind::list)) {
      refuse_shape(key, value, named ? "map" : "list",
                   fmt::format("a {}, {} each", named ? "map of names" : "list", collection.item));
      return;
    }
    written_.maps[key.shown] = value.source == name.source ? &name : &value;
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      if (named) {
        read_named_item(collection, key, value.keys[i], value.items[i]);
      } else {
        read_item(collection, key.item(fmt::format("{}", i + 1)), "", value.items[i],
                  value.items[i]);
      }
    }
  }

  void read_instead(const Collection& collection, const Key& key, const YamlNode& value) {
    try {
      collection.instead.set(scenario_, read_names(value, describe_instead(collection)));
    } catch (const ValueError& error) {
      faults_.add(value, key.shown, error.what());
    }
  }

  void read_named_item(const Collection& collection, const Key& key, const YamlNode& name,
                       const YamlNode& value) {
    try {
      check_name(name.text);  // of no scalar it is empty
    } catch (const ValueError& error) {
      faults_.add_at(name, join_key(key.shown, printable(name.text)), error.what());
      return;
    }
    const Key item = key.item(name.text);
    if (is_first(item, value, name)) {
      read_item(collection, item, name.text, value, name);
    }
  }

  void read_item(const Collection& collection, const Key& key, const std::string& name,
                 const YamlNode& value, const YamlNode& place) {
    if (!value.is_map() && value.kind != YamlNode::Kind::null) {
      refuse_shape(key, value, "map", "a map of " + join(names_in(key.table)));
      return;
    }
    collection.begin(scenario_, name);
    read_map(value, key, place);
    for (const std::string& part : names_in(key.table)) {
      const Key member = key.member(part);
      const Option* option = find_option(member.table);
      if (checks_ == Checks::all && option != nullptr && option->need == Need::always &&
          !written_.has(member.shown)) {
        faults_.add_at(written_.place_of(key.shown), member.shown,
                       "missing; expected " + describe_values(*option));
      }
    }
  }

  void read_option(const Option& option, const Key& key, const YamlNode& value,
                   const YamlNode& name) {
    if (value.kind == YamlNode::Kind::null) {
      faults_.add(value, key.shown, "no value; expected " + describe_values(option));
      return;
    }
    const auto* words = std::get_if<KeywordOption>(&option.type);
    if (words != nullptr && words->begin_map != nullptr && value.is_map()) {
      words->begin_map(scenario_);
      read_map(value, key, name);
      return;
    }
    try {
      read_option_value(option, key.shown, value, context_);
    } catch (const ValueError& error) {
      faults_.add(value, key.shown, error.what());
    }
  }

  [[nodiscard]] bool is_needed(Need need, const std::string& map_key) const {
    switch (need) {
      case Need::optional:
        return false;
      case Need::always:
        return map_key.empty() || written_.maps.contains(map_key);
      case Need::without_file:
        return !written_.has("workload.file");
      case Need::without_topology:
        return !written_.has("topology");
      case Need::without_platform:
        return written_.maps.contains(map_key) && !written_.has(join_key(map_key, "platform"));
      case Need::one_of_map:
        return false;  // check_choices
    }
    return false;
  }

  void check_missing(const YamlNode& root) {
    for (const Option& option : option_table()) {
      if (option.need != Need::optional && !is_in_collection(option.key) &&
          is_missing(option.key, option.need)) {
        add_missing(option.key, "missing; expected " + describe_values(option), root);
      }
    }
    for (const Collection& collection : collections()) {
      if (is_missing(collection.key, collection.need)) {
        add_missing(collection.key, fmt::format("missing; expected at least {}", collection.item),
                    root);
      }
    }
  }

  static std::string map_of(const std::string& key) {
    const auto dot = key.rfind('.');
    return dot == std::string::npos ? "" : key.substr(0, dot);
  }

  [[nodiscard]] bool is_missing(const std::string& key, Need need) const {
    const std::string map_key = map_of(key);
    return !written_.has(key) && !unreadable_.contains(map_key) && is_needed(need, map_key);
  }

  void add_missing(const std::string& key, const std::string& message, const YamlNode& root) {
    const auto place = written_.maps.find(map_of(key));
    faults_.add_at(place == written_.maps.end() ? root : *place->second, key, message);
  }

  // Maps of which exactly one option is to be written.
  void check_choices() {
    for (const auto& [map_key, place] : written_.maps) {
      std::vector<std::string> chosen;
      for (const std::string& name : names_in(map_key)) {
        if (written_.has(join_key(map_key, name))) {
          chosen.push_back(name);
        }
      }
      if (!is_choice(map_key) || chosen.size() == 1) {
        continue;
      }
      faults_.add_at(*place, map_key,
                     chosen.empty()
                         ? "missing; expected a map of " + list_of_alternatives(names_in(map_key))
                         : join(chosen, " and ") + "; expected only one of them");
    }
  }

  Checks checks_;
  const PlatformReader& read_platform_;
  Scenario& scenario_;
  Faults& faults_;
  ValueContext context_;
  Written written_;
  std::set<std::string> unreadable_;  // maps written as something else
};

}  // namespace

void read_options(const YamlNode& root, const ReadingContext& context, Scenario& scenario,
                  Faults& faults, Checks checks) {
  OptionReader(context, checks, scenario, faults).read(root);
}

}  // namespace mec
