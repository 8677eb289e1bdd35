#include <limits>

#include "core/cost.hpp"
#include "tests/catch.hpp"
#include "tests/support/random_problems.hpp"

namespace mec {

namespace {

using test::chain;

// 1 GHz device, 4 GHz edge, 2 MB/s and 4 MB/s: 0.5 us a byte over b1, 0.25 us over b2.
const ThreeTierState kState{Hertz{1e9}, Hertz{4e9}, BytesPerSecond{2e6}, BytesPerSecond{4e6},
                            kInfiniteSpeed};

// Transmitting and receiving differ, so that a mix-up shows.
EnergyModel radio() {
  EnergyModel model;
  model.transmit = Watts{2.0};
  model.receive = Watts{1.0};
  model.idle = Watts{0.5};
  return model;
}

double energy(const EnergyModel& model, const ChainTask& task, const Placement& placement) {
  const SystemState state(kState);
  return evaluate(energy_costs(state, three_tier_topology(), model), task.view(), view(placement))
      .total();
}

// What an uncontended task uses on three sites, summed flow by flow.
ResourceUse uncontended_use(const ThreeTierState& state, const ChainTask& task,
                            const Placement& placement) {
  ResourceUse use;
  use.site_busy.resize(2);
  SiteIndex at = kDevice;
  const auto cross = [&](Bytes data, SiteIndex to) {
    const bool radio_used = (at == kDevice) != (to == kDevice);
    const Seconds over_b1 = radio_used ? data / state.b1 : Seconds{};
    const bool backhaul_used = (at == kCloud) != (to == kCloud);
    (to == kDevice ? use.receiving : use.transmitting) += over_b1;
    use.latency += over_b1 + (backhaul_used ? data / state.b2 : Seconds{});
    at = to;
  };
  for (std::size_t t = 0; t < task.size(); ++t) {
    cross(task.data[t], placement[t]);
    const Hertz speed = at == kDevice ? state.p1 : at == kEdge ? state.p2 : state.p3;
    const Seconds busy = task.work[t] / speed;
    use.latency += busy;
    if (at == kDevice) {
      use.device_work += task.work[t];
      use.device_busy += busy;
    } else {
      use.site_busy[at - 1U] += busy;
    }
  }
  cross(task.data.back(), kDevice);
  return use;
}

}  // namespace

TEST_CASE("A device spends kappa f^2 joules a cycle", "[core][energy]") {
  // 1e-28 * (1e9)^2 * 2e9 cycles = 0.2 J.
  REQUIRE(energy(EnergyModel{}, chain({2e9}, {1e6, 1e6}), {0}) == Approx(0.2).epsilon(1e-12));
  ResourceUse use;
  use.device_work = Cycles{2e9};
  use.device_busy = Seconds{2.0};
  use.latency = Seconds{2.0};
  REQUIRE(energy_of(use, EnergyModel{}, Hertz{1e9}).value() == Approx(0.2).epsilon(1e-12));
}

TEST_CASE("Halving the device's speed quarters its energy", "[core][energy]") {
  ResourceUse use;
  use.device_work = Cycles{2e9};
  use.device_busy = Seconds{4.0};
  use.latency = Seconds{4.0};
  REQUIRE(energy_of(use, EnergyModel{}, Hertz{0.5e9}).value() == Approx(0.05).epsilon(1e-12));
}

TEST_CASE("An offloaded task pays radio both ways and idles while the edge computes",
          "[core][energy]") {
  // Up 2 MB: 1 s at 2 W. Edge 4 Gcycles: 1 s at 0.5 W idle. Down 1 MB: 0.5 s at 1 W. 3 J.
  REQUIRE(energy(radio(), chain({4e9}, {2e6, 1e6}), {1}) == Approx(3.0).epsilon(1e-12));
}

TEST_CASE("The device idles while its task crosses the backhaul", "[core][energy]") {
  // Up 4 MB over b1: 2 s at 2 W, over b2: 1 s at 0.5 W. The cloud takes no time. Down 2 MB over
  // b2: 0.5 s at 0.5 W, over b1: 1 s at 1 W. 4 + 0.5 + 0.25 + 1 J.
  REQUIRE(energy(radio(), chain({1e9}, {4e6, 2e6}), {2}) == Approx(5.75).epsilon(1e-12));
}

TEST_CASE("A site with a busy power adds it while it computes for the task", "[core][energy]") {
  EnergyModel model = radio();
  model.busy = {Watts{10.0}};  // the edge; the cloud's is not given: 0 W
  // As before, 3 J, and 1 s at 10 W.
  REQUIRE(energy(model, chain({4e9}, {2e6, 1e6}), {1}) == Approx(13.0).epsilon(1e-12));
  ResourceUse use;
  use.site_busy = {Seconds{1.0}, Seconds{7.0}};
  use.latency = Seconds{8.0};
  // 8 s idle at 0.5 W, 1 s at 10 W, and 7 s of a cloud that draws nothing.
  REQUIRE(energy_of(use, model, Hertz{1e9}).value() == Approx(14.0).epsilon(1e-12));
}

TEST_CASE("Waiting costs idle power", "[core][energy]") {
  ResourceUse use;
  use.latency = Seconds{10.0};
  REQUIRE(energy_of(use, EnergyModel{}, Hertz{1e9}).value() == Approx(3.0).epsilon(1e-12));
}

TEST_CASE("Measured energy of an uncontended task is the one that solvers minimise",
          "[core][energy]") {
  RandomEngine random = test::engine("energy");
  EnergyModel model = radio();
  model.busy = {Watts{4.0}, Watts{9.0}};
  for (int i = 0; i < 2000; ++i) {
    ThreeTierState tiers = test::paper_state(random);
    tiers.p3 = i % 2 == 0 ? kInfiniteSpeed : Hertz{10e9};
    const ChainTask task = test::paper_task(random, 1 + test::index_below(random, 8));
    const Placement placement = test::random_placement(random, task.size(), 3);
    const SiteCosts costs = energy_costs(SystemState(tiers), three_tier_topology(), model);
    const ResourceUse use = uncontended_use(tiers, task, placement);
    REQUIRE(energy_of(use, model, tiers.p1).value() ==
            Approx(evaluate(costs, task.view(), view(placement)).total()).epsilon(1e-9));
  }
}

TEST_CASE("The default objective is latency alone", "[core][objective]") {
  REQUIRE(Objective{}.is_latency());
  REQUIRE_FALSE(Objective{2.0, 0.0}.is_latency());
  REQUIRE_FALSE(Objective{1.0, 0.5}.is_latency());
}

TEST_CASE("An objective weighs seconds and joules", "[core][objective]") {
  const SystemState state(kState);
  const ChainTask task = chain({4e9, 2e9}, {2e6, 1e6, 1e6});
  const Placement placement{1, 2};
  const SiteCosts joules = energy_costs(state, three_tier_topology(), radio());
  const double latency = evaluate(state.seconds(), task.view(), view(placement)).total();
  const double energy_used = evaluate(joules, task.view(), view(placement)).total();
  const SiteCosts mixed =
      objective_costs(Objective{3.0, 5.0}, state, three_tier_topology(), radio());
  REQUIRE(evaluate(mixed, task.view(), view(placement)).total() ==
          Approx(3.0 * latency + 5.0 * energy_used).epsilon(1e-12));
  const SiteCosts only_latency =
      objective_costs(Objective{1.0, 0.0}, state, three_tier_topology(), radio());
  REQUIRE(evaluate(only_latency, task.view(), view(placement)).total() == latency);
  const SiteCosts only_energy =
      objective_costs(Objective{0.0, 1.0}, state, three_tier_topology(), radio());
  REQUIRE(evaluate(only_energy, task.view(), view(placement)).total() == energy_used);
}

TEST_CASE("An objective without energy ignores a device of infinite power", "[core][objective]") {
  // An infinitely fast device burns infinite power: 0 times that is no part of a latency.
  ThreeTierState tiers = kState;
  tiers.p1 = kInfiniteSpeed;
  const SystemState state(tiers);
  const SiteCosts costs =
      objective_costs(Objective{2.0, 0.0}, state, three_tier_topology(), EnergyModel{});
  REQUIRE(costs.per_cycle(kDevice) == 0.0);
  REQUIRE(costs.per_cycle(kEdge) == 2.0 * state.seconds_per_cycle(kEdge).value());
}

}  // namespace mec
