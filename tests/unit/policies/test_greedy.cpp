#include "tests/catch.hpp"
#include "tests/unit/policies/support.hpp"

namespace mec {

using test::chain;
using test::decide;
using test::kState;

TEST_CASE("Greedy places a transfer-bound task locally", "[policy][greedy]") {
  // 0.1 Gcycles: 0.1 s here against 5 s to bring 10 MB to the edge.
  REQUIRE(decide({"greedy", {}}, chain({0.1e9, 0.1e9}, {10e6, 10e6, 10e6})) == Placement{0, 0});
}

TEST_CASE("Greedy places a compute-bound task in the cloud that computes in no time",
          "[policy][greedy]") {
  // 8 Gcycles: 8 s here, 2 s + 0.5 s at the edge, 0.75 s to the cloud with 1 MB.
  REQUIRE(decide({"greedy", {}}, chain({8e9, 8e9}, {1e6, 1e6, 1e6})) == Placement{2, 2});
}

TEST_CASE("Greedy does not look at the way home", "[policy][greedy]") {
  // 1 Gcycle: 1 s here, or to the cloud in no time with an empty input. The 10 MB that must come
  // home cost 7.5 s: the optimum stays.
  const ChainTask task = chain({1e9}, {0, 10e6});
  REQUIRE(decide({"greedy", {}}, task) == Placement{2});
  REQUIRE(decide({"optimal", {}}, task) == Placement{0});
}

TEST_CASE("Greedy does not look ahead", "[policy][greedy]") {
  // Subtask 0: here 0.4 s, edge 0.5 + 0.1, cloud 0.75. Subtask 1, 8 Gcycles with 8 MB: here 8 s,
  // edge 4 + 2, cloud 6: edge and cloud tie at 6 s, the lower wins. In all, 6.4 s. The optimum
  // sends the 1 MB input to the cloud at once: 0.75 s.
  const ChainTask task = chain({0.4e9, 8e9}, {1e6, 8e6, 0});
  REQUIRE(decide({"greedy", {}}, task) == Placement{0, 1});
  REQUIRE(decide({"optimal", {}}, task) == Placement{2, 2});
}

TEST_CASE("Greedy breaks ties in favour of the lowest site", "[policy][greedy]") {
  REQUIRE(decide({"greedy", {}}, chain({0, 0}, {0, 0, 0})) == Placement{0, 0});
}

TEST_CASE("Greedy pays the transfer from where the subtask before was placed", "[policy][greedy]") {
  // Subtask 0 goes to the cloud (0.75 s against 8 here and 2.5 at the edge). Subtask 1, 0.1
  // Gcycles with 4 MB: in the cloud nothing, at the edge 1 s, here 3 s.
  REQUIRE(decide({"greedy", {}}, chain({8e9, 0.1e9}, {1e6, 4e6, 0})) == Placement{2, 2});
}

TEST_CASE("Greedy minimises the objective that it is given", "[policy][greedy]") {
  // Energy: 1 Gcycle at kappa f^2 = 1e-10 J is 0.1 J here; 2 MB to the edge are 1 s at 1.3 W.
  // Latency: 1 s here against 1 + 0.25 at the edge, 1.5 in the cloud: local too. With 1 MB: edge
  // 0.75 s.
  const ChainTask task = chain({1e9}, {1e6, 0});
  const SystemState state(kState);
  const SiteCosts joules = energy_costs(state, three_tier_topology(), EnergyModel{});
  const auto greedy = test::make({"greedy", {}});
  REQUIRE(greedy->decide({task.view(), state, state.seconds()}) == Placement{1});
  REQUIRE(greedy->decide({task.view(), state, joules}) == Placement{0});
}

}  // namespace mec
