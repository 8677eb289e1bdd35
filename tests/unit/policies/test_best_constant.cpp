#include "tests/catch.hpp"
#include "tests/unit/policies/support.hpp"

namespace mec {

using test::chain;
using test::decide;

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

}  // namespace mec
