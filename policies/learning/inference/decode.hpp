// From scores to sites: what each head's outputs (HeadKind in model.hpp) decide. Floats, in a fixed
// order of operations, so that every machine decides the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/placement.hpp"
#include "policies/learning/inference/fused_network.hpp"

namespace mec::learning {

/// Index of the greatest of `count` scores, the first among equals; NaN is below everything. 0 if
/// there is nothing but NaN.
using ArgmaxFunction = std::size_t (*)(const float* scores, std::size_t count);

[[nodiscard]] ArgmaxFunction argmax_function(NetworkKernel kernel);

/// joint and per_subtask: of 3 scores a subtask the greatest, ties to the lowest site.
void decode_sites(const float* scores, std::span<SiteIndex> sites);

/// crf: the sites of the greatest sum of 3n scores of sites and 9(n-1) of neighbours, by Viterbi;
/// ties to the lowest predecessor, and to the lowest last site.
class ChainDecoder {
 public:
  explicit ChainDecoder(std::size_t subtasks) : from_(3 * subtasks) {}

  /// sites.size() is `subtasks`.
  void decode(const float* scores, std::span<SiteIndex> sites);

 private:
  std::vector<SiteIndex> from_;  // best predecessor of each site of each subtask
};

}  // namespace mec::learning
