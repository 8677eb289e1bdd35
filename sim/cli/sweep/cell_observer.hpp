// What a cell comes to, beside its rows: means over its recorded tasks, and what its decisions
// took.
#pragma once

#include <cstdint>
#include <vector>

#include "core/records.hpp"
#include "results/compensated_sum.hpp"
#include "results/sweep_results.hpp"

namespace mec::cli {

/// Memory: 8 bytes a task.
class CellObserver final : public Observer {
 public:
  void task_finished(const TaskRecord& record) override;

  /// Of one run that has ended with these counts and took this long.
  [[nodiscard]] CellReport report(const RunCounts& counts, std::int64_t wall_ns) const;

 private:
  std::uint64_t completed_ = 0;
  std::uint64_t rated_ = 0;  // have an optimum
  CompensatedSum latency_;
  CompensatedSum rated_latency_;
  CompensatedSum optimum_;
  std::vector<std::int64_t> decision_ns_;
};

}  // namespace mec::cli
