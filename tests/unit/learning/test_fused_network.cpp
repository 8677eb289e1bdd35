#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "core/errors.hpp"
#include "policies/learning/inference/fused_network.hpp"
#include "policies/learning/inference/half_float.hpp"
#include "tests/catch.hpp"
#include "tests/support/random_models.hpp"

namespace mec::learning {

namespace {

using Floats = std::vector<float>;
using Widths = std::vector<std::size_t>;

const std::vector<Widths> kShapes = {
    {1, 1},      {1, 1, 1},         {26, 32, 32, 64}, {17, 33, 33, 33, 33, 33, 3},
    {5, 64},     {40, 7, 100},      {26, 1, 5},       {3, 16, 15, 31},
    {2, 130, 1}, {1, 49, 8, 9, 10}, {7, 160, 160, 3}, {31, 24, 40, 48, 56, 63},
};
const std::vector<WeightPrecision> kPrecisions = {WeightPrecision::fp32, WeightPrecision::fp16,
                                                  WeightPrecision::int8};

// Inputs are in [0, 6], as time features of six subtasks are.
constexpr double kHigh = 6.0;

struct Problem {
  std::vector<Mlp> networks;
  Normalisation normalisation;
  Floats low;  // after normalisation
  Floats high;

  [[nodiscard]] std::size_t inputs() const { return networks.front().inputs(); }
  [[nodiscard]] FusedNetwork fused(WeightPrecision precision, NetworkKernel kernel) const {
    return {networks, normalisation, precision, low, high, kernel};
  }
};

Problem make_problem(RandomEngine& random, const Widths& widths, std::size_t networks = 1) {
  Problem problem;
  for (std::size_t i = 0; i < networks; ++i) {
    problem.networks.push_back(test::drawn_network(random, widths));
  }
  const std::size_t inputs = widths.front();
  problem.normalisation = {test::drawn_values(random, inputs, 1.0, 3.0),
                           test::drawn_values(random, inputs, 0.3, 0.8)};
  for (std::size_t i = 0; i < inputs; ++i) {
    const float mean = problem.normalisation.mean[i];
    const float scale = problem.normalisation.scale[i];
    problem.low.push_back(-mean * scale);
    problem.high.push_back((static_cast<float>(kHigh) - mean) * scale);
  }
  return problem;
}

// In double precision, layer by layer as the definitions say.
std::vector<double> plain_forward(const Problem& problem, const float* input) {
  std::vector<double> scores;
  for (const Mlp& network : problem.networks) {
    std::vector<double> x(problem.inputs());
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = static_cast<double>(input[i]);
      if (i < problem.normalisation.mean.size()) {
        x[i] = (x[i] - static_cast<double>(problem.normalisation.mean[i])) *
               static_cast<double>(problem.normalisation.scale[i]);
      }
    }
    for (std::size_t l = 0; l < network.layers.size(); ++l) {
      const DenseLayer& layer = network.layers[l];
      std::vector<double> y(layer.bias.begin(), layer.bias.end());
      for (std::size_t o = 0; o < layer.outputs; ++o) {
        for (std::size_t i = 0; i < layer.inputs; ++i) {
          y[o] += static_cast<double>(layer.weights[o * layer.inputs + i]) * x[i];
        }
        if (l + 1 < network.layers.size()) {
          y[o] = std::max(y[o], 0.0);
        }
      }
      x = y;
    }
    scores.insert(scores.end(), x.begin(), x.end());
  }
  return scores;
}

double magnitude(const std::vector<double>& values) {
  double most = 1.0;
  for (const double value : values) {
    most = std::max(most, std::fabs(value));
  }
  return most;
}

Floats run_each(FusedNetwork& network, const Floats& input, std::size_t count) {
  Floats scores(count * network.outputs());
  for (std::size_t i = 0; i < count; ++i) {
    network.run(input.data() + i * network.inputs(), scores.data() + i * network.outputs());
  }
  return scores;
}

Floats run_batch(FusedNetwork& network, const Floats& input, std::size_t count) {
  Floats scores(count * network.outputs());
  network.run_batch(input.data(), count, scores.data());
  return scores;
}

std::vector<std::uint32_t> bits(const Floats& values) {
  std::vector<std::uint32_t> result(values.size());
  std::transform(values.begin(), values.end(), result.begin(),
                 [](float value) { return std::bit_cast<std::uint32_t>(value); });
  return result;
}

std::size_t argmax(const float* scores, std::size_t count) {
  return static_cast<std::size_t>(std::max_element(scores, scores + count) - scores);
}

// The order of operations that fused_tiles.hpp promises: four chains of fused multiply-adds over
// quarters of the inputs, as equal as can be, the longer ones first, added up in order.
float four_chains(const DenseLayer& layer, std::size_t output, const Floats& x) {
  float total = 0.0F;
  std::size_t i = 0;
  for (std::size_t chain = 0; chain < 4; ++chain) {
    float sum = chain == 0 ? layer.bias[output] : 0.0F;
    const std::size_t length = layer.inputs / 4 + (chain < layer.inputs % 4 ? 1 : 0);
    for (std::size_t end = i + length; i < end; ++i) {
      sum = std::fmaf(layer.weights[output * layer.inputs + i], x[i], sum);
    }
    total = chain == 0 ? sum : total + sum;
  }
  return total;
}

}  // namespace

