#include "sim/cli/followed_tasks.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace mec::cli {

FollowedTasks::FollowedTasks(const ResultsDirectory& directory, const Scenario& scenario,
                             const std::vector<RecordedTask>* recorded,
                             std::uint64_t timeline_tasks)
    : directory_(directory), log_(scenario, recorded) {
  if (timeline_tasks > 0) {
    file_.emplace(directory_.file("timeline.json"));
    timeline_.emplace(*file_, scenario, recorded, timeline_tasks);
  }
}

std::uint64_t FollowedTasks::least(std::uint64_t timeline_tasks, std::uint32_t replication) {
  return replication == 0 ? std::max(kLoggedTasks, timeline_tasks) : 0;
}

void FollowedTasks::begin_run(const RunLabel& label) {
  log_.begin_run(label);
  if (timeline_) {
    timeline_->begin_run(label);
  }
}

void FollowedTasks::activity(const ActivityRecord& record) {
  log_.activity(record);
  if (timeline_) {
    timeline_->activity(record);
  }
}

void FollowedTasks::task_finished(const TaskRecord& record) {
  if (timeline_) {
    timeline_->task_finished(record);
  }
}

void FollowedTasks::end_run(const RunCounts& counts) { log_.end_run(counts); }

void FollowedTasks::write() {
  log_.write(directory_.path());
  if (timeline_) {
    timeline_->finish();
    file_->commit();
  } else {
    std::error_code ignored;
    std::filesystem::remove(directory_.file("timeline.json"), ignored);
  }
}

void FollowedTasks::discard() {
  if (file_) {
    file_->discard();
  }
}

}  // namespace mec::cli
