// quantiles.csv: the empirical distribution of latency, a row a probability. results/README.md
// describes the columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "results/csv_field.hpp"
#include "results/policy_statistics.hpp"

namespace mec {

/// The names of the columns, joined by commas.
[[nodiscard]] std::string_view quantiles_columns();

/// Rows of one policy, each after `prefix`.
void append_quantiles(CsvBuffer& out, std::string_view prefix, std::string_view scenario,
                      std::string_view policy, const std::vector<QuantilePoint>& points);

}  // namespace mec
