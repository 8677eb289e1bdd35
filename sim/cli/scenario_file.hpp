// How every command loads its scenario: with the platform file that it may name.
#pragma once

#include <string>
#include <vector>

#include "scenarios/loader.hpp"

namespace mec::cli {

/// As load_scenario. Says on standard error what of a platform file means nothing here.
[[nodiscard]] LoadedScenario load_scenario_file(const std::string& path,
                                                const std::vector<std::string>& overrides);

/// What of a platform file means nothing here: a line each.
[[nodiscard]] std::vector<std::string> platform_warnings(const PlatformModel& platform);

}  // namespace mec::cli
