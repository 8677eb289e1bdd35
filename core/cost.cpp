#include "core/cost.hpp"

namespace mec {

namespace {

Watts busy_power(const EnergyModel& model, std::size_t site) {
  return site - 1 < model.busy.size() ? model.busy[site - 1] : Watts{0.0};
}

// A weight of 0 switches its term off, even where that is infinite (the power of an infinitely fast
// device).
double weighted(double weight, double cost) { return weight == 0.0 ? 0.0 : weight * cost; }

// What the device draws while a byte of its task crosses `link`.
Watts link_power(const EnergyModel& model, const Link& link) {
  if (link.from == kDevice) {
    return model.transmit;
  }
  return link.to == kDevice ? model.receive : model.idle;
}

}  // namespace

LatencyEstimate estimate_latency(const SystemState& state, ChainView task,
                                 PlacementView placement) {
  const CostSplit split = evaluate(state.seconds(), task, placement);
  return {Seconds{split.compute}, Seconds{split.transfer}};
}

Joules energy_of(const ResourceUse& use, const EnergyModel& model, Hertz device_speed) {
  const double frequency = device_speed.value();
  Joules total{model.kappa * frequency * frequency * use.device_work.value()};
  total += model.transmit * use.transmitting + model.receive * use.receiving;
  total += model.idle * (use.latency - use.device_busy - use.transmitting - use.receiving);
  for (std::size_t i = 0; i < use.site_busy.size(); ++i) {
    total += busy_power(model, i + 1) * use.site_busy[i];
  }
  return total;
}

SiteCosts energy_costs(const SystemState& state, const Topology& topology,
                       const EnergyModel& model) {
  const std::size_t sites = state.sites();
  SiteCosts joules(sites);
  // kappa f^2 = kappa / (seconds per cycle)^2; an infinitely fast device would burn infinite power.
  const double slowness = state.seconds_per_cycle(kDevice).value();
  joules.set_per_cycle(kDevice, model.kappa / (slowness * slowness));
  for (std::size_t k = 1; k < sites; ++k) {
    joules.set_per_cycle(
        k, (model.idle + busy_power(model, k)).value() * state.seconds_per_cycle(k).value());
  }
  for (std::size_t from = 0; from < sites; ++from) {
    for (std::size_t to = 0; to < sites; ++to) {
      double total = 0.0;
      for (const LinkIndex link : topology.route(from, to)) {
        total +=
            link_power(model, topology.link(link)).value() * (1.0 / state.link_rate(link)).value();
      }
      joules.set_per_byte(from, to, total);
    }
  }
  return joules;
}

SiteCosts objective_costs(const Objective& objective, const SystemState& state,
                          const Topology& topology, const EnergyModel& model) {
  const std::size_t sites = state.sites();
  const SiteCosts& seconds = state.seconds();
  const SiteCosts joules = energy_costs(state, topology, model);
  SiteCosts mixed(sites);
  const auto mix = [&objective](double latency, double energy) {
    return weighted(objective.latency_weight, latency) + weighted(objective.energy_weight, energy);
  };
  for (std::size_t from = 0; from < sites; ++from) {
    mixed.set_per_cycle(from, mix(seconds.per_cycle(from), joules.per_cycle(from)));
    for (std::size_t to = 0; to < sites; ++to) {
      mixed.set_per_byte(from, to, mix(seconds.per_byte(from, to), joules.per_byte(from, to)));
    }
  }
  return mixed;
}

}  // namespace mec
