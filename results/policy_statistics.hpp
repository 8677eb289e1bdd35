// Accumulates the tasks of one policy. Memory is bounded: about 3 MB however many tasks there are.
#pragma once

#include <cstdint>
#include <string>

#include "core/records.hpp"
#include "results/batch_sums.hpp"
#include "results/compensated_sum.hpp"
#include "results/policy_summary.hpp"
#include "results/quantile_store.hpp"

namespace mec {

/// Feed it every task that finishes, in the order of the tasks. Point estimates come from
/// compensated sums over all tasks, so batching does not touch them.
class PolicyStatistics {
 public:
  /// Throws std::logic_error on a completed task whose latency is not finite and >= 0 (up to
  /// rounding).
  void add(const TaskRecord& record);

  /// Fills the statistics of `summary` and `ratio_undefined`; names, counts and completeness are
  /// the caller's.
  void summarise(PolicySummary& summary, std::uint64_t bootstrap_seed);

 private:
  void add_completed(const TaskRecord& record);
  [[nodiscard]] TaskSums totals() const;

  BatchSums batches_;
  QuantileStore latencies_;
  QuantileStore ratios_;
  QuantileStore decisions_;  // ns
  std::uint64_t completed_ = 0;
  std::uint64_t rated_ = 0;
  CompensatedSum latency_;
  CompensatedSum rated_latency_;
  CompensatedSum optimum_;
  CompensatedSum ratio_;
  CompensatedSum energy_;
  CompensatedSum exec_;
  CompensatedSum transfer_;
  CompensatedSum wait_;
  CompensatedSum decision_;
  CompensatedSum decision_ns_;
};

}  // namespace mec
