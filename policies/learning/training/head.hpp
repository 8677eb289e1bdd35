// What a network's scores mean while it learns: distributions over placements, their losses and
// gradients (HeadKind in model.hpp: per_subtask, joint, plan, crf; three sites).
//
// Every head is a distribution over whole placements I, p(I) proportional to exp(score(I)): a sum
// of a score per subtask (joint, per_subtask), these and one per pair of neighbours (crf), or one
// score per listed placement (plan). A target has the form of the scores: probabilities of the same
// events. So the gradient of the cross-entropy is everywhere "the network's probabilities minus the
// target's".
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "core/placement.hpp"
#include "policies/learning/model/model.hpp"
#include "policies/learning/training/samples.hpp"

namespace mec::learning {

/// Not re-entrant: scratch memory is the object's own.
class Head {
 public:
  virtual ~Head() = default;
  Head() = default;
  Head(const Head&) = delete;
  Head& operator=(const Head&) = delete;
  Head(Head&&) = delete;
  Head& operator=(Head&&) = delete;

  /// Scores of a sample, and values of a target.
  [[nodiscard]] virtual std::size_t outputs() const = 0;

  /// Probabilities of a distribution tempered by T, p(I)^(1/T) normalised: 3n values P(I_t = k),
  /// then 9(n-1) values P(I_t = j, I_{t+1} = k), as the crf's scores are laid out.
  virtual void marginals(std::span<const float> scores, double temperature,
                         std::span<float> values) const = 0;

  /// The unnormalised log-probability of a placement; -infinity if the head cannot say it.
  [[nodiscard]] virtual double score(std::span<const float> scores,
                                     PlacementView placement) const = 0;

  /// All probability on the optimum, or on the best placement that the head can say.
  virtual void hard_target(const SampleCosts& costs, PlacementView optimal,
                           std::span<float> target) const = 0;

  /// The distribution of `teacher`, of whatever kind, tempered by T: the paper's Section 4, q_i =
  /// p_i^(1/T) / sum.
  virtual void soft_target(const Head& teacher, std::span<const float> teacher_scores,
                           double temperature, std::span<float> target) const = 0;

  /// Cross-entropy of the network's distribution, tempered by T as well, from the target. Adds
  /// `weight` times its gradient by the scores to `gradient`.
  virtual double cross_entropy(std::span<const float> scores, std::span<const float> target,
                               double temperature, double weight,
                               std::span<float> gradient) const = 0;

  /// Expected relative cost E[cost(I)] / optimum - 1 under the network's distribution; adds
  /// `weight` times its gradient. What is summed, the parts of the cost or, for plans, the whole,
  /// is capped at ten optima each. On its own it collapses onto few placements: add it to a
  /// cross-entropy. 0 where the optimum is 0.
  virtual double regret(std::span<const float> scores, const SampleCosts& costs, double optimum,
                        double weight, std::span<float> gradient) const = 0;

  /// The most probable placement: of n sites (for joint and per_subtask, subtask by subtask).
  virtual void decode(std::span<const float> scores, std::span<SiteIndex> sites) const = 0;
};

/// `plans` is for head plan only. Throws std::invalid_argument for the heads of Q-learning.
[[nodiscard]] std::unique_ptr<Head> make_head(HeadKind kind, std::size_t subtasks,
                                              const std::vector<Placement>& plans);

/// A teacher that is no network: the scores of a crf whose distribution is the Gibbs distribution
/// of the true costs, p(I) ~ exp(-cost(I) / (temperature * optimum)). Its soft targets are
/// cost-sensitive labels: placements that cost little more than the optimum are nearly as good.
/// `scores`: 3n + 9(n-1).
void gibbs_scores(const SampleCosts& costs, double optimum, double temperature,
                  std::span<float> scores);

}  // namespace mec::learning
