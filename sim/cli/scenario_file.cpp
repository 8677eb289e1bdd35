#include "sim/cli/scenario_file.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "policies/registry.hpp"
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

LoadedScenario load_scenario_file(const std::string& path,
                                  const std::vector<std::string>& overrides) {
  LoadedScenario loaded = load_scenario(path, overrides, policy_registry(), read_simgrid_platform);
  if (loaded.scenario.network.platform) {
    for (const std::string& warning : platform_warnings(*loaded.scenario.network.platform)) {
      std::fputs(fmt::format("mecsim: warning: {}\n", warning).c_str(), stderr);
    }
  }
  return loaded;
}

}  // namespace mec::cli
