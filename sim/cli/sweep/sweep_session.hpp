// What `mecsim sweep` does: runs the cells that are not finished yet, and puts all results
// together.
#pragma once

#include <string>
#include <vector>

#include "results/cell_store.hpp"
#include "results/sweep_manifest.hpp"
#include "sim/cli/sweep/coordinator.hpp"
#include "sim/cli/sweep/job_runner.hpp"
#include "sim/cli/sweep/sweep_directory.hpp"
#include "sim/cli/sweep/sweep_options.hpp"
#include "sim/cli/sweep/sweep_plan.hpp"

namespace mec::cli {

/// Where the results go: --out, or a folder of the sweep's name.
[[nodiscard]] std::string results_folder(const SweepPlan& plan, const SweepOptions& options);

class SweepSession {
 public:
  /// Loads and checks everything; touches no results yet. Throws UserError, PolicyError.
  SweepSession(const SweepOptions& options, const std::vector<std::string>& command);

  [[nodiscard]] const SweepPlan& plan() const { return plan_; }

  /// Returns the exit code: 0 when all cells are completed. `make_runner` is called when the
  /// results directory is there and locked. Throws UserError, OutputError.
  int run(const RunnerFactory& make_runner);

 private:
  [[nodiscard]] SweepManifest describe() const;
  void write_manifest(const SweepDirectory& directory, const Coordinator& coordinator);
  void write_results(const SweepDirectory& directory, const CellStore& store,
                     const Coordinator& coordinator);

  SweepOptions options_;
  SweepPlan plan_;
  SweepManifest manifest_;
};

}  // namespace mec::cli
