// Checks a document against the option table and fills a scenario from it.
#pragma once

#include <string>

#include "core/platform.hpp"
#include "core/policy.hpp"
#include "core/scenario.hpp"
#include "scenarios/document.hpp"
#include "scenarios/faults.hpp"

namespace mec {

/// Reads `root` into `scenario`; every fault goes to `faults`. `folder` is where relative paths of
/// the file start. Without `read_platform` a platform file is not looked into.
void read_options(const YamlNode& root, const std::string& folder, const PolicyRegistry& policies,
                  const PlatformReader& read_platform, Scenario& scenario, Faults& faults);

}  // namespace mec
