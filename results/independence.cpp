#include "results/independence.hpp"

#include <variant>

#include "core/network.hpp"

namespace mec {

bool independent_tasks(const Scenario& scenario, const std::vector<RecordedTask>* recorded) {
  const Network network = build_network(scenario.network, device_count(scenario, recorded));
  const bool one_at_a_time =
      network.devices() == 1 && std::holds_alternative<ClosedLoop>(scenario.workload.arrivals);
  const bool drawn_once = scenario.redraw == StateRedraw::fixed && network.is_drawn();
  return one_at_a_time && !network.moves() && !drawn_once;
}

}  // namespace mec
