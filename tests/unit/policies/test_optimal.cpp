#include "core/solvers.hpp"
#include "tests/catch.hpp"
#include "tests/support/policy_variants.hpp"
#include "tests/support/random_problems.hpp"
#include "tests/unit/policies/support.hpp"

namespace mec {

using test::chain;
using test::decide;

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

TEST_CASE("Optimal decides a batch as it decides one by one, alike or mixed lengths",
          "[policy][optimal]") {
  RandomEngine random = test::engine("optimal batch");
  for (const std::size_t longest : {std::size_t{6}, std::size_t{40}}) {
    std::vector<ChainTask> tasks;
    std::vector<SystemState> states;
    for (std::size_t i = 0; i < 50; ++i) {
      tasks.push_back(test::paper_task(random, i % 2 == 0 ? 6 : longest));
      states.emplace_back(test::paper_state(random));
    }
    std::vector<DecisionRequest> requests;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      requests.push_back({tasks[i].view(), states[i], states[i].seconds()});
    }
    const auto policy = test::make({"optimal", {}});
    std::vector<Placement> placements(requests.size());
    policy->decide_batch(requests, placements);
    for (std::size_t i = 0; i < requests.size(); ++i) {
      REQUIRE(placements[i] == policy->decide(requests[i]));
    }
    policy->decide_batch({}, {});
  }
}

TEST_CASE("Optimal lists its solvers", "[policy][optimal]") {
  REQUIRE_THROWS_WITH(
      test::make({"optimal", {{"solver", "exaustive"}}}),
      "policy optimal: solver \"exaustive\": expected one of auto, dp, exhaustive; did you mean "
      "\"exhaustive\"?");
}

}  // namespace mec
