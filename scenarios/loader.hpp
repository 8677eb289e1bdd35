// From a scenario file, and overrides from the command line, to an immutable Scenario in SI units.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/platform.hpp"
#include "core/policy.hpp"
#include "core/scenario.hpp"
#include "scenarios/document.hpp"

namespace mec {

struct LoadedScenario {
  Scenario scenario;
  std::string text;  // the file as read, for the manifest; overrides are not in it
  std::string path;
};

/// `overrides` are `a.b=value`, applied in order before anything is checked. Throws ScenarioError
/// with every fault of the file and the overrides. A scenario without a name is called after its
/// file. Without `read_platform`, the platform of a scenario that names one stays unread, and no
/// network can be built of it.
[[nodiscard]] LoadedScenario load_scenario(const std::string& path,
                                           const std::vector<std::string>& overrides,
                                           const PolicyRegistry& policies,
                                           const PlatformReader& read_platform = {});

/// In bytes, of a scenario's file and of a sweep's.
inline constexpr std::size_t kLongestScenario = 1'000'000;

/// What a scenario or a sweep without a name is called.
[[nodiscard]] std::string name_after(const std::string& path);

/// Whether a document is a sweep's, and so no scenario.
[[nodiscard]] bool is_sweep(const YamlNode& root);

}  // namespace mec
