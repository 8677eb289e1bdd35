#include "core/roll_out.hpp"

#include <boost/random/uniform_01.hpp>
#include <limits>
#include <stdexcept>

namespace mec {

namespace {

constexpr Seconds kLongestGap{120.0};  // between the releases of two tasks

Scenario one_task_after_another(Scenario scenario) {
  scenario.redraw = StateRedraw::per_task;
  scenario.workload = WorkloadModel{};
  scenario.workload.tasks = std::numeric_limits<std::uint64_t>::max();
  return scenario;
}

}  // namespace

RollOutWorld::RollOutWorld(const Scenario& scenario, const RandomStreams& streams,
                           std::size_t group)
    : network_(build_network(scenario.network, device_count(scenario, nullptr))),
      group_(group),
      device_(network_.groups.at(group).first),
      objective_(scenario.objective),
      energy_(energy_of_servers(scenario.energy, network_)),
      paths_(network_, streams),
      probes_(network_, scenario.observation, paths_, streams),
      source_(make_generated_source(one_task_after_another(scenario), streams)),
      gaps_(streams.stream("roll-out.gaps")) {
  for (std::size_t l = 0; l < topology().link_count(); ++l) {
    links_.push_back(paths_.of(device_, l));
  }
}

void RollOutWorld::next() {
  if (!source_->next_of(device_, item_)) {
    throw std::logic_error("a roll-out has run out of tasks");
  }
  release_ += probes_.memory() + boost::random::uniform_01<double>()(gaps_) * kLongestGap;
  paths_.forget_before(release_ - probes_.memory());
}

DecisionRequest RollOutWorld::request(std::size_t first, SiteIndex at, Seconds now,
                                      bool hindsight) {
  probes_.measure(device_, now, item_.state, measured_);
  if (!objective_.is_latency()) {
    costs_.emplace(objective_costs(objective_, *measured_.state, topology(), energy_));
  }
  return {.task = remainder(first),
          .state = *measured_.state,
          .costs = costs_ ? *costs_ : measured_.state->seconds(),
          .at = at,
          .now = now,
          .topology = topology(),
          .group = group_,
          .observed = probes_.observation(now, measured_),
          .future = hindsight ? std::span<RatePath* const>(links_) : std::span<RatePath* const>()};
}

Solution RollOutWorld::least_latency(std::size_t first, SiteIndex at, Seconds now) const {
  const auto truth = carrier(now);
  return solve_timed_dp(truth, topology(), remainder(first), at);
}

double RollOutWorld::latency(Policy& policy, DecisionMoment when, bool hindsight) {
  if (when == DecisionMoment::task) {
    const Placement placement = policy.decide(request(0, kDevice, release_, hindsight));
    const auto truth = carrier(release_);
    return time_placement(truth, topology(), task(), kDevice, view(placement));
  }
  Seconds now = release_;
  SiteIndex at = kDevice;
  for (std::size_t t = 0; t < task().size(); ++t) {
    const SiteIndex to = policy.decide(request(t, at, now, hindsight)).front();
    const auto truth = carrier(now);
    const double there = carry(truth, topology(), at, to, task().data[t].value(), 0.0);
    now += Seconds{work_off(truth, to, task().work[t].value(), there)};
    at = to;
  }
  const auto truth = carrier(now);
  const Bytes output = task().data.back();
  return (now - release_).value() + carry(truth, topology(), at, kDevice, output.value(), 0.0);
}

}  // namespace mec
