#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/distribution.hpp"
#include "tests/catch.hpp"
#include "tests/support/random_problems.hpp"

namespace mec {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Moments {
  double mean;
  double variance;
  double fourth;  // central
};

// Sample mean and variance of N draws are within 5 standard errors of theory: the mean's is
// sqrt(variance / N), the variance's sqrt((fourth - variance^2) / N).
void require_moments(const Distribution& distribution, const Moments& theory) {
  constexpr int kDraws = 200'000;
  RandomEngine random = test::engine("moments");
  std::vector<double> draws(kDraws);
  double sum = 0.0;
  for (double& draw : draws) {
    draw = sample(distribution, random);
    sum += draw;
  }
  const double mean = sum / kDraws;
  double squares = 0.0;
  for (const double draw : draws) {
    squares += (draw - mean) * (draw - mean);
  }
  const double variance = squares / kDraws;
  const double spread = theory.fourth - theory.variance * theory.variance;
  REQUIRE(std::abs(mean - theory.mean) <= 5.0 * std::sqrt(theory.variance / kDraws));
  REQUIRE(std::abs(variance - theory.variance) <= 5.0 * std::sqrt(spread / kDraws));
  const Support range = support(distribution);
  const auto [low, high] = std::minmax_element(draws.begin(), draws.end());
  REQUIRE(*low >= range.low);
  REQUIRE(*high <= range.high);
}

double density(double z) {
  return std::exp(-0.5 * z * z) / std::sqrt(2.0 * 3.14159265358979323846);
}

// Three draws of the stream "pin".
std::vector<double> first_draws(const Distribution& distribution) {
  RandomEngine random = RandomStreams(1, 0).stream("pin");
  std::vector<double> draws(3);
  for (double& draw : draws) {
    draw = sample(distribution, random);
  }
  return draws;
}

void require_first_draws(const Distribution& distribution, const std::vector<double>& expected) {
  const std::vector<double> draws = first_draws(distribution);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(i);
    REQUIRE(draws[i] == Approx(expected[i]).epsilon(1e-14));  // libm may differ in the last bit
  }
}

}  // namespace

TEST_CASE("A constant is drawn as it is, without using the stream", "[core][distribution]") {
  RandomEngine random = test::engine("constant");
  const RandomEngine before = random;
  REQUIRE(sample(Constant{4.5}, random) == 4.5);
  REQUIRE(random == before);
  REQUIRE(support(Constant{4.5}).low == 4.5);
  REQUIRE(support(Constant{4.5}).high == 4.5);
}

TEST_CASE("Uniform draws have a uniform's moments", "[core][distribution]") {
  // (a + b) / 2, w^2 / 12, w^4 / 80 with w = b - a.
  require_moments(Uniform{100e6, 1000e6},
                  {550e6, std::pow(900e6, 2) / 12.0, std::pow(900e6, 4) / 80.0});
}

TEST_CASE("A uniform from zero never draws zero", "[core][distribution]") {
  // The largest u below 1 comes with probability 2^-53: see the formula at its limit instead.
  constexpr double kLargest = 1.0 - 0x1p-53;
  for (const double high : {2e6, 3e6, 1.0, 1.5, 0x1p-40, 1e300, 1e-300}) {
    REQUIRE(high - high * kLargest > 0.0);
  }
  RandomEngine random = test::engine("uniform from zero");
  for (int i = 0; i < 200'000; ++i) {
    const double draw = sample(Uniform{0.0, 2e6}, random);
    REQUIRE((draw > 0.0 && draw <= 2e6));
  }
}

TEST_CASE("A uniform of no width is a constant", "[core][distribution]") {
  RandomEngine random = test::engine("no width");
  REQUIRE(sample(Uniform{3.0, 3.0}, random) == 3.0);
}

TEST_CASE("Exponential draws have an exponential's moments", "[core][distribution]") {
  // m, m^2, 9 m^4.
  require_moments(Exponential{4.0}, {4.0, 16.0, 9.0 * 256.0});
  REQUIRE(support(Exponential{4.0}).low == 0.0);
  REQUIRE(support(Exponential{4.0}).high == kInfinity);
}

TEST_CASE("Log-normal draws have a log-normal's moments", "[core][distribution]") {
  // With w = exp(s^2): mean m sqrt(w), variance mean^2 (w - 1), kurtosis w^4 + 2 w^3 + 3 w^2 - 3.
  const double w = std::exp(0.25);
  const double mean = 2e6 * std::sqrt(w);
  const double variance = mean * mean * (w - 1.0);
  const double kurtosis = std::pow(w, 4) + 2.0 * std::pow(w, 3) + 3.0 * w * w - 3.0;
  require_moments(LogNormal{2e6, 0.5}, {mean, variance, kurtosis * variance * variance});
}

