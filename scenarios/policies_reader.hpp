// Reads the list of policies, each checked by the registry.
#pragma once

#include <string>
#include <vector>

#include "core/policy.hpp"
#include "scenarios/document.hpp"
#include "scenarios/faults.hpp"

namespace mec {

[[nodiscard]] std::vector<PolicySpec> read_policies(const YamlNode& list, const std::string& key,
                                                    const PolicyRegistry& policies, Faults& faults);

}  // namespace mec
