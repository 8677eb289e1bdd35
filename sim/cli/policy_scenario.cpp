#include "sim/cli/policy_scenario.hpp"

#include <algorithm>

#include "scenarios/decision_costs_file.hpp"
#include "sim/cli/policy_selection.hpp"

namespace mec::cli {

namespace {

// Its row may name the policy with its parameters, deployed here or anywhere, or without them.
NamesInFile names_in_file(const PolicySpec& policy) {
  NamesInFile names = {display_name(policy), display_name(without_deployment(policy)), policy.name};
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

std::vector<Scenario> policy_scenarios(const Scenario& scenario,
                                       const std::vector<PolicySpec>& policies) {
  std::vector<Scenario> scenarios(policies.size(), scenario);
  for (std::size_t i = 0; i < policies.size(); ++i) {
    scenarios[i].decision.site = deployment_site(policies[i], scenario.decision.site);
  }
  const auto* calibrated = std::get_if<CalibratedDecisionCost>(&scenario.decision.cost);
  if (calibrated != nullptr) {
    std::vector<NamesInFile> names(policies.size());
    std::transform(policies.begin(), policies.end(), names.begin(), names_in_file);
    const auto cycles = read_decision_costs(calibrated->file, names);
    for (std::size_t i = 0; i < policies.size(); ++i) {
      scenarios[i].decision.cost = CyclesDecisionCost{cycles[i]};
    }
  }
  return scenarios;
}

}  // namespace mec::cli
