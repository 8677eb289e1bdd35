// Expected seconds that were computed independently of this project.
#include "core/cost.hpp"
#include "core/dp_batch.hpp"
#include "core/solvers.hpp"
#include "tests/catch.hpp"
#include "tests/support/vectors.hpp"

namespace mec {

namespace {

void check_row(const test::VectorRow& row) {
  const SystemState state = row.state();
  const ChainTask task = row.task();
  const auto latency = [&](const Placement& placement) {
    return estimate_latency(state, task.view(), view(placement)).total().value();
  };
  CAPTURE(row.text("task"));
  const std::size_t n = task.size();
  REQUIRE(latency(Placement(n, kDevice)) == Approx(row.number("local_s")).epsilon(1e-9));
  REQUIRE(latency(Placement(n, kEdge)) == Approx(row.number("edge_s")).epsilon(1e-9));
  REQUIRE(latency(Placement(n, kCloud)) == Approx(row.number("cloud_s")).epsilon(1e-9));
  REQUIRE(latency(row.placement("greedy_placement")) ==
          Approx(row.number("greedy_s")).epsilon(1e-9));
  REQUIRE(latency(row.placement("random_placement")) ==
          Approx(row.number("random_s")).epsilon(1e-9));
  const double optimal = row.number("optimal_s");
  REQUIRE(solve_dp(state.seconds(), task.view()).cost == Approx(optimal).epsilon(1e-9));
  if (n <= 10) {
    REQUIRE(solve_exhaustive(state.seconds(), task.view()).cost == Approx(optimal).epsilon(1e-9));
  }
  ChainBatch batch(n, 1);
  batch.set(0, state.seconds(), task.view());
  batch.solve();
  REQUIRE(batch.cost(0) == Approx(optimal).epsilon(1e-9));
}

}  // namespace

TEST_CASE("The model agrees with independently computed seconds", "[core][vectors]") {
  for (const test::VectorRow& row : test::vectors_or_warning()) {
    check_row(row);
  }
}

}  // namespace mec
