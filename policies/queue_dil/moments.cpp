#include "policies/queue_dil/moments.hpp"

#include <algorithm>
#include <boost/random/uniform_01.hpp>

#include "core/solvers.hpp"
#include "core/topology.hpp"
#include "policies/learning/arithmetic/vector_math.hpp"

namespace mec::queued {

namespace {

// Mean waits, in times of the task on its own.
constexpr double kShortest = 0.1;
constexpr double kSpread = 30.0;  // longest over shortest

Observation seen(const Moment& moment) {
  Observation observed;
  observed.site_wait = moment.site_wait;
  observed.link_wait = moment.link_wait;
  return observed;
}

// On (0, 1].
double draw(RandomEngine& random) { return 1.0 - boost::random::uniform_01<double>()(random); }

}  // namespace

MomentRequest::MomentRequest(const Moment& moment)
    : state_(three_tier_topology(), moment.state),
      request_{.task = moment.task.view(),
               .state = state_,
               .costs = state_.seconds(),
               .observed = seen(moment)} {}

MomentSource::MomentSource(const Scenario& scenario, std::size_t subtasks, std::size_t count,
                           const RandomStreams& streams)
    : subtasks_(subtasks), source_(scenario, count, streams), random_(streams.stream("queues")) {
  const Network network = build_network(scenario.network, scenario.network.devices);
  const bool all = scenario.observation.backlog == ObservationModel::Backlog::all;
  site_queues_[kDevice] = true;
  for (std::size_t site = 1; site < kSites; ++site) {
    site_queues_[site] = all && network.servers[site - 1].cores > 0;
  }
  const std::vector<std::size_t>& media = network.groups.front().medium;
  for (std::size_t link = 0; link < kLinks; ++link) {
    const Medium& medium = network.media[media[link]];
    link_queues_[link] = (all || medium.scope == Scope::per_device) && !medium.unlimited;
    first_of_medium_[link] = static_cast<std::size_t>(
        std::find(media.begin(), media.end(), media[link]) - media.begin());
  }
}

bool MomentSource::next(Moment& moment) {
  if (!source_.next(item_)) {
    return false;
  }
  fit_.fit(item_.chain.view(), subtasks_);
  const ChainView task = fit_.fitted();
  moment.task.work.assign(task.work.begin(), task.work.end());
  moment.task.data.assign(task.data.begin(), task.data.end());
  moment.state = item_.state;
  draw_waits(moment);
  return true;
}

// The logarithm and the exponential are those of vector_math.hpp: the same on every machine.
void MomentSource::draw_waits(Moment& moment) {
  const SystemState state(three_tier_topology(), moment.state);
  const double alone = optimal_cost(state.seconds(), moment.task.view());
  const double taken = draw(random_);
  const double exponent = learning::logarithm(kSpread) * draw(random_);
  const double mean =
      alone * kShortest * static_cast<double>(learning::exponential(static_cast<float>(exponent)));
  const auto wait = [&](bool queues) {
    const bool free = draw(random_) > taken;
    const double seconds = -mean * learning::logarithm(draw(random_));
    return free || !queues ? 0.0 : seconds;
  };
  for (std::size_t site = 0; site < kSites; ++site) {
    moment.site_wait[site] = wait(site_queues_[site]);
  }
  for (std::size_t link = 0; link < kLinks; ++link) {
    moment.link_wait[link] = wait(link_queues_[link]);
    moment.link_wait[link] = moment.link_wait[first_of_medium_[link]];
  }
}

}  // namespace mec::queued
