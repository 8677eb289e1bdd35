#include "sim/cli/fitness.hpp"

#include <fmt/format.h>

#include "core/network.hpp"
#include "core/text.hpp"
#include "policies/registry.hpp"
#include "sim/cli/policy_selection.hpp"
#include "sim/offered_load.hpp"

namespace mec::cli {

namespace {

std::vector<std::string> names_that_can(bool PolicyAbilities::*ability) {
  std::vector<std::string> names;
  for (const PolicyEntry& entry : policy_registry().entries()) {
    if (entry.abilities.*ability) {
      names.push_back(entry.name);
    }
  }
  return names;
}

}  // namespace

void check_policies(const Scenario& scenario, const std::vector<RecordedTask>* recorded,
                    const std::vector<PolicySpec>& policies, EngineKind engine) {
  const Network network = build_network(scenario.network, device_count(scenario, recorded));
  for (const PolicySpec& policy : policies) {
    const PolicyAbilities abilities = policy_registry().find(policy.name).abilities;
    if (!abilities.any_sites && !network.three_tier) {
      throw PolicyError(fmt::format(
          "policy {} only knows the network of device, edge and cloud, and this scenario describes "
          "another topology; expected one of {}",
          display_name(policy), join(names_that_can(&PolicyAbilities::any_sites))));
    }
    if (!abilities.remainders && scenario.decision.when == DecisionMoment::subtask) {
      throw PolicyError(fmt::format(
          "policy {} places whole tasks, and decision.when is subtask; expected decision.when: "
          "task, or one of {}",
          display_name(policy), join(names_that_can(&PolicyAbilities::remainders))));
    }
  }
  if (engine == EngineKind::events && network.shares_processors()) {
    throw UnsupportedByEngine(
        "--engine events serves first come, first served only, and this scenario asks for "
        "processor sharing; expected --engine simgrid");
  }
}

std::vector<std::string> overload_warnings(const Scenario& scenario,
                                           const std::vector<RecordedTask>* recorded,
                                           const std::vector<PolicySpec>& policies) {
  const Network network = build_network(scenario.network, device_count(scenario, recorded));
  std::vector<std::string> warnings;
  for (const PolicySpec& policy : policies) {
    const auto role = policy_registry().find(policy.name).abilities.constant_site;
    if (!role) {
      continue;
    }
    for (const ResourceLoad& load : offered_loads(scenario, network, recorded, *role)) {
      if (load.utilisation >= 1.0) {
        warnings.push_back(fmt::format(
            "policy {}: {} is asked for {:.0f} % of what it can do; its queue grows as long as "
            "tasks arrive",
            display_name(policy), load.resource, 100.0 * load.utilisation));
      }
    }
  }
  return warnings;
}

}  // namespace mec::cli
