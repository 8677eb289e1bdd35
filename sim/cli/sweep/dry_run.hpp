// `mecsim sweep --dry-run`: the plan of a sweep, and about how long it will take.
#pragma once

#include "sim/cli/sweep/sweep_options.hpp"
#include "sim/cli/sweep/sweep_plan.hpp"

namespace mec::cli {

/// Prints the plan; writes nothing. Returns the exit code.
int dry_run(const SweepPlan& plan, const SweepOptions& options);

}  // namespace mec::cli
