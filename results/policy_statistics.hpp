// Accumulates the tasks of one policy. Memory is bounded: about 3 MB however many tasks there are.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/records.hpp"
#include "results/batch_sums.hpp"
#include "results/compensated_sum.hpp"
#include "results/policy_summary.hpp"
#include "results/quantile_store.hpp"

namespace mec {

/// Values that a share `probability` of the completed tasks does not exceed.
struct QuantilePoint {
  double probability = 0.0;
  double latency = 0.0;         // s
  std::optional<double> ratio;  // latency / optimum
};

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
  /// The same, with intervals that `units` give. Those of quantiles are for independent tasks, and
  /// left out where tasks are none.
  void summarise(PolicySummary& summary, std::uint64_t bootstrap_seed,
                 std::span<const TaskSums> units, bool independent_tasks);

  /// The empirical distribution of latency and ratio, at the probabilities 0, 0.5 %, ..., 99.5 %,
  /// 99.9 % and 1; empty without a completed task.
  [[nodiscard]] std::vector<QuantilePoint> distribution();

 private:
  void add_completed(const TaskRecord& record);
  [[nodiscard]] TaskSums totals() const;
  void fill_means(PolicySummary& summary) const;

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