TEST_CASE("Truncated normal draws have a truncated normal's moments", "[core][distribution]") {
  // a, b: the limits in deviations; Z: the mass between them.
  const TruncatedNormal cut{10.0, 4.0, 8.0, 20.0};
  const double a = -0.5;
  const double b = 2.5;
  const double mass = acceptance(cut);
  const double shift = (density(a) - density(b)) / mass;
  const double mean = 10.0 + 4.0 * shift;
  const double variance = 16.0 * (1.0 + (a * density(a) - b * density(b)) / mass - shift * shift);
  // Its kurtosis is below a normal's 3, which bounds the standard error from above.
  require_moments(cut, {mean, variance, 3.0 * variance * variance});
}

TEST_CASE("A truncated normal keeps to its limits and excludes the lower", "[core][distribution]") {
  RandomEngine random = test::engine("truncated");
  for (int i = 0; i < 50'000; ++i) {
    const double draw = sample(TruncatedNormal{0.0, 1.0, 0.0, 0.5}, random);
    REQUIRE((draw > 0.0 && draw <= 0.5));
  }
}

TEST_CASE("A truncated normal accepts the mass between its limits", "[core][distribution]") {
  REQUIRE(acceptance({0.0, 1.0, -kInfinity, kInfinity}) == Approx(1.0).epsilon(1e-15));
  REQUIRE(acceptance({0.0, 1.0, 0.0, kInfinity}) == Approx(0.5).epsilon(1e-15));
  // Phi(1) - Phi(-1) = 0.682689492137086.
  REQUIRE(acceptance({5.0, 2.0, 3.0, 7.0}) == Approx(0.682689492137086).epsilon(1e-14));
  REQUIRE(acceptance({1.0, 0.0, 0.0, 2.0}) == 1.0);
  REQUIRE(acceptance({3.0, 0.0, 0.0, 2.0}) == 0.0);
}

TEST_CASE("A choice draws each value in proportion to its weight", "[core][distribution]") {
  const Choice choice{{10.0, 20.0, 30.0, 40.0}, {1.0, 0.0, 5.0, 2.0}};
  constexpr int kDraws = 100'000;
  RandomEngine random = test::engine("choice");
  int counts[4] = {};
  for (int i = 0; i < kDraws; ++i) {
    ++counts[static_cast<int>(sample(choice, random) / 10.0) - 1];
  }
  REQUIRE(counts[1] == 0);
  const double shares[4] = {0.125, 0.0, 0.625, 0.25};
  for (int i = 0; i < 4; ++i) {
    const double error = std::abs(counts[i] / double{kDraws} - shares[i]);
    REQUIRE(error <= 5.0 * std::sqrt(shares[i] * (1.0 - shares[i]) / kDraws));
  }
  REQUIRE(support(choice).low == 10.0);
  REQUIRE(support(choice).high == 40.0);
}

TEST_CASE("Values of weight zero are no part of a choice's support", "[core][distribution]") {
  const Choice choice{{0.0, 20.0, 99.0}, {0.0, 1.0, 0.0}};
  RandomEngine random = test::engine("choice of one");
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(sample(choice, random) == 20.0);
  }
  REQUIRE(support(choice).low == 20.0);
  REQUIRE(support(choice).high == 20.0);
}

TEST_CASE("The first draws of each distribution are what they always were",
          "[core][distribution]") {
  // Uniform and choice follow from the stream's first words u = 0.454358, 0.778585, 0.874866 (of
  // 2^64): 2e6 (1 - u); and 5 u = 2.27, 3.89, 4.37 against the running weights 1, 3, 5. The others
  // use up words as Boost's ziggurat does.
  require_first_draws(Uniform{0.0, 2e6},
                      {1091284.0197184861, 442829.98401903757, 250268.92932695034});
  require_first_draws(Choice{{1.0, 2.0, 3.0}, {1.0, 2.0, 2.0}}, {2.0, 3.0, 3.0});
  require_first_draws(Exponential{4.0},
                      {9.9647806627373416, 1.890890926646849, 5.1696457523129267});
  require_first_draws(LogNormal{2e6, 0.5},
                      {4029297.3831318272, 2772487.6583752553, 1072181.7376592555});
  require_first_draws(TruncatedNormal{10.0, 4.0, 8.0, 20.0},
                      {15.603558668648763, 12.612782465839063, 14.214115583952886});
}

}  // namespace mec
