#include "sim/cli/scenario_file.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "policies/registry.hpp"
#include "scenarios/text_file.hpp"
#include "sim/simgrid_platform.hpp"

namespace mec::cli {

std::vector<std::string> platform_warnings(const PlatformModel& platform) {
  std::vector<std::string> warnings;
  if (platform.longest_latency.value() > 0.0) {
    warnings.push_back(fmt::format("{}: links have latencies, up to {} s, which are ignored",
                                   platform.path, platform.longest_latency.value()));
  }
  if (platform.has_profiles) {
    warnings.push_back(
        fmt::format("{}: profiles of speeds, bandwidths and states are ignored; topology.bandwidth "
                    "moves bandwidths",
                    platform.path));
  }
  return warnings;
}

ScenarioError said_of_options(const ScenarioError& error, const Shorthands& shorthands) {
  std::vector<std::string> faults = error.faults();
  for (std::string& fault : faults) {
    for (const auto& [item, option] : shorthands) {
      const std::string start = fmt::format("--set {}:", printable(item));
      if (fault.starts_with(start)) {
        fault.replace(0, start.size(), printable(option) + ":");
        break;
      }
    }
  }
  return ScenarioError(std::move(faults));
}

LoadedScenario load_scenario_file(const std::string& path,
                                  const std::vector<std::string>& overrides,
                                  const Shorthands& shorthands) {
  LoadedScenario loaded;
  try {
    loaded = load_scenario(path, overrides, policy_registry(), read_simgrid_platform);
  } catch (const ScenarioError& error) {
    throw said_of_options(error, shorthands);
  }
  if (loaded.scenario.network.platform) {
    for (const std::string& warning : platform_warnings(*loaded.scenario.network.platform)) {
      std::fputs(fmt::format("mecsim: warning: {}\n", warning).c_str(), stderr);
    }
  }
  return loaded;
}

}  // namespace mec::cli
