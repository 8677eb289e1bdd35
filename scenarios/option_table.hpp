// The one table of everything a scenario may say. Checking, messages, the JSON Schema and the
// reference page all come from it: an option that is not here does not exist.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/scenario.hpp"
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
};
struct DistributionOption {
  DistributionRule rule;
  void (*set)(Scenario&, const Distribution&) = nullptr;
};
/// One of `words`; where the table has options below this one's key, a map of them instead, for
/// which `begin_map` prepares the scenario.
struct KeywordOption {
  std::vector<std::string> words;
  void (*set)(Scenario&, std::size_t word) = nullptr;
  void (*begin_map)(Scenario&) = nullptr;
};
struct ArrivalsOption {
  void (*set)(Scenario&, const Arrivals&) = nullptr;
};
/// A map of policies, of which the registry has the names, to numbers above 0.
struct PolicyNumbersOption {
  void (*set)(Scenario&, const std::map<std::string, double>&) = nullptr;
};
/// The list of policies; its values come from the registry.
struct PoliciesOption {
  void (*set)(Scenario&, const std::vector<PolicySpec>&) = nullptr;
};

using OptionType =
    std::variant<TextOption, PathOption, IntegerOption, QuantityOption, DistributionOption,
                 KeywordOption, ArrivalsOption, PolicyNumbersOption, PoliciesOption>;

enum class Need {
  optional,
  always,
  without_file,  // unless workload.file gives the tasks
  one_of_map,    // exactly one of its map, all of whose options have this need
};

struct Option {
  std::string key;  // path from the root, "edge.speed"
  Need need;
  std::string default_text;  // as the user would write it; what Scenario{} holds
  std::string summary;       // one line
  OptionType type;
};

/// In the order of the documentation.
[[nodiscard]] const std::vector<Option>& option_table();

/// The option of this key, or nullptr.
[[nodiscard]] const Option* find_option(std::string_view key);

/// Names of what may stand in the map of this key, in table order; empty if it is no map.
/// "" is the root.
[[nodiscard]] std::vector<std::string> names_in(std::string_view map_key);

/// Whether exactly one of its members makes the map of this key (Need::one_of_map).
[[nodiscard]] bool is_choice(std::string_view map_key);

/// One line on the map of this key.
[[nodiscard]] std::string_view map_summary(std::string_view map_key);

/// "edge" and "speed" are "edge.speed"; "" and "seed" are "seed".
[[nodiscard]] std::string join_key(std::string_view map_key, std::string_view name);

/// What to write, for messages and documentation: "one of per-task, fixed".
[[nodiscard]] std::string describe_values(const Option& option);

}  // namespace mec
