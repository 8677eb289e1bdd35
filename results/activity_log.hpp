// activities.csv and bandwidths.csv: what the first tasks of a run go through, and the bandwidth of
// the moving links that they may use meanwhile. results/README.md describes the columns.
//
// Of replication 0 alone; dates in seconds of the simulated clock. Bandwidths are those of the
// scenario's channels, the same under every policy, not what a task gets of a shared medium.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <set>
#include <vector>

#include "core/network.hpp"
#include "core/records.hpp"
#include "core/scenario.hpp"
#include "core/workload.hpp"
#include "results/csv_field.hpp"

namespace mec {

/// The tasks of each policy that are logged: the first recorded ones, by release. A run must follow
/// at least as many (RunSpec::followed_tasks); of more, only the first are taken.
inline constexpr std::uint64_t kLoggedTasks = 10;
/// What is later in bandwidths.csv is left out.
inline constexpr std::size_t kMostBandwidthRows = 10'000;

/// Takes the activities of one or more runs, replication 0 of each policy, and is quiet about any
/// other. Memory: kLoggedTasks tasks a policy.
class ActivityLog final : public Observer {
 public:
  /// `recorded`: the tasks of a workload file, or null. The scenario must outlive the log.
  ActivityLog(const Scenario& scenario, const std::vector<RecordedTask>* recorded);

  void begin_run(const RunLabel& label) override;
  void activity(const ActivityRecord& record) override;
  void task_finished(const TaskRecord&) override {}
  void end_run(const RunCounts&) override;

  /// Writes activities.csv and bandwidths.csv into the directory, headers alone where there is
  /// nothing to tell. A run that has not ended counts as far as it has got. Throws OutputError, and
  /// UserError where a file cannot be opened.
  void write(const std::filesystem::path& directory);

 private:
  void append(const ActivityRecord& record);
  [[nodiscard]] CsvBuffer bandwidths() const;

  const Scenario& scenario_;
  Network network_;
  bool logging_ = false;
  CsvBuffer label_;                      // the columns that all rows of a run share
  std::vector<ActivityRecord> records_;  // of the run under way
  CsvBuffer rows_;                       // of the runs that have ended
  std::set<std::uint32_t> devices_;      // whose tasks are logged
  Seconds begin_{std::numeric_limits<double>::infinity()};
  Seconds end_{0.0};
};

/// Puts together what several logs of the same scenario and replication have written, each of its
/// own policy: `parts` are their directories in the policies' order. A file that is not there is
/// left out. activities.csv comes out as if one log had taken all runs; so does bandwidths.csv
/// where their tasks overlap in time. Throws OutputError, and UserError on a file of another kind.
void merge_activity_logs(const std::vector<std::filesystem::path>& parts,
                         const std::filesystem::path& directory);

}  // namespace mec
