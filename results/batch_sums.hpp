// The sums of at most kMaxBatches batches of consecutive tasks, whatever the number of tasks.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "results/task_sums.hpp"

namespace mec {

/// A batch is one task until there are kMaxBatches of them; then neighbours are merged in pairs and
/// batches hold two tasks, then four... Batch i always holds the same positions of the stream:
/// with one device the same tasks under every policy, in a fleet only the same number of them,
/// since tasks finish in another order.
///
/// Resampling batches instead of tasks: for independent tasks a batch's sum has variance (batch
/// size) x (a task's), so the mean over resampled batches varies as the mean over resampled tasks
/// does, and with >= 2,048 batches the interval's own sampling error is below 2 %. For correlated
/// tasks (queues) it is the better of the two: a batch keeps the correlation of the tasks within
/// it, as long as it is longer than the correlation lasts. Source: Carlstein, Annals of Statistics
/// 14(3), 1986; Law, "Simulation Modeling and Analysis", Section 9.5 (batch means).
class BatchSums {
 public:
  static constexpr std::size_t kMaxBatches = 4'096;

  /// Appends a task's sums: empty ones for a failed task, which holds its position.
  void add(const TaskSums& task);

  [[nodiscard]] std::span<const TaskSums> batches() const { return batches_; }
  [[nodiscard]] std::uint64_t batch_size() const { return batch_size_; }

 private:
  void merge_pairs();

  std::vector<TaskSums> batches_;
  std::uint64_t batch_size_ = 1;
  std::uint64_t in_last_ = 0;  // tasks in batches_.back(); the last batch may be short
};

}  // namespace mec
