// What an agent is worth on samples that it does not learn from.
#pragma once

#include <span>

#include "core/placement.hpp"
#include "policies/drl/relative_cost.hpp"
#include "policies/learning/training/samples.hpp"

namespace mec::drl {

struct Validation {
  double loss = 0.0;   // mean Huber loss of the values promised, against what the placements cost
  double ratio = 0.0;  // mean cost of the placements over the mean optimal cost
};

/// Of the first samples, as many as there are placements. `promised`: the value, minus a relative
/// cost, that the agent saw in each placement.
[[nodiscard]] Validation score(const learning::SampleSet& samples, const RelativeCost& relative,
                               std::span<const Placement> placements,
                               std::span<const float> promised);

}  // namespace mec::drl
