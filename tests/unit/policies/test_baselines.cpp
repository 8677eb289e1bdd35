// What each baseline does, on tasks worked by hand.
#include "core/solvers.hpp"
#include "tests/catch.hpp"
#include "tests/support/policy_variants.hpp"
#include "tests/support/random_problems.hpp"

namespace mec {

namespace {

using test::chain;

// 1 GHz device, 4 GHz edge, 2 MB/s and 4 MB/s: 0.5 us a byte over b1, 0.25 us over b2.
const ThreeTierState kState{Hertz{1e9}, Hertz{4e9}, BytesPerSecond{2e6}, BytesPerSecond{4e6},
                            kInfiniteSpeed};

Placement decide(const PolicySpec& spec, const ChainTask& task,
                 const ThreeTierState& state = kState) {
  const auto policy = test::make(spec);
  return test::decide(*policy, task, SystemState(state));
}

}  // namespace

TEST_CASE("The shipped policies are these and in this order", "[policy]") {
  std::vector<std::string> names;
  for (const PolicyEntry& entry : policy_registry().entries()) {
    names.push_back(entry.name);
  }
  const std::vector<std::string> baselines = {"local",  "edge",          "cloud",  "random",
                                              "greedy", "best-constant", "optimal"};
  REQUIRE(names.size() >= baselines.size());
  names.resize(baselines.size());
  REQUIRE(names == baselines);
}

TEST_CASE("Local Edge and Cloud keep the whole task on their site", "[policy][constant]") {
  const ChainTask task = chain({1e9, 2e9, 3e9}, {1, 2, 3, 4});
  REQUIRE(decide({"local", {}}, task) == Placement{0, 0, 0});
  REQUIRE(decide({"edge", {}}, task) == Placement{1, 1, 1});
  REQUIRE(decide({"cloud", {}}, task) == Placement{2, 2, 2});
}

TEST_CASE("Cloud refuses a network without a third site", "[policy][constant]") {
  REQUIRE_THROWS_WITH(test::make({"cloud", {}}, 2), "policy cloud needs 3 sites, not 2");
  REQUIRE_THROWS_AS(test::make({"edge", {}}, 1), PolicyError);
  REQUIRE_NOTHROW(test::make({"local", {}}, 1));
}

TEST_CASE("Random places every subtask on each site equally often", "[policy][random]") {
  // 60 000 subtasks, a third each: standard error sqrt(n p (1 - p)) = 115.5.
  const auto policy = test::make({"random", {}});
  const ChainTask task = chain(std::vector<double>(6, 1e9), std::vector<double>(7, 1e6));
  const SystemState state(kState);
  int counts[6][3] = {};
  for (int i = 0; i < 10'000; ++i) {
    const Placement placement = test::decide(*policy, task, state);
    for (std::size_t t = 0; t < 6; ++t) {
      ++counts[t][placement[t]];
    }
  }
  for (const auto& subtask : counts) {
    for (const int count : subtask) {  // 10 000 / 3, standard error 47.1
      REQUIRE(std::abs(count - 3333.3) <= 5.0 * 47.1);
    }
  }
}

TEST_CASE("Random draws from its own stream", "[policy][random]") {
  const ChainTask task = chain(std::vector<double>(30, 1.0), std::vector<double>(31, 1.0));
  const SystemState state(kState);
  const auto first = test::make({"random", {}}, 3, 1);
  const auto other = test::make({"random", {}}, 3, 2);
  REQUIRE(test::decide(*first, task, state) != test::decide(*other, task, state));
}

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

TEST_CASE("Best constant is the cheapest of the constant placements", "[policy][best-constant]") {
  RandomEngine random = test::engine("best constant");
  const auto policy = test::make({"best-constant", {}});
  for (int i = 0; i < 5000; ++i) {
    const SystemState state(test::paper_state(random));
    const ChainTask task = test::paper_task(random, 1 + test::index_below(random, 10));
    const auto latency = [&](const Placement& placement) {
      return evaluate(state.seconds(), task.view(), view(placement)).total();
    };
    const Placement chosen = test::decide(*policy, task, state);
    for (SiteIndex site = 0; site < 3; ++site) {
      REQUIRE(latency(chosen) <= latency(Placement(task.size(), site)) * (1.0 + 1e-12));
    }
    REQUIRE(chosen == Placement(task.size(), chosen[0]));
  }
}

TEST_CASE("Best constant prefers the lowest of equal sites", "[policy][best-constant]") {
  REQUIRE(decide({"best-constant", {}}, chain({0, 0}, {0, 0, 0})) == Placement{0, 0});
}

TEST_CASE("Optimal reaches the optimal cost with each solver", "[policy][optimal]") {
  RandomEngine random = test::engine("optimal");
  for (const char* solver : {"auto", "dp", "exhaustive"}) {
    const auto policy = test::make({"optimal", {{"solver", solver}}});
    for (int i = 0; i < 500; ++i) {
      const SystemState state(test::paper_state(random));
      const ChainTask task = test::paper_task(random);
      const Placement placement = test::decide(*policy, task, state);
      REQUIRE(evaluate(state.seconds(), task.view(), view(placement)).total() ==
              Approx(optimal_cost(state.seconds(), task.view())).epsilon(1e-12));
    }
  }
}

TEST_CASE("Optimal by exhaustive search refuses a long chain as the user's mistake",
          "[policy][optimal]") {
  const ChainTask task = chain(std::vector<double>(40, 1.0), std::vector<double>(41, 1.0));
  REQUIRE_THROWS_AS(decide({"optimal", {{"solver", "exhaustive"}}}, task), PolicyError);
  REQUIRE_THROWS_WITH(decide({"optimal", {{"solver", "exhaustive"}}}, task),
                      "policy optimal: an exhaustive search of 3 sites ^ 40 subtasks = 1.22e+19 "
                      "placements (limit 1e+10); use dp");
  REQUIRE(decide({"optimal", {{"solver", "dp"}}}, task).size() == 40);
}

TEST_CASE("Optimal lists its solvers", "[policy][optimal]") {
  REQUIRE_THROWS_WITH(
      test::make({"optimal", {{"solver", "exaustive"}}}),
      "policy optimal: solver \"exaustive\": expected one of auto, dp, exhaustive; did you mean "
      "\"exhaustive\"?");
}

}  // namespace mec
