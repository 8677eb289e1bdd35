#include "core/solvers.hpp"
#include "tests/catch.hpp"
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

TEST_CASE("Optimal lists its solvers", "[policy][optimal]") {
  REQUIRE_THROWS_WITH(
      test::make({"optimal", {{"solver", "exaustive"}}}),
      "policy optimal: solver \"exaustive\": expected one of auto, dp, exhaustive; did you mean "
      "\"exhaustive\"?");
}

}  // namespace mec
