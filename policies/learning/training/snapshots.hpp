// Tasks with the state that a device would measure when each is released: what policies that decide
// on a snapshot learn from. Where channels move, each task meets them at a date of its own.
#pragma once

#include <memory>

#include "core/random.hpp"
#include "core/roll_out.hpp"
#include "core/scenario.hpp"
#include "core/workload.hpp"

namespace mec::learning {

class SnapshotSource {
 public:
  /// One device; speeds and bandwidths anew for each task, whatever the scenario's `state` says.
  SnapshotSource(const Scenario& scenario, std::uint64_t tasks, const RandomStreams& streams);
  /// The tasks of a workload file, in the states that it says; what it leaves to channels that move
  /// is measured.
  SnapshotSource(const Scenario& scenario, std::uint64_t tasks, const RandomStreams& streams,
                 const std::vector<RecordedTask>& recorded);

  /// False at the end.
  bool next(WorkItem& item);

 private:
  std::unique_ptr<TaskSource> tasks_;
  std::unique_ptr<RollOutWorld> world_;  // null where nothing moves
};

}  // namespace mec::learning
