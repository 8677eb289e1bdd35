// What the jobs of a sweep do, each in a process of its own.
#pragma once

#include "sim/cli/sweep/job_runner.hpp"
#include "sim/cli/sweep/sweep_plan.hpp"

namespace mec::cli {

/// A cell leaves its rows and report in its folder, as CellStore::take wants them. A preparation
/// returns the path of the model. `plan` must outlive the body.
[[nodiscard]] JobBody make_job_body(const SweepPlan& plan);

}  // namespace mec::cli
