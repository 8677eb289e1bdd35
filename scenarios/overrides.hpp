// Command-line overrides, `edge.speed=2 GHz`, laid over a scenario's document before it is checked.
#pragma once

#include <string>
#include <vector>

#include "scenarios/document.hpp"
#include "scenarios/faults.hpp"

namespace mec {

/// Sets each override's key, making the maps on its way (a value that is no map gives way to one;
/// in a list of maps, the key picks the one whose `name` it is). A value that starts with `{`, `[`
/// or a quote is YAML; any other stands for itself, so that no quotes are needed around `uniform(1
/// MHz, 2 MHz)`. The last of two for one key wins.
void apply_overrides(YamlNode& root, const std::vector<std::string>& overrides, Faults& faults);

}  // namespace mec
