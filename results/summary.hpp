// Watches runs and summarises them, a PolicySummary per scenario and policy.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "core/records.hpp"
#include "results/outcome_recorder.hpp"
#include "results/policy_statistics.hpp"
#include "results/policy_summary.hpp"

namespace mec {

/// Runs of one scenario and policy (its replications) are pooled, tasks of all of them weighing the
/// same. Summaries come in the order in which policies were first run.
///
/// A summary is complete when every one of its runs ended with nothing in flight and nobody called
/// `mark_partial`. Records that arrive before the first `begin_run` throw std::logic_error.
class SummaryBuilder : public Observer {
 public:
  void begin_run(const RunLabel& label) override;
  void task_finished(const TaskRecord& record) override;
  void end_run(const RunCounts& counts) override;

  /// The latest run's policy was cut short (a signal, a failed run), whatever its counts say.
  /// Nothing happens if no run has begun.
  void mark_partial();

  [[nodiscard]] std::vector<PolicySummary> summarise();
  /// The same with intervals by the rule of results/units.hpp, for which `outcomes` has watched the
  /// same runs. Of tasks beyond those that it keeps, independent ones are still resampled in
  /// batches of all of them; otherwise those it has kept are.
  [[nodiscard]] std::vector<PolicySummary> summarise(OutcomeRecorder& outcomes,
                                                     bool independent_tasks);
  /// quantiles.csv of the same, whole.
  [[nodiscard]] std::string quantiles_csv();

 private:
  struct Group {
    PolicySummary summary;   // names, the counts of ended runs, complete
    std::uint64_t seed = 0;  // of the first run
    PolicyStatistics statistics;
  };
  Group& current();
  void close_unended_run();

  std::deque<Group> groups_;
  Group* current_ = nullptr;
  RunCounts open_;  // of a run that has begun and not ended
  bool run_open_ = false;
};

}  // namespace mec
