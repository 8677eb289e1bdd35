// Whether what was chosen fits the scenario: before anything is trained or run.
#pragma once

#include <string>
#include <vector>

#include "core/policy.hpp"
#include "core/scenario.hpp"
#include "core/workload.hpp"
#include "sim/run_simulation.hpp"

namespace mec::cli {

/// Throws PolicyError for a policy that cannot do what the scenario asks (other than three sites,
/// decisions before every subtask), and UserError for a network that the engine cannot simulate.
void check_policies(const Scenario& scenario, const std::vector<RecordedTask>* recorded,
                    const std::vector<PolicySpec>& policies, EngineKind engine);

/// What the user should know of the load before the run: a line for each server or link that a
/// policy which sends everything there would keep busy all the time (utilisation >= 1).
[[nodiscard]] std::vector<std::string> overload_warnings(const Scenario& scenario,
                                                         const std::vector<RecordedTask>* recorded,
                                                         const std::vector<PolicySpec>& policies);

}  // namespace mec::cli
