// What a cell comes to, beside its rows: means over its recorded tasks, and what its decisions
// took.
#pragma once

#include <cstdint>

#include "core/records.hpp"
#include "results/compensated_sum.hpp"
#include "results/quantile_store.hpp"
#include "results/sweep_results.hpp"

namespace mec::cli {

class CellObserver final : public Observer {
 public:
  void task_finished(const TaskRecord& record) override;

  /// Of one run that has ended with these counts and took this long.
  [[nodiscard]] CellReport report(const RunCounts& counts, std::int64_t wall_ns);

 private:
  std::uint64_t completed_ = 0;
  std::uint64_t rated_ = 0;  // have an optimum
  CompensatedSum latency_;
  CompensatedSum rated_latency_;
  CompensatedSum optimum_;
  CompensatedSum decision_total_ns_;
  QuantileStore decision_ns_;
};

}  // namespace mec::cli
