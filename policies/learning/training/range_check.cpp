// Are the tasks that a model will meet like those that it was trained on?
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/cost.hpp"
#include "core/topology.hpp"
#include "policies/learning/features/chain_fit.hpp"
#include "policies/learning/training/snapshots.hpp"
#include "policies/learning/training/training_run.hpp"

namespace mec::learning {

namespace {

constexpr std::uint64_t kTasksLookedAt = 2'000;
constexpr double kSlack = 0.02;             // of a feature's range, beyond its ends
constexpr double kShareThatMatters = 0.01;  // of the tasks

// Tasks of the run's own kind, on streams that the run does not draw from.
SnapshotSource tasks_to_look_at(const PreparationContext& context) {
  const RandomStreams streams(context.scenario.seed, std::uint64_t{1} << 62U);
  return context.recorded != nullptr
             ? SnapshotSource(context.scenario, kTasksLookedAt, streams, *context.recorded)
             : SnapshotSource(context.scenario, kTasksLookedAt, streams);
}

struct Tally {
  std::uint64_t outside = 0;
  float lowest = 0.0F;
  float highest = 0.0F;
};

}  // namespace

void warn_if_out_of_range(const Model& model, const std::string& name,
                          const PreparationContext& context) {
  if (model.feature_low.empty() || model.feature_high.empty()) {
    return;
  }
  const Scenario& scenario = context.scenario;
  SnapshotSource source = tasks_to_look_at(context);
  std::vector<float> values(model.features.size());
  std::vector<Tally> tallies(values.size());
  std::uint64_t tasks = 0;
  ChainFit fit;
  for (WorkItem item; source.next(item);) {
    const SystemState state(three_tier_topology(), item.state);
    const SiteCosts costs =
        objective_costs(scenario.objective, state, three_tier_topology(), scenario.energy);
    fit.fit(item.chain.view(), model.features.subtasks);
    extract_features(model.features, {fit.fitted(), state, costs}, values);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const float slack =
          static_cast<float>(kSlack) * (model.feature_high[i] - model.feature_low[i]);
      Tally& tally = tallies[i];
      tally.lowest = tasks == 0 ? values[i] : std::min(tally.lowest, values[i]);
      tally.highest = tasks == 0 ? values[i] : std::max(tally.highest, values[i]);
      if (values[i] < model.feature_low[i] - slack || values[i] > model.feature_high[i] + slack) {
        ++tally.outside;
      }
    }
    ++tasks;
  }
  const auto worst =
      std::max_element(tallies.begin(), tallies.end(),
                       [](const Tally& a, const Tally& b) { return a.outside < b.outside; });
  const double share =
      static_cast<double>(worst->outside) / static_cast<double>(std::max<std::uint64_t>(1, tasks));
  if (share > kShareThatMatters) {
    const auto i = static_cast<std::size_t>(worst - tallies.begin());
    context.observer.warn(fmt::format(
        "{}: the tasks of this scenario are not like those the model was trained on: feature {} is "
        "from {:.4g} to {:.4g} "
        "here and was from {:.4g} to {:.4g} in training ({:.1f} % of the tasks are outside)",
        name, model.features.names()[i], worst->lowest, worst->highest, model.feature_low[i],
        model.feature_high[i], 100.0 * share));
  }
}

}  // namespace mec::learning
