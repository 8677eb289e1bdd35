// The load that a scenario's arrivals would put on each resource if every subtask ran at one site:
// arrivals per second times mean service, over what the resource can do. At or above 1 its queue
// grows without end. From means of the distributions, channels included; a ratio of means, which a
// mean of ratios exceeds where speeds are drawn.
#pragma once

#include <string>
#include <vector>

#include "core/network.hpp"
#include "core/scenario.hpp"
#include "core/workload.hpp"

namespace mec {

struct ResourceLoad {
  std::string resource;      // "edge", "b1-up of a device"
  double utilisation = 0.0;  // offered seconds of service per second and server
};

/// With everything at `role` (device, or the nearest edge or cloud of each group). Loads of 0 are
/// left out; so is everything in a closed loop, which never overloads anything.
[[nodiscard]] std::vector<ResourceLoad> offered_loads(const Scenario& scenario,
                                                      const Network& network,
                                                      const std::vector<RecordedTask>* recorded,
                                                      SiteIndex role);

}  // namespace mec
