// Policies that look at queues: greedy and optimal with `queues: wait`, and tolls.
#include <algorithm>
#include <vector>

#include "core/solvers.hpp"
#include "core/timed_dp.hpp"
#include "policies/optimal/priced.hpp"
#include "policies/waits.hpp"
#include "tests/catch.hpp"
#include "tests/unit/policies/support.hpp"

namespace mec {

namespace {

// What is seen of queues: of device, edge and cloud; of b1 up and down, b2 up and down.
struct Queues {
  std::vector<double> sites = {0.0, 0.0, 0.0};
  std::vector<double> links = {0.0, 0.0, 0.0, 0.0};
  [[nodiscard]] Observation seen() const {
    Observation observed;
    observed.site_wait = sites;
    observed.link_wait = links;
    return observed;
  }
};

Placement decide(const PolicySpec& spec, const ChainTask& task, const Queues& queues) {
  const SystemState state(test::kState);
  return test::make(spec)->decide(
      {.task = task.view(), .state = state, .costs = state.seconds(), .observed = queues.seen()});
}

const PolicySpec kOptimal = {"optimal", {{"queues", "wait"}}};
const PolicySpec kGreedy = {"greedy", {{"queues", "wait"}}};

}  // namespace

TEST_CASE("A queue at the edge keeps a task on the device", "[policy][queues]") {
  // 4 Gcycles: 4 s on the device; 1 s at the edge, and 1 MB there and back takes 0.5 s each.
  const ChainTask task = test::chain({4e9}, {1e6, 1e6});
  Queues queues;
  for (const PolicySpec& spec : {kOptimal, kGreedy}) {
    // Free at 2.4 s: done there at 3.4 s, home at 3.9 s, and before 4 s.
    queues.sites = {0.0, 2.4, 9.0};
    REQUIRE(decide(spec, task, queues) == Placement{kEdge});
  }
  // Free at 2.6 s: home at 4.1 s. Greedy does not look at the way home.
  queues.sites[kEdge] = 2.6;
  REQUIRE(decide(kOptimal, task, queues) == Placement{kDevice});
  REQUIRE(decide(kGreedy, task, queues) == Placement{kEdge});
  queues.sites[kEdge] = 3.1;
  REQUIRE(decide(kGreedy, task, queues) == Placement{kDevice});
}

TEST_CASE("What waits now has gone when a task gets there later", "[policy][queues]") {
  // The edge is free at 1 s; the task gets there at 1.5 s (3 MB at 2 MB/s) and does not wait: home
  // at 1.5 + 0.5 + 0.5 = 2.5 s. The device would take 2 Gcycles / 1 GHz = 2 s and wait for 0.6 s.
  const ChainTask task = test::chain({2e9}, {3e6, 1e6});
  Queues queues;
  queues.sites = {0.6, 1.0, 9.0};
  REQUIRE(decide(kOptimal, task, queues) == Placement{kEdge});
  // Waits of links count as well: the uplink is busy for 0.2 s.
  queues.links[kUplink] = 0.2;
  REQUIRE(decide(kOptimal, task, queues) == Placement{kDevice});
}

TEST_CASE("Nothing to see, and nothing is waited for", "[policy][queues]") {
  RandomEngine random = test::engine("queues: none");
  for (int i = 0; i < 300; ++i) {
    const SystemState state(test::paper_state(random));
    const ChainTask task = test::paper_task(random);
    for (const auto* name : {"optimal", "greedy"}) {
      const auto with = test::make({name, {{"queues", "wait"}}});
      const auto without = test::make({name, {}});
      const auto cost = [&](Policy& policy) {
        const Placement placement = test::decide(policy, task, state);
        return evaluate(state.seconds(), task.view(), view(placement)).total();
      };
      REQUIRE(cost(*with) == Approx(cost(*without)).epsilon(1e-12));
    }
  }
}

TEST_CASE("Behind queues, dynamic programming finds what exhaustive search finds",
          "[policy][queues]") {
  RandomEngine random = test::engine("queues: exhaustive");
  const Topology& topology = three_tier_topology();
  for (int i = 0; i < 300; ++i) {
    const SystemState state(test::paper_state(random));
    const ChainTask task = test::paper_task(random, 1 + test::index_below(random, 6));
    Queues queues;
    std::generate(queues.sites.begin(), queues.sites.end(),
                  [&] { return test::uniform(random, 0.0, 20.0); });
    std::generate(queues.links.begin(), queues.links.end(),
                  [&] { return test::uniform(random, 0.0, 10.0); });
    const DecisionRequest request{.task = task.view(),
                                  .state = state,
                                  .costs = state.seconds(),
                                  .at = static_cast<SiteIndex>(test::index_below(random, 3)),
                                  .observed = queues.seen()};
    const PricedSolver solver(nullptr, true, 0.0);
    const Solution best = solver.solve(request);
    REQUIRE(best.cost == Approx(solver.search(request).cost).epsilon(1e-12));
    // And what it says is what its placement takes behind these queues.
    const SnapshotCarrier snapshot(state);
    const WaitingCarrier waiting(snapshot, request.observed);
    REQUIRE(time_placement(waiting, topology, task.view(), request.at, view(best.placement)) ==
            Approx(best.cost).epsilon(1e-12));
  }
}

TEST_CASE("Without queues, tolls are a matter of costs", "[policy][queues]") {
  // Seconds on the edge and on b2, each raised by the toll; b1, the device and a cloud that makes
  // nobody wait are not shared.
  RandomEngine random = test::engine("queues: toll");
  constexpr double kToll = 0.8;
  const Network network = build_network(test::paper_scenario(1).network, 1);
  const PricedSolver solver(&network, false, kToll);
  for (int i = 0; i < 300; ++i) {
    const ThreeTierState tiers = test::paper_state(random);
    const SystemState state(tiers);
    const ChainTask task = test::paper_task(random);
    SiteCosts costs = state.seconds();
    costs.set_per_cycle(kEdge, (1.0 + kToll) * costs.per_cycle(kEdge));
    const double b2 = kToll / tiers.b2.value();
    for (const SiteIndex other : {kDevice, kEdge}) {
      costs.set_per_byte(other, kCloud, costs.per_byte(other, kCloud) + b2);
      costs.set_per_byte(kCloud, other, costs.per_byte(kCloud, other) + b2);
    }
    const DecisionRequest request{task.view(), state, state.seconds()};
    REQUIRE(solver.solve(request).cost == Approx(optimal_cost(costs, task.view())).epsilon(1e-12));
    REQUIRE(solver.search(request).cost == Approx(optimal_cost(costs, task.view())).epsilon(1e-12));
  }
}

TEST_CASE("A toll that is dear enough keeps a task where it disturbs nobody", "[policy][queues]") {
  const ChainTask task = test::chain({4e9}, {1e6, 1e6});
  // Edge: 2 s in all, of which 1 s is the edge's; device: 4 s. The cloud takes 1.5 s in all, of
  // which 0.5 s are b2's.
  REQUIRE(decide({"optimal", {{"toll", "0"}}}, task, {}) == Placement{kCloud});
  REQUIRE(decide({"optimal", {{"toll", "4"}}}, task, {}) == Placement{kCloud});   // 3.5 s
  REQUIRE(decide({"optimal", {{"toll", "6"}}}, task, {}) == Placement{kDevice});  // 4.5 s
}

TEST_CASE("An exhaustive search behind queues says when it would take for ever",
          "[policy][queues]") {
  RandomEngine random = test::engine("queues: long");
  const PolicySpec spec = {"optimal", {{"queues", "wait"}, {"solver", "exhaustive"}}};
  REQUIRE_THROWS_AS(decide(spec, test::paper_task(random, 40), Queues{}), PolicyError);
}

}  // namespace mec
