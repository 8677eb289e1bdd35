// A task A: a chain of n subtasks (paper, Section 3.1). Subtask t executes work[t] cycles; data[t]
// bytes flow into it from subtask t-1. data[0] is the input, born on the device; data[n] is the
// output, due back there.
//
// The chain is two flat arrays, not a Boost.Graph: the solvers read it in tens of nanoseconds, and
// an adjacency list costs a pointer chase per subtask. A general task graph will be a type of its
// own beside this one, with the chain as its fast case.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/units.hpp"

namespace mec {

/// Longest chain that scenarios and workload files may describe. Longer ones are a typing error in
/// practice.
inline constexpr std::size_t kMaxSubtasks = 10'000;

/// Non-owning view of a chain; `data.size() == work.size() + 1`.
struct ChainView {
  std::span<const Cycles> work;
  std::span<const Bytes> data;

  [[nodiscard]] std::size_t size() const { return work.size(); }
};

/// Owning chain. Invariant, kept by whoever fills it: `data.size() == work.size() + 1`, all values
/// finite, >= 0.
struct ChainTask {
  std::vector<Cycles> work;
  std::vector<Bytes> data;

  [[nodiscard]] std::size_t size() const { return work.size(); }
  [[nodiscard]] ChainView view() const { return {work, data}; }
};

}  // namespace mec
