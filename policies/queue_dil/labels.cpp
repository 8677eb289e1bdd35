#include "policies/queue_dil/labels.hpp"

#include <algorithm>

#include "core/errors.hpp"

namespace mec::queued {

namespace {

// Replications of a run are below 2^63, and parts of other samples are few.
constexpr std::uint64_t kStreams = (std::uint64_t{1} << 63U) + 3'000'000;
constexpr std::size_t kBetweenStops = 256;  // moments

double relative(double cost, double least) {
  if (!(least > 0.0)) {
    return 1.0;
  }
  const double ratio = cost / least;
  return ratio < kMostRelativeCost ? ratio : kMostRelativeCost;  // NaN, too
}

}  // namespace

Labelled label_moments(const LabelRequest& request, const PricedSolver& planner,
                       const learning::TrainingRun& run) {
  MomentSource source(request.scenario, request.schema.subtasks, request.count,
                      RandomStreams(request.seed, kStreams + request.part));
  Labelled labelled;
  learning::SampleSet& samples = labelled.samples;
  samples.schema = request.schema;
  const std::size_t width = request.schema.size();
  samples.features.resize(request.count * width);
  labelled.moments.resize(request.count);
  while (samples.count < request.count && source.next(labelled.moments[samples.count])) {
    if (samples.count % kBetweenStops == 0) {
      run.check_stop();
    }
    const MomentRequest asked(labelled.moments[samples.count]);
    learning::extract_features(request.schema, asked.get(),
                               {samples.features.data() + samples.count * width, width});
    const Solution best = planner.solve(asked.get());
    samples.optimal.insert(samples.optimal.end(), best.placement.begin(), best.placement.end());
    samples.optimal_cost.push_back(best.cost);
    ++samples.count;
  }
  if (std::all_of(samples.optimal_cost.begin(), samples.optimal_cost.end(),
                  [](double cost) { return !(cost > 0.0); })) {
    throw UserError(
        "nothing to learn from: the least cost of every sample is 0; give the scenario "
        "distributions to draw tasks from (task.work and task.data, or training.task.work and so "
        "on)");
  }
  return labelled;
}

std::vector<float> relative_costs(const Labelled& labelled, const std::vector<Placement>& plans,
                                  const PricedSolver& planner, const learning::TrainingRun& run) {
  const learning::SampleSet& samples = labelled.samples;
  std::vector<float> costs;
  costs.reserve(samples.count * plans.size());
  for (std::size_t i = 0; i < samples.count; ++i) {
    if (i % kBetweenStops == 0) {
      run.check_stop();
    }
    const MomentRequest asked(labelled.moments[i]);
    for (const Placement& plan : plans) {
      const double cost = planner.cost(asked.get(), view(plan));
      costs.push_back(static_cast<float>(relative(cost, samples.optimal_cost[i])));
    }
  }
  return costs;
}

}  // namespace mec::queued
