// The loss of one decision among plans (whole placements), and its gradient by the network's
// scores.
#pragma once

#include <span>

namespace mec::queued {

struct LossOptions {
  double soft_cost = 0.02;  // temperature of the labels, in costs of the planner's placement
  double regret = 10.0;     // weight of the expected cost
};

/// With p = softmax(scores), and costs c relative to that of the planner's placement: the
/// cross-entropy of p from q, q proportional to exp(-c / soft_cost), plus `regret` times the
/// expected excess, sum_k p_k c_k - 1. Adds `weight` times the gradient to `gradient`.
double plan_loss(std::span<const float> scores, std::span<const float> costs,
                 const LossOptions& options, double weight, std::span<float> gradient);

}  // namespace mec::queued
