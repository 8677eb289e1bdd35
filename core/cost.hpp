// Latency and energy of a placed task, and the objectives that solvers minimise (paper, end of
// Section 3.2).
#pragma once

#include <boost/container/small_vector.hpp>
#include <variant>
#include <vector>

#include "core/site_costs.hpp"
#include "core/state.hpp"

namespace mec {

/// Latency of a task that meets no other: L_exec and L_trans of the paper, Section 3.2.
struct LatencyEstimate {
  Seconds compute;
  Seconds transfer;
  [[nodiscard]] Seconds total() const { return compute + transfer; }
};

[[nodiscard]] LatencyEstimate estimate_latency(const SystemState& state, ChainView task,
                                               PlacementView placement);

/// Energy of a task. The device computes at kappa * f^2 joules per cycle (dynamic CMOS power),
/// draws `transmit` or `receive` while its radio is busy with the task, and `idle` for the rest of
/// the task's latency. Every other site draws `busy[site - 1]` while it computes for the task (0 if
/// the list is shorter).
///
/// Sources: kappa = 1e-28 J s^2/cycle^3 from Mao, Zhang, Letaief, "Dynamic Computation Offloading
/// for Mobile-Edge Computing With Energy Harvesting Devices", IEEE JSAC 34(12), 2016; idle 0.3 W
/// and radio 1.3 W from Kumar, Lu, "Cloud Computing for Mobile Users: Can Offloading Computation
/// Save Energy?", IEEE Computer 43(4), 2010. Edge and cloud default to 0 W: the usual question is
/// the device's battery. Ignores radio tails and static leakage above `idle`.
struct EnergyModel {
  double kappa = 1e-28;  // J s^2 / cycle^3
  Watts idle{0.3};
  Watts transmit{1.3};
  Watts receive{1.3};
  std::vector<Watts> busy;  // per site from site 1 on
};

/// What a task used, measured or estimated; enough to price its energy.
struct ResourceUse {
  Cycles device_work;
  Seconds device_busy;                                   // device CPU busy with the task
  Seconds transmitting;                                  // device -> elsewhere
  Seconds receiving;                                     // elsewhere -> device
  Seconds latency;                                       // release to finish, waiting included
  boost::container::small_vector<Seconds, 3> site_busy;  // per site from site 1 on
};

[[nodiscard]] Joules energy_of(const ResourceUse& use, const EnergyModel& model,
                               Hertz device_speed);

/// Joules per cycle and per byte, so that `evaluate` gives the energy of a task that meets no
/// other.
[[nodiscard]] SiteCosts energy_costs(const SystemState& state, const Topology& topology,
                                     const EnergyModel& model);

/// Minimise `latency_weight` [1/s] * latency + `energy_weight` [1/J] * energy.
struct Objective {
  double latency_weight = 1.0;
  double energy_weight = 0.0;
  [[nodiscard]] bool is_latency() const { return energy_weight == 0.0 && latency_weight == 1.0; }
};

[[nodiscard]] SiteCosts objective_costs(const Objective& objective, const SystemState& state,
                                        const Topology& topology, const EnergyModel& model);

}  // namespace mec
