// What several heads share.
#pragma once

#include <span>
#include <vector>

#include "policies/learning/training/head.hpp"

namespace mec::learning {

inline constexpr std::size_t kHeadSites = 3;

/// Each part of a relative cost is capped here: a bad link must not outweigh all else.
inline constexpr double kMostRelativeCost = 10.0;

/// Costs of a chain's events in optima, laid out as a crf's scores. The flows at both ends belong
/// to the first and the last subtask.
void event_costs(const SampleCosts& costs, double optimum, double cap, std::span<double> values);

/// Sum of products, from the first to the last.
[[nodiscard]] double dot(std::span<const float> a, std::span<const float> b);

/// Cross-entropy of softmax(scores / temperature) from `target`; adds `weight` times its gradient.
double group_cross_entropy(std::span<const float> scores, std::span<const float> target,
                           double temperature, double weight, std::span<float> gradient,
                           std::vector<float>& scratch);

[[nodiscard]] std::unique_ptr<Head> make_group_head(std::size_t subtasks);
[[nodiscard]] std::unique_ptr<Head> make_plan_head(std::size_t subtasks,
                                                   const std::vector<Placement>& plans);
[[nodiscard]] std::unique_ptr<Head> make_chain_head(std::size_t subtasks);

}  // namespace mec::learning