TEST_CASE("Single precision computes the perceptron, whatever its shape", "[learning][fused]") {
  RandomEngine random = test::engine("fused, shapes");
  for (const Widths& widths : kShapes) {
    const Problem problem = make_problem(random, widths);
    for (const NetworkKernel kernel : supported_network_kernels()) {
      FusedNetwork network = problem.fused(WeightPrecision::fp32, kernel);
      REQUIRE(network.inputs() == widths.front());
      REQUIRE(network.outputs() == widths.back());
      for (int sample = 0; sample < 5; ++sample) {
        const Floats input = test::drawn_values(random, network.inputs(), 0.0, kHigh);
        const Floats scores = run_each(network, input, 1);
        const std::vector<double> expected = plain_forward(problem, input.data());
        for (std::size_t o = 0; o < scores.size(); ++o) {
          CAPTURE(widths, static_cast<int>(kernel), o);
          // Some hundred roundings of 6e-8 each, of terms of the size of the scores.
          REQUIRE(std::fabs(static_cast<double>(scores[o]) - expected[o]) <
                  1e-5 * magnitude(expected));
        }
      }
    }
  }
}

TEST_CASE("All kernels, one by one or in batches, give the same bits", "[learning][fused]") {
  RandomEngine random = test::engine("fused, same bits");
  for (const Widths& widths : kShapes) {
    const Problem problem = make_problem(random, widths, widths.size() == 4 ? 3 : 1);
    const Floats input = test::drawn_values(random, 101 * problem.inputs(), -0.5, 1.1 * kHigh);
    for (const WeightPrecision precision : kPrecisions) {
      FusedNetwork portable = problem.fused(precision, NetworkKernel::portable);
      const auto expected = bits(run_each(portable, input, 101));
      for (const NetworkKernel kernel : supported_network_kernels()) {
        FusedNetwork network = problem.fused(precision, kernel);
        CAPTURE(widths, static_cast<int>(precision), static_cast<int>(kernel));
        REQUIRE(bits(run_each(network, input, 101)) == expected);
        for (const std::size_t count : {0U, 1U, 2U, 5U, 6U, 7U, 13U, 47U, 48U, 49U, 101U}) {
          const auto end =
              expected.begin() + static_cast<std::ptrdiff_t>(count * network.outputs());
          REQUIRE(bits(run_batch(network, input, count)) ==
                  std::vector<std::uint32_t>(expected.begin(), end));
        }
      }
    }
  }
}

TEST_CASE("Single precision adds up in the documented order", "[learning][fused]") {
  RandomEngine random = test::engine("fused, order");
  for (const std::size_t inputs : {1U, 2U, 3U, 4U, 5U, 26U, 33U, 255U}) {
    Problem problem = make_problem(random, {inputs, 19});
    problem.normalisation = {};
    FusedNetwork network = problem.fused(WeightPrecision::fp32, supported_network_kernels().back());
    const Floats input = test::drawn_values(random, inputs, 0.0, kHigh);
    const Floats scores = run_each(network, input, 1);
    for (std::size_t o = 0; o < scores.size(); ++o) {
      CAPTURE(inputs, o);
      REQUIRE(scores[o] == four_chains(problem.networks[0].layers[0], o, input));
    }
  }
}

TEST_CASE("Half precision is single precision with rounded weights", "[learning][fused]") {
  RandomEngine random = test::engine("fused, half");
  Problem problem = make_problem(random, {26, 32, 32, 64});
  problem.normalisation = {};  // or the weights that are rounded would be others
  Problem rounded = problem;
  for (DenseLayer& layer : rounded.networks[0].layers) {
    for (float& weight : layer.weights) {
      weight = from_half(to_half(weight));
    }
  }
  REQUIRE(rounded.networks[0].layers[0].weights != problem.networks[0].layers[0].weights);
  const Floats input = test::drawn_values(random, std::size_t{50} * 26, 0.0, kHigh);
  for (const NetworkKernel kernel : supported_network_kernels()) {
    FusedNetwork half = problem.fused(WeightPrecision::fp16, kernel);
    FusedNetwork single = rounded.fused(WeightPrecision::fp32, kernel);
    CAPTURE(static_cast<int>(kernel));
    REQUIRE(bits(run_batch(half, input, 50)) == bits(run_batch(single, input, 50)));
  }
}

