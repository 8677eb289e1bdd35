// Command-line overrides, `edge.speed=2 GHz`, and other values from outside, laid over a scenario's
// document before it is checked.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/document.hpp"
#include "scenarios/faults.hpp"

namespace mec {

/// The parts of `a.b.c`, or nothing if one is empty or there are too many.
[[nodiscard]] std::optional<std::vector<std::string>> split_key(std::string_view key);

/// Sets the key to `value`, making the maps on its way (a value that is no map gives way to one; in
/// a list of maps, the key picks the one whose `name` it is). What is made stands at `place`.
/// Throws DocumentFault, without a place, if a list has no such name.
void set_value(YamlNode& root, const std::vector<std::string>& key, const YamlNode& place,
               YamlNode value);

struct Override {
  std::vector<std::string> key;
  YamlNode value;
};

/// The override that is this source. A value that starts with `{`, `[` or a quote is YAML; any
/// other stands for itself, so that no quotes are needed around `uniform(1 MHz, 2 MHz)`. Nothing if
/// it has a fault, which goes to `faults`.
[[nodiscard]] std::optional<Override> parse_override(std::size_t source, Faults& faults);

void apply_override(YamlNode& root, const Override& given, Faults& faults);

/// Sources 1 to `count` of `faults`, in this order: the last of two for one key wins.
void apply_overrides(YamlNode& root, std::size_t count, Faults& faults);

}  // namespace mec
