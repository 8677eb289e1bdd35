// The loss of one decision, and its gradient by the network's scores.
#pragma once

#include <span>

#include "policies/online_dil/moving_features.hpp"

namespace mec::online {

struct LossOptions {
  double unit = 1.0;         // seconds of lost time that count as 1
  double soft_share = 0.02;  // of the cross-entropy
  double soft_cost = 0.1;    // temperature of its labels, in units
};

/// p = softmax(scores - kSharpness excess). With what each site loses against the best of them, l =
/// (seconds - least) / unit, capped: sum_k p_k l_k + soft_share * H(q, p), q proportional to
/// exp(-l / soft_cost). Adds `weight` times the gradient to `gradient`. A decision after which the
/// task never ends teaches nothing: 0.
double decision_loss(std::span<const float> scores, const SiteValues& excess,
                     const SiteValues& seconds, const LossOptions& options, double weight,
                     std::span<float> gradient);

/// Distillation: T^2 times the cross-entropy of the student's softened choice to the teacher's,
/// softmax(logits / T) of both, plan included. Source: Hinton, Vinyals, Dean, "Distilling the
/// Knowledge in a Neural Network", 2015; Chen, Zeng, Yu, Chen 2020, Section 4. Adds `weight` times
/// the gradient by the student's scores to `gradient`.
double distillation_loss(std::span<const float> scores, const SiteValues& excess,
                         const SiteValues& taught, double temperature, double weight,
                         std::span<float> gradient);

}  // namespace mec::online
