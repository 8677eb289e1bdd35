// One device and its tasks on moving channels, nothing else: what policies are trained and tried
// in. A task is released when no other is under way, so nothing queues, and its latency is the
// time that its parts take on the true paths.
//
// Tasks, speeds and rates come from the scenario's distributions, anew for every task; the channels
// go on from task to task, which are random gaps apart. Ignores the scenario's arrivals, its other
// devices and what deciding costs.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/channel_paths.hpp"
#include "core/network.hpp"
#include "core/policy.hpp"
#include "core/probes.hpp"
#include "core/random.hpp"
#include "core/scenario.hpp"
#include "core/solvers.hpp"
#include "core/timed_dp.hpp"
#include "core/workload.hpp"

namespace mec {

class RollOutWorld {
 public:
  /// The first device of a group of the scenario's network.
  RollOutWorld(const Scenario& scenario, const RandomStreams& streams, std::size_t group = 0);

  /// The next task.
  void next();

  [[nodiscard]] const Network& network() const { return network_; }
  [[nodiscard]] const Topology& topology() const { return network_.groups[group_].topology; }
  [[nodiscard]] ChainView task() const { return item_.chain.view(); }
  /// What is left of it before subtask `first`.
  [[nodiscard]] ChainView remainder(std::size_t first) const {
    return {task().work.subspan(first), task().data.subspan(first)};
  }
  [[nodiscard]] Seconds release() const { return release_; }

  /// What a policy is asked that has to place what is left, its data at site `at`. Valid until the
  /// next call. `future` is filled in only if `hindsight`.
  [[nodiscard]] DecisionRequest request(std::size_t first, SiteIndex at, Seconds now,
                                        bool hindsight = false);

  /// The true rates from `now` on; dates are seconds after it.
  [[nodiscard]] PathCarrier<StateSample> carrier(Seconds now) const {
    return {item_.state, links_, now};
  }

  /// What is left, placed so that it ends first: a bound on any policy's latency from here.
  [[nodiscard]] Solution least_latency(std::size_t first, SiteIndex at, Seconds now) const;

  /// The latency of this task as the policy places it: at once, or before every subtask anew.
  [[nodiscard]] double latency(Policy& policy, DecisionMoment when, bool hindsight = false);

 private:
  Network network_;
  std::size_t group_;
  std::uint32_t device_;
  Objective objective_;
  EnergyModel energy_;
  ChannelPaths paths_;
  Probes probes_;
  std::unique_ptr<TaskSource> source_;
  RandomEngine gaps_;
  std::vector<RatePath*> links_;  // of the device's topology; null where a link does not move
  WorkItem item_;
  Seconds release_;
  MeasuredState measured_;
  std::optional<SiteCosts> costs_;
};

}  // namespace mec