TEST_CASE("Halves are IEEE's", "[learning][fused]") {
  for (std::uint32_t half = 0; half < 0x10000U; ++half) {
    if ((half & 0x7c00U) != 0x7c00U) {  // finite
      REQUIRE(to_half(from_half(static_cast<std::uint16_t>(half))) == half);
    }
  }
  REQUIRE(to_half(1.0F) == 0x3c00);
  REQUIRE(to_half(-2.0F) == 0xc000);
  REQUIRE(to_half(65504.0F) == 0x7bff);
  REQUIRE(to_half(0x1p-24F) == 0x0001);
  REQUIRE(to_half(0x1p-26F) == 0x0000);
  REQUIRE(to_half(1.0F + 0x1p-11F) == 0x3c00);             // halfway: to the even one, below
  REQUIRE(to_half(1.0F + 0x3p-11F) == 0x3c02);             // halfway: to the even one, above
  REQUIRE(to_half(1.0F + 0x1p-11F + 0x1p-23F) == 0x3c01);  // just above halfway
  REQUIRE(to_half(0x1p-14F - 0x1p-25F) == 0x0400);         // halfway to the least normal one
  REQUIRE(to_half(0x3p-25F) == 0x0002);                    // halfway between 1 and 2 units
}

TEST_CASE("A weight beyond half precision is the user's fault", "[learning][fused]") {
  Problem problem;
  problem.networks = {{{{1, 1, {70'000.0F}, {0.0F}}}}};
  REQUIRE_THROWS_WITH(problem.fused(WeightPrecision::fp16, NetworkKernel::portable),
                      "a weight of 70000 does not fit in half precision (65504); use fp32");
  REQUIRE_NOTHROW(problem.fused(WeightPrecision::fp32, NetworkKernel::portable));
}

TEST_CASE("Eight-bit weights choose as single precision does", "[learning][fused]") {
  RandomEngine random = test::engine("fused, int8");
  std::size_t agree = 0;
  constexpr std::size_t kNetworks = 10;
  constexpr std::size_t kSamples = 1000;
  for (std::size_t n = 0; n < kNetworks; ++n) {
    const Problem problem = make_problem(random, {26, 32, 32, 64});
    FusedNetwork single = problem.fused(WeightPrecision::fp32, supported_network_kernels().back());
    FusedNetwork integer = problem.fused(WeightPrecision::int8, supported_network_kernels().back());
    const Floats input = test::drawn_values(random, kSamples * 26, 0.0, kHigh);
    const Floats expected = run_batch(single, input, kSamples);
    const Floats scores = run_batch(integer, input, kSamples);
    for (std::size_t s = 0; s < kSamples; ++s) {
      agree += argmax(scores.data() + 64 * s, 64) == argmax(expected.data() + 64 * s, 64) ? 1U : 0U;
    }
  }
  INFO("agree on " << agree << " of " << kNetworks * kSamples);
  REQUIRE(agree > 97 * kNetworks * kSamples / 100);
}

TEST_CASE("Eight-bit scores are near, in wide and in deep networks", "[learning][fused]") {
  RandomEngine random = test::engine("fused, int8 scores");
  for (const Widths& widths : {Widths{17, 256, 256, 256, 256, 256, 3}, Widths{1500, 1500, 40}}) {
    const Problem problem = make_problem(random, widths);
    FusedNetwork network = problem.fused(WeightPrecision::int8, supported_network_kernels().back());
    for (int sample = 0; sample < 10; ++sample) {
      const Floats input = test::drawn_values(random, problem.inputs(), 0.0, kHigh);
      const std::vector<double> expected = plain_forward(problem, input.data());
      const Floats scores = run_each(network, input, 1);
      for (std::size_t o = 0; o < scores.size(); ++o) {
        CAPTURE(widths, sample, o);
        REQUIRE(std::fabs(static_cast<double>(scores[o]) - expected[o]) <
                0.05 * magnitude(expected));
      }
    }
  }
}

TEST_CASE("Eight-bit sums of equal weights do not overflow", "[learning][fused]") {
  // 2000 weights of 127 units times inputs of 32767 would be 8.3e9: the weights get fewer units.
  Problem problem;
  problem.networks = {{{{2000, 1, Floats(2000, 1.0F), {0.0F}}}}};
  problem.low = Floats(2000, 0.0F);
  problem.high = Floats(2000, 1.0F);
  for (const NetworkKernel kernel : supported_network_kernels()) {
    FusedNetwork network = problem.fused(WeightPrecision::int8, kernel);
    REQUIRE(run_each(network, Floats(2000, 1.0F), 1)[0] == Approx(2000.0).epsilon(0.02));
    REQUIRE(run_each(network, Floats(2000, 0.5F), 1)[0] == Approx(1000.0).epsilon(0.02));
  }
}

TEST_CASE("Eight-bit inputs outside their range saturate", "[learning][fused]") {
  // One weight: 127 units of 1/127, inputs in 32767 steps, so scores are exact to about 1e-7.
  Problem problem;
  problem.networks = {{{{1, 1, {1.0F}, {0.5F}}}}};
  problem.low = {-1.0F};
  problem.high = {2.0F};
  const float infinity = std::numeric_limits<float>::infinity();
  for (const NetworkKernel kernel : supported_network_kernels()) {
    FusedNetwork network = problem.fused(WeightPrecision::int8, kernel);
    const auto score = [&network](float input) { return run_each(network, {input}, 1)[0]; };
    REQUIRE(score(-1.0F) == Approx(-0.5));
    REQUIRE(score(2.0F) == Approx(2.5));
    REQUIRE(score(2.5F) == score(2.0F));
    REQUIRE(score(infinity) == score(2.0F));
    REQUIRE(score(-3.0F) == score(-1.0F));
    REQUIRE(score(-infinity) == score(-1.0F));
    REQUIRE(score(std::numeric_limits<float>::quiet_NaN()) == score(-1.0F));
  }
}

TEST_CASE("Networks side by side are each alone, in a row", "[learning][fused]") {
  RandomEngine random = test::engine("fused, several");
  const Problem problem = make_problem(random, {17, 32, 32, 3}, 6);
  const Floats input = test::drawn_values(random, 17, 0.0, kHigh);
  for (const WeightPrecision precision : kPrecisions) {
    FusedNetwork together = problem.fused(precision, supported_network_kernels().back());
    REQUIRE(together.outputs() == 18);
    Floats expected;
    for (const Mlp& network : problem.networks) {
      Problem one = problem;
      one.networks = {network};
      FusedNetwork alone = one.fused(precision, supported_network_kernels().back());
      const Floats scores = run_each(alone, input, 1);
      expected.insert(expected.end(), scores.begin(), scores.end());
    }
    CAPTURE(static_cast<int>(precision));
    REQUIRE(bits(run_each(together, input, 1)) == bits(expected));
  }
}

TEST_CASE("Inputs beyond the normalisation are taken as they are", "[learning][fused]") {
  RandomEngine random = test::engine("fused, short normalisation");
  Problem problem = make_problem(random, {8, 16, 1});
  problem.normalisation.mean.resize(5);
  problem.normalisation.scale.resize(5);
  problem.low.assign(8, -10.0F);
  problem.high.assign(8, 10.0F);
  const Floats input = test::drawn_values(random, 8, 0.0, kHigh);
  const double expected = plain_forward(problem, input.data())[0];
  for (const WeightPrecision precision : kPrecisions) {
    FusedNetwork network = problem.fused(precision, supported_network_kernels().back());
    CAPTURE(static_cast<int>(precision));
    REQUIRE(run_each(network, input, 1)[0] ==
            Approx(expected).margin(precision == WeightPrecision::fp32 ? 1e-5 : 0.1));
  }
}

TEST_CASE("Fused networks refuse what does not fit together", "[learning][fused]") {
  RandomEngine random = test::engine("fused, refused");
  Problem problem = make_problem(random, {3, 2});
  const auto build = [&problem](WeightPrecision precision) {
    return problem.fused(precision, NetworkKernel::portable);
  };
  problem.low.pop_back();
  REQUIRE_NOTHROW(build(WeightPrecision::fp32));
  REQUIRE_THROWS_WITH(build(WeightPrecision::int8),
                      "int8 weights need the ranges of 3 inputs, not of 2 and 3");
  problem.networks.push_back(test::drawn_network(random, {4, 2}));
  REQUIRE_THROWS_AS(build(WeightPrecision::fp32), std::invalid_argument);
  problem.networks.clear();
  REQUIRE_THROWS_WITH(build(WeightPrecision::fp32), "no network, or one without layers");
}

}  // namespace mec::learning
