// What is said of a sweep without running it. `mecsim sweep --dry-run`: its plan, and about how
// long it will take. `mecsim validate`: its size.
#pragma once

#include <string>
#include <vector>

#include "sim/cli/sweep/sweep_options.hpp"
#include "sim/cli/sweep/sweep_plan.hpp"

namespace mec::cli {

/// Prints the plan; writes nothing. Returns the exit code.
int dry_run(const SweepPlan& plan, const SweepOptions& options);

/// Checks a sweep file at every point, and prints that it is sound. `overrides` are those of --set.
/// Throws UserError.
void validate_sweep(const std::string& file, const std::vector<std::string>& overrides);

}  // namespace mec::cli
