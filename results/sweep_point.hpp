// One point of a sweep: its cells' tasks, and the statistics that they come to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "results/cell_rows.hpp"
#include "results/pairing.hpp"
#include "results/policy_statistics.hpp"
#include "results/policy_summary.hpp"
#include "results/sweep_results.hpp"

namespace mec {

struct PointPolicy {
  PolicySummary summary;
  std::uint32_t replications = 0;  // that have completed
  SampleUnit unit = SampleUnit::task;
  std::uint64_t units = 0;
  /// Tasks of each replication that statistics leave out; nothing where they should, and MSER-5
  /// sees no end of the transient.
  std::optional<std::size_t> left_out = 0;
  std::vector<QuantilePoint> distribution;
};

struct PointStatistics {
  std::vector<std::optional<std::size_t>> mser5;  // of each cell's own latencies
  std::vector<PointPolicy> policies;
  std::vector<Comparison> comparisons;
};

/// Holds the rows of one point's cells, about 64 bytes a task.
class PointTasks {
 public:
  /// `cells`: those of one point, by policy and replication; must outlive this.
  PointTasks(const SweepResults& results, std::span<const SweepCell> cells);

  /// The next row of the cell at this position among the point's.
  void add(std::size_t cell, const CellRow& row) { rows_[cell].push_back(row); }

  /// Call once, when all rows are there. With WarmUpDetection::mser5 the first tasks of every
  /// replication are left out, as many as the policy with the longest transient needs, so that
  /// policies are still compared on the same tasks.
  [[nodiscard]] PointStatistics statistics();

 private:
  struct Transient {
    std::vector<std::optional<std::size_t>> of_policy;
    std::size_t longest = 0;
  };
  void sort_rows();
  [[nodiscard]] Transient transient() const;
  [[nodiscard]] std::vector<double> mean_series(std::size_t policy) const;
  [[nodiscard]] PolicyOutcomes outcomes(std::size_t policy, std::size_t left_out) const;
  [[nodiscard]] PointPolicy summarise(std::size_t policy, const PolicyOutcomes& outcomes,
                                      std::size_t left_out) const;
  [[nodiscard]] bool independent_tasks() const;

  const SweepResults& results_;
  std::span<const SweepCell> cells_;
  std::vector<std::vector<CellRow>> rows_;  // [cells]
};

}  // namespace mec
