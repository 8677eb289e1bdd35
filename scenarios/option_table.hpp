// The one table of everything a scenario may say. Checking, messages, the JSON Schema and the
// reference page all come from it: an option that is not here does not exist.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/scenario.hpp"
#include "scenarios/channel_parser.hpp"
#include "scenarios/distribution_parser.hpp"
#include "scenarios/quantity.hpp"

namespace mec {

// How an option is written, and where its value goes. Setters take SI units.
struct TextOption {
  void (*set)(Scenario&, const std::string&) = nullptr;
};
/// A path in the file is relative to the file's folder; in an override, to the working directory.
struct PathOption {
  void (*set)(Scenario&, const std::string&) = nullptr;
  const char* what = "";  // "a workload file"
};
struct IntegerOption {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  void (*set)(Scenario&, std::uint64_t) = nullptr;
  std::string word = {};  // stands for 0, which is out of range as a number
};
struct QuantityOption {
  Dimension dimension = Dimension::weight;
  void (*set)(Scenario&, double) = nullptr;
  BareNumber bare = BareNumber::only_zero;
  bool positive = false;                                  // 0 is no value
  double high = std::numeric_limits<double>::infinity();  // in SI units
};
/// A quantity with a unit, or a whole number without one, which counts something else.
struct QuantityOrCountOption {
  Dimension dimension = Dimension::time;
  void (*set)(Scenario&, double) = nullptr;
  const char* counted = "";  // "tasks"
  std::uint64_t high = 0;    // of the count
  void (*set_count)(Scenario&, std::uint64_t) = nullptr;
};
struct DistributionOption {
  DistributionRule rule;
  void (*set)(Scenario&, const Distribution&) = nullptr;
};
struct ChannelOption {
  DistributionRule rule;  // of a rate that does not move
  void (*set)(Scenario&, const ChannelModel&) = nullptr;
};
/// One of `words`; where the table has options below this one's key, a map of them instead, for
/// which `begin_map` prepares the scenario.
struct KeywordOption {
  std::vector<std::string> words;
  std::function<void(Scenario&, std::size_t word)> set;
  void (*begin_map)(Scenario&) = nullptr;
};
struct ArrivalsOption {
  void (*set)(Scenario&, const Arrivals&) = nullptr;
};
/// A map of policies, of which the registry has the names, to numbers above 0.
struct PolicyNumbersOption {
  void (*set)(Scenario&, const std::map<std::string, double>&) = nullptr;
};
/// A name that the user gives: kNamePattern.
struct NameOption {
  void (*set)(Scenario&, const std::string&) = nullptr;
};
/// The name of a node of the topology.
struct NodeOption {
  void (*set)(Scenario&, const std::string&) = nullptr;
};
/// A list of the names of two.
struct NodePairOption {
  void (*set)(Scenario&, const std::string&, const std::string&) = nullptr;
};
/// A list of names, in which `*` stands for any letters.
struct NamesOption {
  void (*set)(Scenario&, const std::vector<std::string>&) = nullptr;
  const char* what = "";  // "hosts"
};
/// A map of names, of which the table knows nothing, to channels.
struct NamedChannelsOption {
  DistributionRule rule;  // of a rate that does not move
  void (*set)(Scenario&, const std::string& name, const ChannelModel&) = nullptr;
  const char* what = "";  // "a link"
};
/// The list of policies; its values come from the registry.
struct PoliciesOption {
  void (*set)(Scenario&, const std::vector<PolicySpec>&) = nullptr;
};

using OptionType =
    std::variant<TextOption, PathOption, IntegerOption, QuantityOption, QuantityOrCountOption,
                 DistributionOption, ChannelOption, KeywordOption, ArrivalsOption, NameOption,
                 NodeOption, NodePairOption, NamesOption, NamedChannelsOption, PolicyNumbersOption,
                 PoliciesOption>;

enum class Need {
  optional,
  always,
  without_file,      // unless workload.file gives the tasks
  without_topology,  // unless the network is a topology
  without_platform,  // unless the topology is a platform
  one_of_map,        // exactly one of its map, all of whose options have this need
};

struct Option {
  std::string key;  // path from the root, "edge.speed"; "topology.nodes.*.speed" in a collection
  Need need;
  std::string default_text;  // as the user would write it; what Scenario{} holds
  std::string summary;       // one line
  OptionType type;
};

/// As many things of a kind as the user likes: a map of their names, or a list of maps. The table
/// has the options of one of them, below the collection's key and `*`. Their setters write to the
/// last one that `begin` has added.
struct Collection {
  enum class Form { map, list };
  std::string key;
  std::string item;  // "a node"
  Form form = Form::map;
  Need need = Need::optional;  // in its map
  std::string summary;
  void (*begin)(Scenario&, const std::string& name) = nullptr;  // of a list: without a name
  NamesOption instead = {};  // of a map: what it may be instead, if that has a setter
};
[[nodiscard]] const std::vector<Collection>& collections();
/// The collection of this key, or nullptr.
[[nodiscard]] const Collection* find_collection(std::string_view key);
/// Whether this is the key of something in a collection, or of the collection's members.
[[nodiscard]] bool is_in_collection(std::string_view key);

/// The name of a node, a link or a group of devices, as a regular expression and in words.
inline constexpr const char* kNamePattern = "^[A-Za-z0-9_-]{1,40}$";
inline constexpr const char* kNameRule = "1 to 40 letters, digits, - or _";

/// In the order of the documentation.
[[nodiscard]] const std::vector<Option>& option_table();

/// The option of this key, or nullptr.
[[nodiscard]] const Option* find_option(std::string_view key);

/// Names of what may stand in the map of this key, in table order ("*" in a collection); empty if
/// it is no map. "" is the root.
[[nodiscard]] const std::vector<std::string>& names_in(std::string_view map_key);

/// Whether exactly one of its members makes the map of this key (Need::one_of_map).
[[nodiscard]] bool is_choice(std::string_view map_key);

/// One line on the map of this key.
[[nodiscard]] std::string_view map_summary(std::string_view map_key);

/// "edge" and "speed" are "edge.speed"; "" and "seed" are "seed".
[[nodiscard]] std::string join_key(std::string_view map_key, std::string_view name);

/// What to write, for messages and documentation: "one of per-task, fixed".
[[nodiscard]] std::string describe_values(const Option& option);
/// The same of what a collection may be instead; empty: nothing.
[[nodiscard]] std::string describe_instead(const Collection& collection);

}  // namespace mec
