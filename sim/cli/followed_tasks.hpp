// What the first tasks of a run go through, in files: activities.csv and bandwidths.csv always,
// timeline.json where it is asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/output_file.hpp"
#include "core/records.hpp"
#include "results/activity_log.hpp"
#include "results/results_directory.hpp"
#include "results/timeline.hpp"

namespace mec::cli {

class FollowedTasks final : public Observer {
 public:
  /// `timeline_tasks`: of each policy, in timeline.json; 0: no such file. `recorded`: the tasks of
  /// a workload file, or null. Directory and scenario must outlive it.
  FollowedTasks(const ResultsDirectory& directory, const Scenario& scenario,
                const std::vector<RecordedTask>* recorded, std::uint64_t timeline_tasks);

  /// How many tasks a run must follow for them.
  [[nodiscard]] static std::uint64_t least(std::uint64_t timeline_tasks, std::uint32_t replication);

  void begin_run(const RunLabel& label) override;
  void activity(const ActivityRecord& record) override;
  void task_finished(const TaskRecord& record) override;
  void end_run(const RunCounts& counts) override;

  /// Completes the files; a timeline.json of before goes where no new one is written.
  void write();
  /// There is nothing to keep.
  void discard();

 private:
  const ResultsDirectory& directory_;
  ActivityLog log_;
  std::optional<OutputFile> file_;  // timeline.json
  std::optional<Timeline> timeline_;
};

}  // namespace mec::cli
