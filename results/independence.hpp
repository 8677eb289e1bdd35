// Whether the tasks of a run are an independent sample.
#pragma once

#include <vector>

#include "core/scenario.hpp"
#include "core/workload.hpp"

namespace mec {

/// True where no task can leave anything behind for the next: one device at a time releases a task
/// when its last one is done, and nothing moves or is drawn once for all tasks of a replication. A
/// fleet shares queues, a moving bandwidth outlives a task, and so does a state that is drawn once.
/// `recorded` are the workload file's tasks, or null: they may name more devices.
[[nodiscard]] bool independent_tasks(const Scenario& scenario,
                                     const std::vector<RecordedTask>* recorded);

}  // namespace mec
