// The greatest value over all 3^n placements of a chain, by a network of HeadKind::value: Q(S,
// placement). It is the paper's own way to decide by deep Q-learning (Section 5.2): "we calculate
// each action's reward to find the highest reward, which needs many times of DNN inference".
//
// What the first layer makes of the features is the same for all placements and computed once; what
// it adds for each subtask's site is a column of its weights. Placements run in lexicographic
// order, so that two neighbours share all sums up to the first subtask that moved.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/placement.hpp"
#include "policies/learning/inference/fused_network.hpp"
#include "policies/learning/model/model.hpp"

namespace mec::drl {

/// 3^n; `most + 1` where that is more than `most`.
[[nodiscard]] std::size_t placement_count(std::size_t subtasks, std::size_t most);
/// Most placements that are ever tried for a task: beyond, deciding is a matter of seconds.
inline constexpr std::size_t kMostPlacements = 100'000;

/// Not re-entrant: scratch memory is the object's own, and nothing is allocated when scoring.
class PlacementScorer {
 public:
  /// Throws UserError for a model of another head, without a hidden layer, or of too many
  /// placements.
  PlacementScorer(const learning::Model& model, learning::WeightPrecision precision);

  struct Best {
    std::size_t placement = 0;  // in lexicographic order: subtask 0 is the first digit to base 3
    float value = 0.0F;
  };
  /// `features` of a task of n subtasks, as extract_features gives them. Ties: the first.
  [[nodiscard]] Best best(std::span<const float> features);

  [[nodiscard]] std::size_t subtasks() const { return subtasks_; }

 private:
  void add_site(std::size_t subtask, std::size_t site);
  void advance(std::size_t placement);

  std::size_t subtasks_;
  std::size_t placements_;
  std::size_t width_;  // of the first hidden layer
  learning::FusedNetwork first_;
  learning::FusedNetwork rest_;
  std::vector<float> columns_;  // [n x 3 x width_]
  std::vector<float> sums_;     // [n + 1 x width_]: features, then a subtask's site more each
  std::vector<SiteIndex> sites_;
  std::vector<float> rows_;
  std::vector<float> values_;
};

/// The placement of this number, as the scorer counts them, and the number of a placement.
void unpack_placement(std::size_t number, std::span<SiteIndex> sites);
[[nodiscard]] std::size_t pack_placement(PlacementView sites);

}  // namespace mec::drl
