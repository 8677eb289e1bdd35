// Reads the list of policies and numbers by policy; the registry knows the names and parameters.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/policy.hpp"
#include "scenarios/document.hpp"
#include "scenarios/faults.hpp"

namespace mec {

[[nodiscard]] std::vector<PolicySpec> read_policies(const YamlNode& list, const std::string& key,
                                                    const PolicyRegistry& policies, Faults& faults);

/// The members of `map`, names of policies with numbers above 0.
[[nodiscard]] std::map<std::string, double> read_policy_numbers(const YamlNode& map,
                                                                const std::string& key,
                                                                const PolicyRegistry& policies,
                                                                Faults& faults);

}  // namespace mec
