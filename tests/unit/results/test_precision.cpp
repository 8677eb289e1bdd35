#include <cmath>
#include <vector>

#include "results/precision.hpp"
#include "tests/catch.hpp"

using namespace mec;

namespace {

using Values = std::vector<std::vector<double>>;

PrecisionTarget target(double relative, std::uint32_t least = 5, std::uint32_t most = 1'000) {
  PrecisionTarget target;
  target.relative = relative;
  target.least = least;
  target.most = most;
  return target;
}

}  // namespace

TEST_CASE("The half-width is Student's", "[results][precision]") {
  // 1 .. 5: mean 3, s^2 = 10 / 4, t(4) = 2.776445 (any table): 2.776445 sqrt(2.5 / 5) / 3.
  const std::vector<double> values = {1, 2, 3, 4, 5};
  CHECK(relative_half_width(values) == Approx(0.654415).epsilon(1e-6));
  const std::vector<double> shuffled = {4, 1, 5, 3, 2};
  CHECK(relative_half_width(shuffled) == relative_half_width(values));
  CHECK(relative_half_width(std::vector<double>{2, 2, 2}) == 0.0);
  CHECK(relative_half_width(std::vector<double>{0, 0}) == 0.0);
  CHECK(std::isinf(relative_half_width(std::vector<double>{-1, 1})));
}

TEST_CASE("The next total follows the square root law, at most doubled", "[results][precision]") {
  const Values values = {{1, 2, 3, 4, 5}};
  // (0.654415 / 0.5)^2 5 = 8.57; at 1 % it would be 21,413.
  CHECK(replications_needed(target(0.5), 5, values) == 9);
  CHECK(replications_needed(target(0.01), 5, values) == 10);
  CHECK_FALSE(replications_needed(target(0.655), 5, values));
  CHECK(replications_needed(target(0.6544), 5, values) == 6);  // one more at least
}

TEST_CASE("The policy with the widest interval decides", "[results][precision]") {
  CHECK(replications_needed(target(0.5), 5, Values{{7, 7, 7, 7, 7}, {1, 2, 3, 4, 5}}) == 9);
  CHECK_FALSE(replications_needed(target(0.01), 5, Values{{7, 7, 7, 7, 7}, {3, 3, 3, 3, 3}}));
}

TEST_CASE("Replications stay between the least and the most", "[results][precision]") {
  const Values values = {{1, 2, 3, 4, 5}};
  CHECK(replications_needed(target(0.01, 8), 0, Values{{}}) == 8);
  CHECK(replications_needed(target(0.01, 8), 5, values) == 8);
  CHECK(replications_needed(target(0.01, 5, 7), 5, values) == 7);
  CHECK_FALSE(replications_needed(target(0.01, 5, 5), 5, values));
  CHECK(replications_needed(target(0.01, 8, 6), 0, Values{{}}) == 6);
}

TEST_CASE("A policy whose replications fail does not hold up the others", "[results][precision]") {
  CHECK_FALSE(replications_needed(target(0.01), 5, Values{{}, {3}, {2, 2, 2, 2, 2}}));
  // Of 6 replications one has failed: its interval is that of 5, the total counts all.
  CHECK(replications_needed(target(0.5), 6, Values{{1, 2, 3, 4, 5}}) == 11);  // 6 * 1.713 = 10.3
}
