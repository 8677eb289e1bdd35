// What a decision of each policy costs, as `mecsim bench decisions` has measured it: CSV, a row a
// policy. Columns are found by the names in the header; others are ignored.
//
//   policy   its name in results: kd-dil, or optimal(solver=dp)
//   cycles   CPU work of one decision
#pragma once

#include <string>
#include <vector>

#include "core/units.hpp"

namespace mec {

/// The names that one policy may have in the file, the most exact one first.
using NamesInFile = std::vector<std::string>;

/// The cycles of each of `policies`, by the first of its names that the file has. Throws
/// ScenarioError with all faults (at most 20, in line order): columns, numbers, policies that are
/// missing or there twice.
[[nodiscard]] std::vector<Cycles> read_decision_costs(const std::string& path,
                                                      const std::vector<NamesInFile>& policies);

}  // namespace mec
