// summary.csv: one row a policy. results/README.md describes the columns.
#pragma once

#include <string>
#include <vector>

#include "results/csv_field.hpp"
#include "results/policy_summary.hpp"
#include "results/tasks_csv.hpp"

namespace mec {

/// The whole file, header first. A statistic that is undefined is an empty field.
[[nodiscard]] std::string summary_csv(const std::vector<PolicySummary>& summaries);

/// The names of the columns, joined by commas.
[[nodiscard]] std::string summary_columns(MeasuredTimes times);
/// A row without its line break.
void append_summary(CsvBuffer& out, const PolicySummary& summary, MeasuredTimes times);

}  // namespace mec
