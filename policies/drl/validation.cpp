#include "policies/drl/validation.hpp"

namespace mec::drl {

Validation score(const learning::SampleSet& samples, const RelativeCost& relative,
                 std::span<const Placement> placements, std::span<const float> promised) {
  double loss = 0.0;
  double cost = 0.0;
  double optimum = 0.0;
  for (std::size_t i = 0; i < placements.size(); ++i) {
    const double total = learning::SampleCosts(samples, i).total(view(placements[i]));
    loss += static_cast<double>(huber(promised[i] + relative(i, total)).loss);
    cost += total;
    optimum += samples.optimal_cost[i];
  }
  return {loss / static_cast<double>(placements.size()), cost == optimum ? 1.0 : cost / optimum};
}

}  // namespace mec::drl
