// Dynamic programming over many tasks at once: one task per SIMD lane, three sites,
// structure-of-arrays input. For labels by the million (learning) and for optima over whole
// workloads.
#pragma once

#include <cstdint>
#include <vector>

#include "core/placement.hpp"
#include "core/site_costs.hpp"

namespace mec {

/// Instruction sets that the solver is built for.
enum class BatchKernel { portable, avx2, avx512 };

/// Those that this machine has, the fastest last.
[[nodiscard]] const std::vector<BatchKernel>& supported_batch_kernels();

/// Tasks of one chain length n (1..32) on three sites, stored in blocks of kLanes so that lane l of
/// a block is one task.
class ChainBatch {
 public:
  static constexpr std::size_t kLanes = 8;
  static constexpr std::size_t kMaxLength =
      32;  // a placement is packed in 64 bits, two per subtask

  /// Throws std::invalid_argument unless 1 <= subtasks <= kMaxLength.
  ChainBatch(std::size_t subtasks, std::size_t tasks);

  [[nodiscard]] std::size_t size() const { return tasks_; }
  [[nodiscard]] std::size_t subtasks() const { return subtasks_; }

  /// Throws std::invalid_argument if the task's length or the number of sites does not fit.
  void set(std::size_t index, const SiteCosts& costs, ChainView task);

  /// Solves every task, exactly as `solve_dp` does (same costs and placements, bit for bit).
  void solve();
  /// The same by a kernel of one's choice, which must be a supported one. All give the same bits.
  void solve(BatchKernel kernel);

  [[nodiscard]] double cost(std::size_t index) const;
  [[nodiscard]] Placement placement(std::size_t index) const;

 private:
  void check(std::size_t index) const;  // throws std::out_of_range

  // Rows of a block, each kLanes wide: n work, n+1 data, 3 per cycle, 9 per byte.
  [[nodiscard]] std::size_t rows() const { return 2 * subtasks_ + 13; }

  std::size_t subtasks_;
  std::size_t tasks_;
  std::vector<double> input_;
  std::vector<double> costs_;
  std::vector<std::uint64_t> codes_;  // subtask t's site in bits [2(n-1-t), 2(n-1-t)+1]
};

}  // namespace mec
