// Checks a document against the option table and fills a scenario from it.
#pragma once

#include <string>

#include "core/policy.hpp"
#include "core/scenario.hpp"
#include "scenarios/document.hpp"
#include "scenarios/faults.hpp"

namespace mec {

/// Reads `root` into `scenario`; every fault goes to `faults`. `folder` is where relative paths of
/// the file start.
void read_options(const YamlNode& root, const std::string& folder, const PolicyRegistry& policies,
                  Scenario& scenario, Faults& faults);

}  // namespace mec
