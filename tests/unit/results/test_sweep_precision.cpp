#include <cmath>
#include <vector>

#include "results/sweep_precision.hpp"
#include "tests/catch.hpp"

using namespace mec;

namespace {

SweepCell cell(const CellId& id, std::optional<double> latency,
               CellStatus status = CellStatus::completed) {
  SweepCell made;
  made.id = id;
  made.status = status;
  made.report.mean_latency = latency;
  made.report.ratio_of_means = 7.0;
  return made;
}

PrecisionTarget target(double relative) {
  return {relative, PrecisionTarget::Statistic::mean_latency, 2, 5};
}

// Two policies at three points: of three, five and two replications.
SweepResults three_points() {
  SweepResults results;
  results.policies = {"a", "b"};
  for (const std::uint32_t r : {0U, 1U, 2U}) {
    results.cells.push_back(cell({0, 0, r}, 3.0));
  }
  for (std::uint32_t r = 0; r < 5; ++r) {
    results.cells.push_back(cell({2, 1, r}, 1.0 + r));  // 1 .. 5
  }
  for (const std::uint32_t r : {0U, 1U}) {
    results.cells.push_back(cell({3, 0, r}, 2.0 + r));
  }
  return results;
}

}  // namespace

TEST_CASE("The widest interval is named, and points whose intervals are too wide are counted",
          "[results][precision]") {
  // 2 and 3: mean 2.5, s = 1 / sqrt 2, t(1) = 12.7062 (any table): 12.7062 * 0.5 / 2.5 = 2.54124.
  // 1 .. 5: 0.654415 (test_precision.cpp). Three equal values: 0.
  const PrecisionReached reached = precision_reached(target(0.7), three_points());
  CHECK(reached.points == 3);
  CHECK(reached.points_missed == 1);
  CHECK(reached.replications_least == 2);
  CHECK(reached.replications_most == 5);
  REQUIRE(reached.widest);
  CHECK(reached.widest->relative == Approx(2.54124).epsilon(1e-5));
  CHECK(reached.widest->point == 3);
  CHECK(reached.widest->policy == 0);
  CHECK(precision_reached(target(0.65), three_points()).points_missed == 2);
  CHECK(precision_reached(target(2.6), three_points()).points_missed == 0);
}

TEST_CASE("The precision is that of the statistic that was asked for", "[results][precision]") {
  PrecisionTarget of_ratio = target(0.1);
  of_ratio.of = PrecisionTarget::Statistic::ratio_of_means;
  const PrecisionReached reached = precision_reached(of_ratio, three_points());
  CHECK(reached.points_missed == 0);
  REQUIRE(reached.widest);
  CHECK(reached.widest->relative == 0.0);
}

TEST_CASE("Cells that have failed have no precision", "[results][precision]") {
  SweepResults results;
  results.policies = {"a", "b"};
  results.cells = {cell({0, 0, 0}, 1.0), cell({0, 0, 1}, 9.0, CellStatus::failed),
                   cell({0, 1, 0}, std::nullopt), cell({0, 1, 1}, std::nullopt)};
  const PrecisionReached reached = precision_reached(target(0.1), results);
  CHECK(reached.points == 1);
  CHECK(reached.points_missed == 0);
  CHECK_FALSE(reached.widest);
  CHECK(precision_reached(target(0.1), SweepResults{}).points == 0);
}
