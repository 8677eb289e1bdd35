// Sums over a chain against enumeration of all 3^n placements (distribution_reference.hpp).
#include <cmath>

#include "policies/learning/training/chain_distribution.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning/distribution_reference.hpp"

namespace mec::learning {

namespace {

using test::Enumerated;
using test::HeadCase;
using test::require_close;

constexpr double kTemperatures[] = {0.5, 1.0, 5.0};

}  // namespace

TEST_CASE("Sums over a chain are those over all its placements", "[learning][chain]") {
  RandomEngine random = test::engine("chain: sums");
  const double most = GENERATE(1.0, 5.0, 50.0, 1000.0);
  for (std::size_t n = 1; n <= 4; ++n) {
    const HeadCase head{HeadKind::crf, n, {}};
    for (const double temperature : kTemperatures) {
      ChainDistribution distribution(n);
      const std::size_t size = distribution.layout().size();
      const std::vector<float> scores = test::drawn_scores(random, size, most);
      const Enumerated expected = enumerate(head, test::doubles(scores), temperature);
      CAPTURE(n, most, temperature);
      // n - 1 sums of three exponentials: each wrong by less than 6e-7.
      REQUIRE(std::abs(distribution.prepare(scores, temperature) - expected.log_sum) <= 2.4e-6);
      std::vector<float> marginals(size);
      distribution.marginals(marginals);
      require_close(marginals, expected.marginals());
    }
  }
}

TEST_CASE("The expectation of a chain and its slopes are those over all its placements",
          "[learning][chain]") {
  // The slope by a score is the covariance of the cost and the event. Costs up to 10 a part.
  RandomEngine random = test::engine("chain: expectation");
  const double most = GENERATE(1.0, 5.0, 50.0, 1000.0);
  for (std::size_t n = 1; n <= 4; ++n) {
    const HeadCase head{HeadKind::crf, n, {}};
    ChainDistribution distribution(n);
    const std::size_t size = distribution.layout().size();
    const std::vector<float> scores = test::drawn_scores(random, size, most);
    const std::vector<double> costs = test::doubles(test::drawn_scores(random, size, 10.0));
    const Enumerated expected = enumerate(head, test::doubles(scores), 1.0);
    const auto cost = [&](const Placement& p) { return test::score_of(head, costs, p); };
    const double mean = expected.mean(cost);
    distribution.prepare(scores, 1.0);
    std::vector<double> gradient(size);
    CAPTURE(n, most);
    REQUIRE(std::abs(distribution.expectation(costs, gradient) - mean) <= 1e-4);
    Enumerated weighted = expected;
    for (std::size_t i = 0; i < weighted.placements.size(); ++i) {
      weighted.probability[i] *= cost(weighted.placements[i]) - mean;
    }
    const std::vector<double> covariance = weighted.marginals();
    for (std::size_t i = 0; i < size; ++i) {
      REQUIRE(std::abs(gradient[i] - covariance[i]) <= 1e-4);
    }
  }
}

}  // namespace mec::learning
