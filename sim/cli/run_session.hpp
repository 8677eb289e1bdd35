// What `mecsim run` does: makes the chosen policies ready, then runs each on every replication,
// every run in a process of its own, into one results directory.
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "core/output_file.hpp"
#include "core/workload.hpp"
#include "results/manifest.hpp"
#include "results/outcome_recorder.hpp"
#include "results/results_directory.hpp"
#include "results/summary.hpp"
#include "results/tasks_csv.hpp"
#include "scenarios/loader.hpp"
#include "sim/cli/preparation.hpp"
#include "sim/cli/scenario_file.hpp"
#include "sim/cli/sweep/directory_lock.hpp"
#include "sim/run_simulation.hpp"

namespace mec::cli {

struct RunOptions {
  std::string file;
  std::vector<std::string> overrides;
  Shorthands shorthands;  // of these, --tasks and --seed
  std::string policies;
  std::string out;
  std::string save_workload;
  std::string cache;                 // folder of models; see cache_folder
  std::uint64_t timeline_tasks = 0;  // of each policy, in timeline.json; 0: no such file
  Force force = Force::no;
  EngineKind engine = EngineKind::simgrid;
};

class RunSession {
 public:
  /// Loads and checks everything, files too, then makes the results directory. Throws UserError,
  /// PolicyError, OutputError.
  RunSession(const RunOptions& options, const std::vector<std::string>& command);

  /// Returns the exit code. A run that fails ends the session: what is finished is written and
  /// marked partial, then the failure is rethrown. Nothing is written to the results directory
  /// before all policies are ready.
  int run();

 private:
  void run_policies(Observer& observer);
  void run_policy(const PreparedPolicy& policy, const Scenario& scenario, Observer& observer);
  void write_results(OutputFile& tasks_file, SummaryBuilder& summary, OutcomeRecorder& outcomes,
                     bool complete);
  void measure_decisions();
  [[nodiscard]] const std::vector<RecordedTask>* recorded() const;
  [[nodiscard]] std::uint64_t task_total() const;

  RunOptions options_;
  LoadedScenario loaded_;
  std::vector<PolicySpec> policies_;
  std::vector<Scenario> scenarios_;  // of each policy
  std::string cache_;
  std::vector<PreparedPolicy> prepared_;  // each policy, once it is ready
  std::optional<std::vector<RecordedTask>> recorded_;
  Manifest manifest_;
  std::optional<ResultsDirectory> directory_;
  std::optional<DirectoryLock> lock_;
};

}  // namespace mec::cli
