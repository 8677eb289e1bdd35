#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "core/cost.hpp"
#include "core/solvers.hpp"
#include "tests/catch.hpp"
#include "tests/support/random_problems.hpp"

namespace mec {

namespace {

using test::chain;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// 1 GHz device, 4 GHz edge, 2 MB/s and 4 MB/s: 0.5 us a byte over b1, 0.25 us over b2.
const ThreeTierState kState{Hertz{1e9}, Hertz{4e9}, BytesPerSecond{2e6}, BytesPerSecond{4e6},
                            kInfiniteSpeed};

const Objective kObjectives[] = {{1.0, 0.0}, {0.0, 1.0}, {0.7, 2.5}};

// So many cases that one chain length takes about a million leaves of the prefix tree.
std::size_t cases(std::size_t sites, std::size_t subtasks) {
  const double leaves = std::pow(static_cast<double>(sites), static_cast<double>(subtasks));
  return static_cast<std::size_t>(std::clamp(1e6 / leaves, 4.0, 200.0));
}

// The next placement in lexicographic order; false after the last.
bool advance(Placement& placement, std::size_t sites) {
  for (std::size_t t = placement.size(); t-- > 0;) {
    if (++placement[t] < sites) {
      return true;
    }
    placement[t] = 0;
  }
  return false;
}

Solution enumerate(const SiteCosts& costs, const ChainTask& task) {
  Solution best{Placement(task.size(), kDevice), kInfinity};
  Placement placement(task.size(), kDevice);
  do {
    const double cost = evaluate(costs, task.view(), view(placement)).total();
    if (cost < best.cost) {
      best = {placement, cost};
    }
  } while (advance(placement, costs.sites()));
  return best;
}

void require_same_optimum(const SiteCosts& costs, const ChainTask& task) {
  const Solution dp = solve_dp(costs, task.view());
  const Solution exhaustive = solve_exhaustive(costs, task.view());
  CAPTURE(costs.sites(), task.size());
  REQUIRE(dp.cost == exhaustive.cost);  // bit for bit: both add in the same order
  REQUIRE(optimal_cost(costs, task.view()) == dp.cost);
  REQUIRE(evaluate(costs, task.view(), view(dp.placement)).total() ==
          Approx(dp.cost).epsilon(1e-12));
  REQUIRE(evaluate(costs, task.view(), view(exhaustive.placement)).total() ==
          Approx(dp.cost).epsilon(1e-12));
}

}  // namespace

TEST_CASE("The optimum of a hand-worked chain goes to the cloud and stays there",
          "[core][solvers]") {
  // Work 1 and 8 Gcycles, flows 2, 4 and 0 MB. Local: 1 + 8 = 9 s. Edge: 1 + 0.25 + 2 + 0 = 3.25 s.
  // Cloud: (1 + 0.5) + 0 + 0 = 1.5 s. Local then cloud: 1 + (2 + 1) = 4 s. Edge then cloud:
  // 1 + 0.25 + 1 + 0 = 2.25 s. The output is empty, so coming home is free from anywhere.
  const ChainTask task = chain({1e9, 8e9}, {2e6, 4e6, 0});
  const SystemState state(kState);
  for (const Solution& best :
       {solve_dp(state.seconds(), task.view()), solve_exhaustive(state.seconds(), task.view())}) {
    REQUIRE(best.placement == Placement{2, 2});
    REQUIRE(best.cost == Approx(1.5).epsilon(1e-15));
  }
}

TEST_CASE("The optimum weighs the way home", "[core][solvers]") {
  // Offloading 2 Gcycles saves at most 2 s, and a 10 MB output costs 5 s over b1.
  const ChainTask task = chain({2e9}, {0, 10e6});
  const SystemState state(kState);
  REQUIRE(solve_dp(state.seconds(), task.view()).placement == Placement{0});
  REQUIRE(solve_dp(state.seconds(), task.view()).cost == Approx(2.0).epsilon(1e-15));
}

TEST_CASE("Dynamic programming and exhaustive search agree bit for bit", "[core][solvers]") {
  RandomEngine random = test::engine("solvers");
  for (std::size_t sites = 2; sites <= 5; ++sites) {
    const Topology topology = test::line_topology(sites);
    for (std::size_t n = 1; n <= 8; ++n) {
      for (std::size_t i = 0; i < cases(sites, n); ++i) {
        const SystemState state = test::random_state(random, topology);
        const ChainTask task = test::paper_task(random, n);
        for (const Objective& objective : kObjectives) {
          require_same_optimum(objective_costs(objective, state, topology, EnergyModel{}), task);
        }
      }
    }
  }
}

TEST_CASE("Solvers agree on the paper's own samples", "[core][solvers]") {
  RandomEngine random = test::engine("solvers on paper samples");
  for (int i = 0; i < 3000; ++i) {
    const SystemState state(test::paper_state(random));
    require_same_optimum(state.seconds(), test::paper_task(random));
  }
}

TEST_CASE("Solvers agree where most placements tie", "[core][solvers]") {
  RandomEngine random = test::engine("solvers with ties");
  for (std::size_t sites = 1; sites <= 5; ++sites) {
    for (std::size_t n = 1; n <= 6; ++n) {
      for (int i = 0; i < 50; ++i) {
        require_same_optimum(test::tied_costs(random, sites), test::tied_task(random, n));
      }
    }
  }
}

TEST_CASE("A task of nothing is placed on the device", "[core][solvers]") {
  // Every placement costs 0: the lowest site wins each tie.
  const ChainTask nothing = chain({0, 0, 0}, {0, 0, 0, 0});
  const SystemState state(kState);
  for (const Solution& best : {solve_dp(state.seconds(), nothing.view()),
                               solve_exhaustive(state.seconds(), nothing.view())}) {
    REQUIRE(best.placement == Placement{0, 0, 0});
    REQUIRE(best.cost == 0.0);
  }
}

TEST_CASE("Exhaustive search keeps the lexicographically first of equal placements",
          "[core][solvers]") {
  // Staying at site 1 or at site 2 costs 1; site 0 costs 5.
  SiteCosts costs(3);
  costs.set_per_cycle(0, 5.0);
  costs.set_per_byte(0, 1, 1.0);
  costs.set_per_byte(0, 2, 1.0);
  const ChainTask task = chain({1, 1}, {1, 1, 1});
  REQUIRE(solve_exhaustive(costs, task.view()).placement == Placement{1, 1});
  REQUIRE(solve_dp(costs, task.view()).placement == Placement{1, 1});
}

TEST_CASE("Exhaustive search finds what a plain enumeration in lexicographic order finds",
          "[core][solvers]") {
  // Whole numbers: sums are exact in any order, and most placements tie. Long enough that the
  // search goes through more than one of its subtrees.
  RandomEngine random = test::engine("plain enumeration");
  for (std::size_t sites = 1; sites <= 4; ++sites) {
    for (std::size_t n = 1; n <= (sites == 2 ? 12 : 7); ++n) {
      for (int i = 0; i < 4; ++i) {
        const SiteCosts costs = test::tied_costs(random, sites);
        const ChainTask task = test::tied_task(random, n);
        const Solution expected = enumerate(costs, task);
        const Solution found = solve_exhaustive(costs, task.view());
        CAPTURE(sites, n);
        REQUIRE(found.cost == expected.cost);
        REQUIRE(found.placement == expected.placement);
      }
    }
  }
}

TEST_CASE("A task that costs infinitely much wherever it runs still gets a placement",
          "[core][solvers]") {
  SiteCosts costs(3);
  for (std::size_t k = 0; k < 3; ++k) {
    costs.set_per_cycle(k, kInfinity);
  }
  const ChainTask task = chain({1, 1}, {1, 1, 1});
  REQUIRE(solve_dp(costs, task.view()).placement == Placement{0, 0});
  REQUIRE(solve_exhaustive(costs, task.view()).placement == Placement{0, 0});
  REQUIRE(solve_dp(costs, task.view()).cost == kInfinity);
  REQUIRE(solve_exhaustive(costs, task.view()).cost == kInfinity);
}

TEST_CASE("One site leaves nothing to choose", "[core][solvers]") {
  SiteCosts costs(1);
  costs.set_per_cycle(0, 2.0);
  const ChainTask task = chain({3, 4}, {1, 1, 1});
  REQUIRE(solve_dp(costs, task.view()).cost == 14.0);
  REQUIRE(solve_dp(costs, task.view()).placement == Placement{0, 0});
}

TEST_CASE("Exhaustive search refuses what would take years", "[core][solvers]") {
  // 3^40 = 1.2e19; 10^10 is the most that it takes, 3^21 = 1.05e10 one too many.
  RandomEngine random = test::engine("exhaustive limit");
  const SiteCosts costs(3);
  REQUIRE_THROWS_WITH(
      solve_exhaustive(costs, test::paper_task(random, 40).view()),
      "an exhaustive search of 3 sites ^ 40 subtasks = 1.22e+19 placements (limit 1e+10); use dp");
  REQUIRE_THROWS_AS(solve_exhaustive(costs, test::paper_task(random, 21).view()),
                    std::invalid_argument);
  REQUIRE_THROWS_AS(solve_exhaustive(SiteCosts(255), test::paper_task(random, 1000).view()),
                    std::invalid_argument);
}

TEST_CASE("Dynamic programming solves a chain of 10000 subtasks", "[core][solvers]") {
  RandomEngine random = test::engine("long chain");
  for (const std::size_t sites : {std::size_t{3}, std::size_t{5}}) {
    const Topology topology = test::line_topology(sites);
    const SystemState state = test::random_state(random, topology);
    const ChainTask task = test::paper_task(random, kMaxSubtasks);
    const Solution best = solve_dp(state.seconds(), task.view());
    REQUIRE(best.placement.size() == kMaxSubtasks);
    REQUIRE(evaluate(state.seconds(), task.view(), view(best.placement)).total() ==
            Approx(best.cost).epsilon(1e-12));
    REQUIRE(optimal_cost(state.seconds(), task.view()) == best.cost);
  }
}

TEST_CASE("Solvers refuse a task that is no chain", "[core][solvers]") {
  const ChainTask empty = chain({}, {0});
  const ChainTask short_of_a_flow = chain({1, 1}, {1, 1});
  const SiteCosts costs(3);
  for (const ChainTask& task : {empty, short_of_a_flow}) {
    REQUIRE_THROWS_AS(solve_dp(costs, task.view()), std::invalid_argument);
    REQUIRE_THROWS_AS(optimal_cost(costs, task.view()), std::invalid_argument);
    REQUIRE_THROWS_AS(solve_exhaustive(costs, task.view()), std::invalid_argument);
  }
}

}  // namespace mec
