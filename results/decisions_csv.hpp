// decisions.csv: what deciding takes, a row a policy; and the same as a table for the terminal.
// results/README.md describes the columns. Everything but scenario, policy, tasks, repetitions,
// batch and machine is measured, and so differs from run to run, whatever its name ends in.
#pragma once

#include <string>

#include "core/decision_timing.hpp"

namespace mec {

/// The whole file, header first. `relative_to_greedy` is empty where Greedy was not measured.
[[nodiscard]] std::string decisions_csv(const DecisionBench& bench);

/// At most 100 columns wide; "-" is undefined; long policy names end in an ellipsis.
[[nodiscard]] std::string decisions_table(const DecisionBench& bench);

}  // namespace mec
