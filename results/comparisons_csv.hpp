// comparisons.csv: policies against each other, a row an ordered pair. results/README.md describes
// the columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "results/csv_field.hpp"
#include "results/pairing.hpp"

namespace mec {

/// The names of the columns, joined by commas.
[[nodiscard]] std::string_view comparisons_columns();

/// A row a comparison, each after `prefix`; `policies` are the names that comparisons refer to.
void append_comparisons(CsvBuffer& out, std::string_view prefix, std::string_view scenario,
                        const std::vector<std::string>& policies,
                        const std::vector<Comparison>& comparisons);

/// The whole file of a run, header first.
[[nodiscard]] std::string comparisons_csv(std::string_view scenario,
                                          const std::vector<std::string>& policies,
                                          const std::vector<Comparison>& comparisons);

}  // namespace mec
