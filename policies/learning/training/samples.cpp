#include "policies/learning/training/samples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/cost.hpp"
#include "core/errors.hpp"
#include "core/solvers.hpp"
#include "core/topology.hpp"
#include "core/workload.hpp"
#include "policies/learning/features/chain_fit.hpp"
#include "policies/learning/training/snapshots.hpp"

namespace mec::learning {

namespace {

// Replications of a run are below 2^63, so no run draws from these streams.
constexpr std::uint64_t kTrainingStreams = std::uint64_t{1} << 63U;

class SampleDrawer {
 public:
  explicit SampleDrawer(const SampleRequest& request) : request_(request) {
    const std::size_t n = request.schema.subtasks;
    samples_.schema = request.schema;
    samples_.features.resize(request.count * request.schema.size());
    samples_.work.reserve(request.count * n);
    samples_.data.reserve(request.count * (n + 1));
    samples_.costs.reserve(request.count * 12);
    samples_.optimal_cost.reserve(request.count);
    samples_.optimal.reserve(request.count * n);
  }

  void add(const WorkItem& item) {
    const SystemState state(three_tier_topology(), item.state);
    const SiteCosts costs = objective_costs(request_.scenario.objective, state,
                                            three_tier_topology(), request_.scenario.energy);
    fit_.fit(item.chain.view(), request_.schema.subtasks);
    const ChainView task = fit_.fitted();
    extract_features(request_.schema, {task, state, costs},
                     {samples_.features.data() + samples_.count * request_.schema.size(),
                      request_.schema.size()});
    for (const Cycles work : task.work) {
      samples_.work.push_back(work.value());
    }
    for (const Bytes data : task.data) {
      samples_.data.push_back(data.value());
    }
    samples_.costs.insert(samples_.costs.end(), costs.per_cycle_data(),
                          costs.per_cycle_data() + 12);
    const Solution best = solve_dp(costs, task);
    samples_.optimal_cost.push_back(best.cost);
    samples_.optimal.insert(samples_.optimal.end(), best.placement.begin(), best.placement.end());
    ++samples_.count;
  }

  SampleSet take() { return std::move(samples_); }

 private:
  const SampleRequest& request_;
  SampleSet samples_;
  ChainFit fit_;
};

}  // namespace

double SampleCosts::total(PlacementView placement) const {
  double cost = 0.0;
  std::size_t at = kDevice;
  for (std::size_t t = 0; t < subtasks_; ++t) {
    cost += transfer(t, at, placement[t]) + compute(t, placement[t]);
    at = placement[t];
  }
  return cost + transfer(subtasks_, at, kDevice);
}

std::string describe(const SampleRequest& request) {
  const Scenario& s = request.scenario;
  std::string text = fmt::format("samples/1 count={} seed={} part={} features={}\n", request.count,
                                 request.seed, request.part, request.schema.text());
  text += fmt::format("subtasks={}\nwork={}\ndata={}\n", describe(s.task.subtasks),
                      describe(s.task.work), describe(s.task.data));
  text += fmt::format("p1={}\np2={}\np3={}\nb1={}\nb2={}\n", describe(s.network.device_speed),
                      describe(s.network.edge_speed), describe(s.network.cloud_speed),
                      describe(s.network.b1), describe(s.network.b2));
  text += fmt::format("objective={} {}\n", s.objective.latency_weight, s.objective.energy_weight);
  if (const Network network = build_network(s.network, 1); network.moves()) {
    text += fmt::format(
        "down={} {}\nobservation={} {} {}\n", s.network.b1_down ? describe(*s.network.b1_down) : "",
        s.network.b2_down ? describe(*s.network.b2_down) : "", s.observation.age.value(),
        s.observation.period.value(), s.observation.noise);
  }
  if (s.objective.energy_weight != 0.0) {
    text += fmt::format("energy={} {} {} {}", s.energy.kappa, s.energy.idle.value(),
                        s.energy.transmit.value(), s.energy.receive.value());
    for (const Watts busy : s.energy.busy) {
      text += fmt::format(" {}", busy.value());
    }
    text += '\n';
  }
  return text;
}

SampleSet draw_samples(const SampleRequest& request) {
  if (request.count == 0) {
    throw UserError("no samples to learn from: expected at least 1");
  }
  const RandomStreams streams(request.seed, kTrainingStreams + request.part);
  SnapshotSource source(request.scenario, request.count, streams);
  SampleDrawer drawer(request);
  for (WorkItem item; source.next(item);) {
    drawer.add(item);
  }
  SampleSet samples = drawer.take();
  if (std::all_of(samples.optimal_cost.begin(), samples.optimal_cost.end(),
                  [](double cost) { return !(cost > 0.0); })) {
    throw UserError(
        "nothing to learn from: the optimum of every sample is 0; give the scenario distributions "
        "to draw tasks from (task.work and task.data, or training.task.work and so on)");
  }
  return samples;
}

std::vector<Placement> frequent_placements(const SampleSet& samples, std::size_t most) {
  std::map<Placement, std::size_t> counts;
  for (std::size_t i = 0; i < samples.count; ++i) {
    const PlacementView optimal = samples.optimal_of(i);
    ++counts[Placement(optimal.begin(), optimal.end())];
  }
  std::vector<std::pair<std::size_t, Placement>> ranked;
  for (const auto& [placement, count] : counts) {
    ranked.emplace_back(count, placement);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  ranked.resize(std::min(most, ranked.size()));
  std::vector<Placement> placements;
  for (auto& entry : ranked) {
    placements.push_back(std::move(entry.second));
  }
  return placements;
}

}  // namespace mec::learning
