// Properties of the model over thousands of random problems.
#include "core/cost.hpp"
#include "core/solvers.hpp"
#include "tests/catch.hpp"
#include "tests/support/random_problems.hpp"

namespace mec {

namespace {

double latency(const ThreeTierState& state, const ChainTask& task, const Placement& placement) {
  return estimate_latency(SystemState(state), task.view(), view(placement)).total().value();
}

}  // namespace

TEST_CASE("No placement beats the optimum", "[core][property]") {
  RandomEngine random = test::engine("no placement beats the optimum");
  for (int i = 0; i < 2000; ++i) {
    const std::size_t sites = 2 + test::index_below(random, 4);
    const Topology topology = test::line_topology(sites);
    const SystemState state = test::random_state(random, topology);
    const ChainTask task = test::paper_task(random, 1 + test::index_below(random, 12));
    const double best = optimal_cost(state.seconds(), task.view());
    for (int trial = 0; trial < 20; ++trial) {
      const Placement placement = test::random_placement(random, task.size(), sites);
      REQUIRE(evaluate(state.seconds(), task.view(), view(placement)).total() >=
              best * (1.0 - 1e-12));
    }
  }
}

TEST_CASE("Latency never rises with bandwidth for a fixed placement", "[core][property]") {
  RandomEngine random = test::engine("bandwidth");
  for (int i = 0; i < 5000; ++i) {
    const ThreeTierState state = test::paper_state(random);
    const ChainTask task = test::paper_task(random);
    const Placement placement = test::random_placement(random, task.size(), 3);
    ThreeTierState faster = state;
    faster.b1 = state.b1 * test::uniform(random, 1.0, 10.0);
    REQUIRE(latency(faster, task, placement) <= latency(state, task, placement));
    faster.b2 = state.b2 * test::uniform(random, 1.0, 10.0);
    REQUIRE(latency(faster, task, placement) <= latency(state, task, placement));
  }
}

TEST_CASE("All-local cost does not depend on bandwidth", "[core][property]") {
  RandomEngine random = test::engine("all-local");
  for (int i = 0; i < 5000; ++i) {
    const ThreeTierState state = test::paper_state(random);
    const ChainTask task = test::paper_task(random);
    const Placement local(task.size(), kDevice);
    ThreeTierState other = test::paper_state(random);
    other.p1 = state.p1;
    REQUIRE(latency(other, task, local) == latency(state, task, local));
  }
}

TEST_CASE("Scaling a task's work and data scales its cost", "[core][property]") {
  RandomEngine random = test::engine("scaling");
  for (int i = 0; i < 2000; ++i) {
    const ThreeTierState state = test::paper_state(random);
    const ChainTask task = test::paper_task(random);
    const Placement placement = test::random_placement(random, task.size(), 3);
    // A power of two scales every rounding with it, any other factor does not.
    const double factor = i % 2 == 0 ? 0.25 : test::uniform(random, 0.0, 100.0);
    ChainTask scaled = task;
    for (Cycles& work : scaled.work) {
      work = factor * work;
    }
    for (Bytes& data : scaled.data) {
      data = factor * data;
    }
    const double expected = factor * latency(state, task, placement);
    const double best = factor * optimal_cost(SystemState(state).seconds(), task.view());
    if (i % 2 == 0) {
      REQUIRE(latency(state, scaled, placement) == expected);
      REQUIRE(optimal_cost(SystemState(state).seconds(), scaled.view()) == best);
    } else {
      REQUIRE(latency(state, scaled, placement) == Approx(expected).epsilon(1e-12));
      REQUIRE(optimal_cost(SystemState(state).seconds(), scaled.view()) ==
              Approx(best).epsilon(1e-12));
    }
  }
}

TEST_CASE("The optimum never rises when a site gets faster", "[core][property]") {
  RandomEngine random = test::engine("faster sites");
  for (int i = 0; i < 2000; ++i) {
    const ThreeTierState state = test::paper_state(random);
    const ChainTask task = test::paper_task(random);
    ThreeTierState faster = state;
    (i % 2 == 0 ? faster.p1 : faster.p2) = (i % 2 == 0 ? state.p1 : state.p2) * 1.5;
    REQUIRE(optimal_cost(SystemState(faster).seconds(), task.view()) <=
            optimal_cost(SystemState(state).seconds(), task.view()));
  }
}

TEST_CASE("An empty subtask inserted in a flow leaves the optimum as it was", "[core][property]") {
  // The flow is there twice then: where its predecessor is, the empty subtask costs nothing, and
  // no detour is shorter than the route.
  RandomEngine random = test::engine("empty subtask");
  for (int i = 0; i < 2000; ++i) {
    const SystemState state(test::paper_state(random));
    const ChainTask task = test::paper_task(random);
    const auto t = static_cast<std::ptrdiff_t>(test::index_below(random, task.size()));
    ChainTask longer = task;
    longer.work.insert(longer.work.begin() + t, Cycles{0.0});
    longer.data.insert(longer.data.begin() + t, task.data[static_cast<std::size_t>(t)]);
    REQUIRE(optimal_cost(state.seconds(), longer.view()) ==
            Approx(optimal_cost(state.seconds(), task.view())).epsilon(1e-12));
  }
}

}  // namespace mec
