// summary.csv: one row a policy. results/README.md describes the columns.
#pragma once

#include <string>
#include <vector>

#include "results/policy_summary.hpp"

namespace mec {

/// The whole file, header first. A statistic that is undefined is an empty field.
[[nodiscard]] std::string summary_csv(const std::vector<PolicySummary>& summaries);

}  // namespace mec
