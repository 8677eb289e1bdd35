// What the planner behind queues (policies/optimal/priced.hpp) says to moments: the labels that are
// learned from.
#pragma once

#include <cstdint>
#include <vector>

#include "policies/learning/training/samples.hpp"
#include "policies/learning/training/training_run.hpp"
#include "policies/optimal/priced.hpp"
#include "policies/queue_dil/moments.hpp"

namespace mec::queued {

/// Moments with their features and the planner's placements and costs. (Of `samples`, `work`,
/// `data` and `costs` stay empty: behind queues, costs do not add up.)
struct Labelled {
  std::vector<Moment> moments;
  learning::SampleSet samples;
};

struct LabelRequest {
  const Scenario& scenario;
  learning::FeatureSchema schema;
  std::size_t count = 0;
  std::uint64_t seed = 1;
  std::uint64_t part = 0;  // sets of different parts are independent
};

/// Throws UserError when every cost is 0, and as `run.check_stop`.
[[nodiscard]] Labelled label_moments(const LabelRequest& request, const PricedSolver& planner,
                                     const learning::TrainingRun& run);

/// What each plan costs at each moment over what the planner's placement costs there, at most
/// kMostRelativeCost: [moments x plans]. 1 where that costs nothing.
inline constexpr double kMostRelativeCost = 10.0;
[[nodiscard]] std::vector<float> relative_costs(const Labelled& labelled,
                                                const std::vector<Placement>& plans,
                                                const PricedSolver& planner,
                                                const learning::TrainingRun& run);

}  // namespace mec::queued
