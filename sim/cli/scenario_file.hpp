// How every command loads its scenario: with the platform file that it may name.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scenarios/loader.hpp"
#include "scenarios/scenario_error.hpp"

namespace mec::cli {

/// Overrides that options stand for, and these: {"precision=0", "--precision 0"}.
using Shorthands = std::vector<std::pair<std::string, std::string>>;

/// The same faults, said of the options that the user gave.
[[nodiscard]] ScenarioError said_of_options(const ScenarioError& error,
                                            const Shorthands& shorthands);

/// As load_scenario. Says on standard error what of a platform file means nothing here.
[[nodiscard]] LoadedScenario load_scenario_file(const std::string& path,
                                                const std::vector<std::string>& overrides,
                                                const Shorthands& shorthands = {});

/// What of a platform file means nothing here: a line each.
[[nodiscard]] std::vector<std::string> platform_warnings(const PlatformModel& platform);

}  // namespace mec::cli
