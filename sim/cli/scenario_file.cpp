#include "sim/cli/scenario_file.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "policies/registry.hpp"
#include "sim/simgrid_platform.hpp"

namespace mec::cli {

namespace {

void warn_of(const PlatformModel& platform) {
  if (platform.longest_latency.value() > 0.0) {
    std::fputs(fmt::format("mecsim: warning: {}: links have latencies, up to {} s, which are "
                           "ignored\n",
                           platform.path, platform.longest_latency.value())
                   .c_str(),
               stderr);
  }
  if (platform.has_profiles) {
    std::fputs(fmt::format("mecsim: warning: {}: profiles of speeds, bandwidths and states are "
                           "ignored; topology.bandwidth moves bandwidths\n",
                           platform.path)
                   .c_str(),
               stderr);
  }
}

}  // namespace

LoadedScenario load_scenario_file(const std::string& path,
                                  const std::vector<std::string>& overrides) {
  LoadedScenario loaded = load_scenario(path, overrides, policy_registry(), read_simgrid_platform);
  if (loaded.scenario.network.platform) {
    warn_of(*loaded.scenario.network.platform);
  }
  return loaded;
}

}  // namespace mec::cli
