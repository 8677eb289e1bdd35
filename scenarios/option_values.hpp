// Reads the value of one option into a scenario.
#pragma once

#include <string>
#include <vector>

#include "core/policy.hpp"
#include "core/scenario.hpp"
#include "scenarios/document.hpp"
#include "scenarios/faults.hpp"
#include "scenarios/option_table.hpp"
#include "scenarios/trace_cache.hpp"

namespace mec {

/// Where values are read to, and what that takes.
struct ValueContext {
  const PolicyRegistry& policies;
  Scenario& scenario;
  Faults& faults;  // of values with parts, each with its place
  TraceCache* traces = nullptr;
};

/// `key` is the option's key, with the user's names in it. Of an option that may be a map, reads
/// the word. Throws ValueError.
void read_option_value(const Option& option, const std::string& key, const YamlNode& value,
                       const ValueContext& context);

/// A list of names; throws ValueError, with what was `expected`, if it is none.
[[nodiscard]] std::vector<std::string> read_names(const YamlNode& value,
                                                  const std::string& expected);

/// Throws ValueError unless `text` is a name by kNameRule.
void check_name(const std::string& text);

}  // namespace mec
