#include "scenarios/policies_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/text.hpp"
#include "scenarios/value_error.hpp"

namespace mec {

namespace {

// The registry repeats what it refuses.
bool is_too_long(const YamlNode& node) { return node.text.size() > 1000; }

double parse_positive(const YamlNode& value) {
  constexpr double kLargest = 1e60;
  const auto number = value.is_scalar() ? parse_double(value.text) : std::nullopt;
  if (!number || !(*number > 0.0 && *number <= kLargest)) {
    throw ValueError(fmt::format("{}; expected a number above 0, such as 1.36",
                                 number ? "out of range" : "not a number"));
  }
  return *number;
}

class PoliciesReader {
 public:
  PoliciesReader(std::string key, const PolicyRegistry& policies, Faults& faults)
      : key_(std::move(key)), policies_(policies), faults_(faults) {}

  void read(const YamlNode& item) {
    const YamlNode& name = item.is_map() && item.keys.size() == 1 ? item.keys[0] : item;
    if (!name.is_scalar() || is_too_long(name)) {
      faults_.add(item, key_,
                  "not a policy; expected a name, or a map of one name to its parameters");
      return;
    }
    PolicySpec spec{name.text, {}};
    try {
      (void)policies_.find(spec.name);
    } catch (const PolicyError& error) {
      faults_.add(name, key_, error.what());
      return;
    }
    const bool sound = &name == &item || read_parameters(item.items[0], spec);
    if (sound && check_new(name, spec)) {
      specs_.push_back(std::move(spec));
    }
  }

  [[nodiscard]] std::vector<PolicySpec> take() { return std::move(specs_); }

 private:
  bool read_parameters(const YamlNode& parameters, PolicySpec& spec) {
    if (parameters.kind == YamlNode::Kind::null) {
      return true;
    }
    const std::string path = join_path(spec.name);
    if (!parameters.is_map()) {
      faults_.add(parameters, path, "not parameters; expected a map, such as {solver: dp}");
      return false;
    }
    bool sound = true;
    for (std::size_t i = 0; i < parameters.keys.size(); ++i) {
      sound = read_parameter(parameters.keys[i], parameters.items[i], spec) && sound;
    }
    return sound;
  }

  bool read_parameter(const YamlNode& name, const YamlNode& value, PolicySpec& spec) {
    if (!name.is_scalar() || !value.is_scalar() || is_too_long(name) || is_too_long(value)) {
      faults_.add_at(name, join_path(spec.name), "not a parameter; expected NAME: VALUE");
      return false;
    }
    if (spec.parameters.contains(name.text)) {
      faults_.add_at(name, join_path(spec.name),
                     fmt::format("parameter {} is given twice", printable(name.text)));
      return false;
    }
    try {
      (void)policies_.resolve({spec.name, {{name.text, value.text}}});  // one at a time: its place
    } catch (const PolicyError& error) {
      faults_.add(value, join_path(spec.name) + "." + printable(name.text), error.what());
      return false;
    }
    spec.parameters[name.text] = value.text;
    return true;
  }

  // Two policies of one name differ in some parameter, defaults filled in.
  bool check_new(const YamlNode& name, const PolicySpec& spec) {
    try {
      auto identity = std::make_pair(spec.name, policies_.resolve(spec));
      if (std::find(seen_.begin(), seen_.end(), identity) != seen_.end()) {
        faults_.add(name, key_, "listed twice with the same parameters; expected it once");
        return false;
      }
      seen_.push_back(std::move(identity));
      return true;
    } catch (const PolicyError& error) {
      faults_.add(name, key_, error.what());
      return false;
    }
  }

  [[nodiscard]] std::string join_path(const std::string& name) const { return key_ + "." + name; }

  std::string key_;
  const PolicyRegistry& policies_;
  Faults& faults_;
  std::vector<PolicySpec> specs_;
  std::vector<std::pair<std::string, PolicyParameters>> seen_;
};

}  // namespace

std::vector<PolicySpec> read_policies(const YamlNode& list, const std::string& key,
                                      const PolicyRegistry& policies, Faults& faults) {
  if (list.kind != YamlNode::Kind::list) {
    faults.add(list, key, "not a list; expected a list of policies, such as [local, greedy]");
    return {};
  }
  if (list.items.empty()) {
    faults.add(list, key, "an empty list; expected at least one policy, such as [local, greedy]");
    return {};
  }
  PoliciesReader reader(key, policies, faults);
  for (const YamlNode& item : list.items) {
    reader.read(item);
  }
  return reader.take();
}

std::map<std::string, double> read_policy_numbers(const YamlNode& map, const std::string& key,
                                                  const PolicyRegistry& policies, Faults& faults) {
  std::map<std::string, double> numbers;
  for (std::size_t i = 0; i < map.keys.size(); ++i) {
    const YamlNode& name = map.keys[i];
    if (!name.is_scalar() || is_too_long(name)) {
      faults.add_at(name, key, "not a policy; expected the name of one");
      continue;
    }
    try {
      (void)policies.find(name.text);
    } catch (const PolicyError& error) {
      faults.add_at(name, key, error.what());
      continue;
    }
    const std::string path = key + "." + name.text;
    try {
      if (!numbers.emplace(name.text, parse_positive(map.items[i])).second) {
        faults.add_at(name, path, "given twice; expected it once");
      }
    } catch (const ValueError& error) {
      faults.add(map.items[i], path, error.what());
    }
  }
  return numbers;
}

}  // namespace mec
