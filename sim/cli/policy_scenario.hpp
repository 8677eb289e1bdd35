// The scenario that each policy of a command runs on. It is the same for all but for two things:
// where the policy decides (its parameter `at`), and what a decision of it costs where the scenario
// has that from a file.
#pragma once

#include <string>
#include <vector>

#include "core/policy.hpp"
#include "core/scenario.hpp"

namespace mec::cli {

/// One for each of `policies`, in their order. Reads the file of decision costs, if there is one.
/// Throws ScenarioError on the file's faults.
[[nodiscard]] std::vector<Scenario> policy_scenarios(const Scenario& scenario,
                                                     const std::vector<PolicySpec>& policies);

}  // namespace mec::cli
