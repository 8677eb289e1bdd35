// What the agents have learned, deciding: tasks and states in, placements out, nothing allocated on
// the way for chains of up to 16 subtasks. Tasks of another length than the model's n are fitted
// (policies/learning/features/chain_fit.hpp).
#pragma once

#include <span>
#include <vector>

#include "core/policy.hpp"
#include "policies/drl/placement_scorer.hpp"
#include "policies/drl/step_features.hpp"
#include "policies/learning/features/chain_fit.hpp"
#include "policies/learning/inference/fused_network.hpp"
#include "policies/learning/model/model.hpp"

namespace mec::drl {

/// Head step: n subtasks one after the other, each where the network sees most value. A batch takes
/// each step for many tasks at once.
class StepDecider final : public Policy {
 public:
  /// Throws UserError for a model of another head, or one whose inputs mean something else.
  StepDecider(learning::Model model, learning::WeightPrecision precision);

  [[nodiscard]] Placement decide(const DecisionRequest& request) override;
  void decide_batch(std::span<const DecisionRequest> requests,
                    std::span<Placement> placements) override;

 private:
  void extract(const DecisionRequest& request, std::size_t row);
  void place(std::size_t rows, std::size_t steps);

  learning::Model model_;
  StepFeatures layout_;
  learning::FusedNetwork network_;
  std::vector<learning::ChainFit> fits_;  // a row each, as all that follows
  std::vector<float> features_;
  std::vector<float> inputs_;
  std::vector<float> values_;
  std::vector<SiteIndex> sites_;
};

/// Head value: the best of all 3^n placements.
class ValueDecider final : public Policy {
 public:
  /// Throws UserError for a model that PlacementScorer cannot take.
  ValueDecider(const learning::Model& model, learning::WeightPrecision precision);

  [[nodiscard]] Placement decide(const DecisionRequest& request) override;

 private:
  learning::FeatureSchema schema_;
  PlacementScorer scorer_;
  learning::ChainFit fit_;
  std::vector<float> features_;
  std::vector<SiteIndex> sites_;
};

}  // namespace mec::drl
