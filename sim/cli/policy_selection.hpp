// Which policies a command runs, in which order, under which names.
#pragma once

#include <string>
#include <vector>

#include "core/policy.hpp"
#include "core/scenario.hpp"

namespace mec::cli {

/// `--policy a,b:solver=dp`: a name that the scenario lists means all of its entries of that name,
/// any other the policy with its defaults, and name:key=value[:key=value] what it says. Empty: the
/// scenario's own. The result is checked, free of repetitions, of different display names and in
/// the registry's order, so it does not depend on the order of the request. Throws PolicyError.
[[nodiscard]] std::vector<PolicySpec> select_policies(const std::vector<PolicySpec>& of_scenario,
                                                      const std::string& request,
                                                      const PolicyRegistry& registry);

/// "optimal", or "optimal(solver=dp)" when parameters were given.
[[nodiscard]] std::string display_name(const PolicySpec& spec);

}  // namespace mec::cli
