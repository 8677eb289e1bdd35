// Greedy's placements and seconds, computed independently of this project.
#include "core/cost.hpp"
#include "tests/catch.hpp"
#include "tests/support/policy_variants.hpp"
#include "tests/support/vectors.hpp"

namespace mec {

TEST_CASE("Greedy and Optimal agree with independently computed results",
          "[policy][greedy][optimal][vectors]") {
  const auto greedy = test::make({"greedy", {}});
  const auto optimal = test::make({"optimal", {}});
  for (const test::VectorRow& row : test::vectors_or_warning()) {
    const SystemState state = row.state();
    const ChainTask task = row.task();
    const auto latency = [&](const Placement& placement) {
      return estimate_latency(state, task.view(), view(placement)).total().value();
    };
    CAPTURE(row.text("task"));
    const Placement placement = test::decide(*greedy, task, state);
    REQUIRE(placement == row.placement("greedy_placement"));
    REQUIRE(latency(placement) == Approx(row.number("greedy_s")).epsilon(1e-9));
    REQUIRE(latency(test::decide(*optimal, task, state)) ==
            Approx(row.number("optimal_s")).epsilon(1e-9));
  }
}

}  // namespace mec
