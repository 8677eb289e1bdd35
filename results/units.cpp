#include "results/units.hpp"

#include <algorithm>
#include <array>

namespace mec {

std::string_view name_of(SampleUnit unit) {
  constexpr std::array<std::string_view, 3> kNames = {"task", "batch", "replication"};
  return kNames[static_cast<std::size_t>(unit)];
}

SampleUnit unit_for(std::size_t replications, bool independent_tasks) {
  constexpr std::size_t kEnoughReplications = 10;
  if (independent_tasks) {
    return SampleUnit::task;
  }
  return replications >= kEnoughReplications ? SampleUnit::replication : SampleUnit::batch;
}

std::size_t batches_of_replication(std::size_t tasks, std::size_t replications) {
  constexpr std::size_t kBatches = 64;
  constexpr std::size_t kLeastTasks = 8;
  const std::size_t share = kBatches / std::max<std::size_t>(replications, 1);
  return std::max<std::size_t>(1, std::min(share, tasks / kLeastTasks));
}

std::size_t telling_replications(const PolicyOutcomes& outcomes) {
  return telling_replications(
      outcomes, [](const ReplicationOutcomes& replication) -> const std::deque<TaskOutcome>& {
        return replication.tasks;
      });
}

GroupedUnits<TaskSums> units_of_policy(const PolicyOutcomes& outcomes, SampleUnit unit) {
  const std::size_t replications = telling_replications(outcomes);
  std::size_t expected = 0;
  for (std::size_t r = 0; r < replications; ++r) {
    for_each_unit(outcomes[r].tasks.size(), replications, unit,
                  [&expected](std::size_t, std::size_t) { ++expected; });
  }
  GroupedUnits<TaskSums> units(expected);
  for (std::size_t r = 0; r < replications; ++r) {
    const std::deque<TaskOutcome>& tasks = outcomes[r].tasks;
    for_each_unit(tasks.size(), replications, unit, [&](std::size_t first, std::size_t last) {
      TaskSums sums;
      for (std::size_t i = first; i < last; ++i) {
        sums += sums_of_task(tasks[i].latency, tasks[i].optimum);
      }
      units.add(sums);
    });
  }
  return units;
}

}  // namespace mec
