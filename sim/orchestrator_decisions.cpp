// How the orchestrator has tasks decided on: what the policy is shown, and what comes of it.
#include <algorithm>
#include <chrono>
#include <cmath>

#include "core/solvers.hpp"
#include "core/timed_dp.hpp"
#include "sim/orchestrator.hpp"

namespace mec {

namespace {

std::int64_t nanoseconds_since(std::chrono::steady_clock::time_point start) {
  const auto elapsed = std::chrono::steady_clock::now() - start;
  return std::chrono::duration_cast<std::chrono::nanoseconds>(elapsed).count();
}

}  // namespace

// The least latency that any policy could have: that of the true rates from now on, without
// waiting. A later start never ends earlier, so it bounds late decisions, too.
void Orchestrator::look_into_future(Active& task) {
  constexpr double kForgetEvery = 64.0;
  const Topology& topology = task.group->topology;
  const Seconds now = task.record.release;
  future_.resize(topology.link_count());
  task.item.state.rates.resize(topology.link_count());
  for (std::size_t l = 0; l < future_.size(); ++l) {
    future_[l] = paths_.of(task.item.device, l);
  }
  const PathCarrier carrier(task.item.state, future_, now);
  task.record.optimal_latency =
      Seconds{solve_timed_dp(carrier, topology, task.item.chain.view(), kDevice).cost};
  const Seconds past = now - probes_.memory() * 2.0;
  if (past.value() > forgotten_.value() + kForgetEvery) {
    paths_.forget_before(past);
    forgotten_ = past;
  }
}

bool Orchestrator::next_decision(Active& task) {
  const std::size_t site = task.deciding_site;
  const StationId station = stations_.of_site(site, task.item.device);
  const double speed = task.item.state.speeds[site].value();
  if (std::holds_alternative<MeasuredDecisionCost>(scenario_.decision.cost)) {
    // The amount is known when it starts.
    task.activity = {false, true, site, 0.0, 1.0, station, {}, {}, {}};
    return true;
  }
  const auto* fixed = std::get_if<CyclesDecisionCost>(&scenario_.decision.cost);
  if (fixed != nullptr && fixed->cycles.value() > 0.0 && std::isfinite(speed)) {
    task.activity = {false, true, site, fixed->cycles.value(), speed, station, {}, {}, {}};
    return true;
  }
  decide(task);
  if (task.followed) {
    report_free_decision(task);
  }
  return false;
}

ChainView Orchestrator::remainder_of(const Active& task) {
  const ChainView whole = task.item.chain.view();
  return {whole.work.subspan(task.subtask), whole.data.subspan(task.subtask)};
}

void Orchestrator::decide(Active& task) {
  const Seconds now = engine_.now();
  const Topology& topology = task.group->topology;
  probes_.measure(task.item.device, now, task.item.state, measured_);
  Observation observed = probes_.observation(now, measured_);
  backlog_.observe(task.item.device, now, observed);
  future_.clear();
  if (abilities_.hindsight) {
    for (std::size_t l = 0; l < topology.link_count(); ++l) {
      future_.push_back(paths_.of(task.item.device, l));
    }
  }
  const SystemState& state = *measured_.state;
  const ChainView remainder = remainder_of(task);
  const std::size_t group = network_.group_index_of(task.item.device);
  if (scenario_.objective.is_latency()) {
    ask_policy(task, {remainder, state, state.seconds(), task.at, now, topology, group, observed,
                      future_});
  } else {
    const SiteCosts costs = objective_costs(scenario_.objective, state, topology, energy_);
    ask_policy(task, {remainder, state, costs, task.at, now, topology, group, observed, future_});
  }
}

void Orchestrator::ask_policy(Active& task, const DecisionRequest& request) {
  const auto start = std::chrono::steady_clock::now();
  const Placement placement = policy_.decide(request);
  last_decision_ns_ = nanoseconds_since(start);
  task.record.decision_ns += last_decision_ns_;
  // Throws if the policy's placement does not fit the task.
  const CostSplit estimate =
      evaluate(request.state.seconds(), request.task, view(placement), request.at);
  if (!task.has_plan) {
    task.has_plan = true;
    task.record.placement = placement;
    task.record.estimated_latency = Seconds{estimate.total()};
    if (!moves_) {
      task.record.optimal_latency = Seconds{optimal_cost(request.state.seconds(), request.task)};
    }
  } else {
    std::copy(placement.begin(), placement.end(),
              task.record.placement.begin() + static_cast<std::ptrdiff_t>(task.subtask));
  }
}

void Orchestrator::answer_arrived(Active& task) {
  if (task.subtask == 0) {
    task.record.decided = engine_.now();
  }
  task.deciding = false;
  start_transfer(task);
}

}  // namespace mec
