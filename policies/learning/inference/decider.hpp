// A model that decides: task and state in, placement out, nothing allocated on the way (for chains
// of up to 16 subtasks). Tasks of another length than the model's n are fitted (chain_fit.hpp).
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/policy.hpp"
#include "policies/learning/inference/fused_network.hpp"
#include "policies/learning/model/model.hpp"

namespace mec::learning {

/// For heads per_subtask, joint, plan and crf. (value and step: policies/drl.)
class Decider {
 public:
  /// Throws UserError if the model's head is another one.
  Decider(Model model, WeightPrecision precision);
  Decider(Model model, WeightPrecision precision, NetworkKernel kernel);
  ~Decider();
  Decider(Decider&&) noexcept;
  Decider& operator=(Decider&&) noexcept;
  Decider(const Decider&) = delete;
  Decider& operator=(const Decider&) = delete;

  /// Ties go to the lowest site, or the first plan. Throws UserError unless the state has three
  /// sites.
  [[nodiscard]] Placement decide(const DecisionRequest& request);
  /// The same placements, many at once: `placements` is as long as `requests`.
  void decide_batch(std::span<const DecisionRequest> requests, std::span<Placement> placements);

  [[nodiscard]] const Model& model() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mec::learning
