// Gradients against central differences of the same network computed in double precision: its
// parameters are floats, so both see the same network, and only the float arithmetic of the one
// differs (a relative error of about 1e-6 of the largest term).
#include <algorithm>
#include <cmath>

#include "policies/learning/training/network_group.hpp"
#include "policies/learning/training/trainable_mlp.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning/distribution_reference.hpp"

namespace mec::learning {

namespace {

using Widths = std::vector<std::size_t>;

std::vector<float> drawn(RandomEngine& random, std::size_t count) {
  return test::drawn_scores(random, count, 1.0);
}

// Outputs of one row; `nearest_kink` becomes the least distance of a hidden sum from 0.
std::vector<double> outputs_of(const Widths& widths, const std::vector<double>& parameters,
                               std::vector<double> values, double& nearest_kink) {
  const double* at = parameters.data();
  for (std::size_t l = 0; l + 1 < widths.size(); ++l) {
    const std::size_t in = widths[l];
    const std::size_t out = widths[l + 1];
    std::vector<double> sums(at + in * out, at + in * out + out);
    for (std::size_t j = 0; j < out; ++j) {
      for (std::size_t i = 0; i < in; ++i) {
        sums[j] += at[j * in + i] * values[i];
      }
      if (l + 2 < widths.size()) {
        nearest_kink = std::min(nearest_kink, std::abs(sums[j]));
        sums[j] = std::max(sums[j], 0.0);
      }
    }
    at += in * out + out;
    values = sums;
  }
  return values;
}

// Half the sum of squares of the outputs' distance from targets, over all rows.
struct Regression {
  Widths widths;
  std::size_t rows;
  std::vector<float> inputs;
  std::vector<float> targets;

  [[nodiscard]] double loss(const std::vector<double>& parameters, double& nearest_kink) const {
    double sum = 0.0;
    for (std::size_t r = 0; r < rows; ++r) {
      const auto row = inputs.begin() + static_cast<std::ptrdiff_t>(r * widths.front());
      const std::vector<double> outputs =
          outputs_of(widths, parameters, {row, row + static_cast<std::ptrdiff_t>(widths.front())},
                     nearest_kink);
      for (std::size_t j = 0; j < outputs.size(); ++j) {
        const double off = outputs[j] - static_cast<double>(targets[r * outputs.size() + j]);
        sum += 0.5 * off * off;
      }
    }
    return sum;
  }

  // Leaves the gradient in the network.
  void set_gradient(TrainableMlp& network) const {
    const std::span<float> outputs = network.forward(inputs.data(), rows);
    std::vector<float> slope(outputs.begin(), outputs.end());
    for (std::size_t i = 0; i < slope.size(); ++i) {
      slope[i] -= targets[i];
    }
    network.backward(slope);
  }
};

Regression drawn_regression(RandomEngine& random, const Widths& widths, std::size_t rows) {
  return {widths, rows, drawn(random, rows * widths.front()), drawn(random, rows * widths.back())};
}

std::vector<double> parameters_of(const TrainableMlp& network) {
  return {network.parameters().begin(), network.parameters().end()};
}

// A network and rows whose hidden sums are all further from a kink than a difference's step moves
// them.
struct Smooth {
  TrainableMlp network;
  Regression regression;
};
Smooth smooth_problem(RandomEngine& random, const Widths& widths, std::size_t rows) {
  for (;;) {
    TrainableMlp network(widths, random, Arithmetic::reproducible);
    std::transform(network.parameters().begin(), network.parameters().end(),
                   network.parameters().begin(), [&random](float weight) {
                     return weight + static_cast<float>(test::uniform(random, -0.2, 0.2));
                   });  // biases too
    Regression regression = drawn_regression(random, widths, rows);
    double kink = 1.0;
    static_cast<void>(regression.loss(parameters_of(network), kink));
    if (kink > 1e-3) {
      return {std::move(network), std::move(regression)};
    }
  }
}

std::vector<float> values(std::span<const float> span) { return {span.begin(), span.end()}; }

// Parameters after some steps on a drawn problem.
std::vector<float> trained(Arithmetic arithmetic) {
  RandomEngine random = test::engine("mlp: train");
  TrainableMlp network({5, 8, 3}, random, arithmetic);
  const Regression regression = drawn_regression(random, {5, 8, 3}, 9);
  for (int i = 0; i < 20; ++i) {
    regression.set_gradient(network);
    network.step({});
  }
  return values(network.parameters());
}

}  // namespace

TEST_CASE("A network's outputs are those of its layers", "[learning][mlp]") {
  // 2 -> 2 -> 1: hidden 1 * 3 - 1 * 2 + 0.5 = 1.5 and 2 * 3 + 0 - 7 = -1, which ReLU makes 0;
  // 4 * 1.5 + 5 * 0 + 0.25 = 6.25. The second row: 0 - 1 * -1 + 0.5 = 1.5, and -7 again.
  Mlp weights;
  weights.layers = {{2, 2, {1, -1, 2, 0}, {0.5F, -7}}, {2, 1, {4, 5}, {0.25F}}};
  TrainableMlp network(weights, Arithmetic::reproducible);
  const std::vector<float> inputs = {3, 2, 0, -1};
  REQUIRE(values(network.forward(inputs.data(), 2)) == std::vector<float>{6.25F, 6.25F});
  REQUIRE(network.inputs() == 2);
  REQUIRE(network.outputs() == 1);
}

TEST_CASE("A weight that is not a number shows in the outputs", "[learning][mlp]") {
  Mlp weights;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  weights.layers = {{1, 2, {nan, 1}, {0, 0}}, {2, 1, {1, 1}, {0}}};
  TrainableMlp network(weights, Arithmetic::reproducible);
  const float input = 1.0F;
  REQUIRE(std::isnan(network.forward(&input, 1)[0]));
}

TEST_CASE("A network's gradient is that of its loss", "[learning][mlp]") {
  RandomEngine random = test::engine("mlp: gradient");
  for (const Widths& widths :
       {Widths{4, 3}, Widths{1, 1}, Widths{4, 6, 3}, Widths{3, 5, 4, 2}, Widths{3, 4, 5, 4, 2}}) {
    for (const std::size_t rows : {1U, 2U, 7U}) {
      Smooth problem = smooth_problem(random, widths, rows);
      problem.regression.set_gradient(problem.network);
      const auto loss = [&](const std::vector<double>& parameters) {
        double ignored = 0.0;
        return problem.regression.loss(parameters, ignored);
      };
      const std::vector<double> slopes = test::slopes(loss, parameters_of(problem.network));
      const auto gradient = problem.network.gradient();
      double largest = 1.0;
      for (const double slope : slopes) {
        largest = std::max(largest, std::abs(slope));
      }
      CAPTURE(widths, rows);
      REQUIRE(gradient.size() == slopes.size());
      for (std::size_t i = 0; i < slopes.size(); ++i) {
        REQUIRE(std::abs(static_cast<double>(gradient[i]) - slopes[i]) <= 3e-6 * largest);
      }
    }
  }
}

TEST_CASE("Adam's steps are those of its paper", "[learning][mlp][adam]") {
  // One weight on an input of 2 and one bias, gradients 2 g and g. By Algorithm 1 of Kingma and Ba,
  // in double; epsilon is too small to be seen beside gradients of this size.
  Mlp weights;
  weights.layers = {{1, 1, {0.5F}, {-0.25F}}};
  TrainableMlp network(weights, Arithmetic::reproducible);
  const float input = 2.0F;
  double parameter[2] = {0.5, -0.25};
  double m[2] = {};
  double v[2] = {};
  const double slopes[] = {1.0, -0.5, 0.25, 3.0, 3.0};
  for (int t = 1; t <= 5; ++t) {
    network.forward(&input, 1);
    std::vector<float> slope = {static_cast<float>(slopes[t - 1])};
    network.backward(slope);
    network.step({0.1F, 0.9F, 0.999F, 1e-8F});
    for (int i = 0; i < 2; ++i) {
      const double g = slopes[t - 1] * (i == 0 ? 2.0 : 1.0);
      m[i] = 0.9 * m[i] + 0.1 * g;
      v[i] = 0.999 * v[i] + 0.001 * g * g;
      const double m_hat = m[i] / (1.0 - std::pow(0.9, t));
      const double v_hat = v[i] / (1.0 - std::pow(0.999, t));
      parameter[i] -= 0.1 * m_hat / (std::sqrt(v_hat) + 1e-8);
      CAPTURE(t, i);
      // 0.999F is off by 1.3e-8: 1.3e-5 of the 0.001 beside it.
      REQUIRE(network.parameters()[static_cast<std::size_t>(i)] ==
              Approx(parameter[i]).margin(5e-6));
    }
  }
  REQUIRE(network.adam().steps == 5);
}

TEST_CASE("Adam's first step is the rate, whatever the gradient's size", "[learning][mlp][adam]") {
  Mlp weights;
  weights.layers = {{1, 1, {0.0F}, {0.0F}}};
  TrainableMlp network(weights, Arithmetic::reproducible);
  const float input = 1e-3F;
  network.forward(&input, 1);
  std::vector<float> slope = {-1000.0F};
  network.backward(slope);
  network.step({0.01F, 0.9F, 0.999F, 1e-8F});
  REQUIRE(network.parameters()[0] == Approx(0.01).epsilon(1e-5));
  REQUIRE(network.parameters()[1] == Approx(0.01).epsilon(1e-5));
}

TEST_CASE("Equal trainings end in equal bits", "[learning][mlp]") {
  const Arithmetic arithmetic = GENERATE(Arithmetic::reproducible, Arithmetic::fast);
  REQUIRE(trained(arithmetic) == trained(arithmetic));
}

TEST_CASE("The fast arithmetic learns the same to within its rounding", "[learning][mlp]") {
  const std::vector<float> reproducible = trained(Arithmetic::reproducible);
  const std::vector<float> fast = trained(Arithmetic::fast);
  // Twenty steps of 1e-3 each; Adam turns a rounding of the gradient into less of a step.
  for (std::size_t i = 0; i < fast.size(); ++i) {
    REQUIRE(fast[i] == Approx(reproducible[i]).margin(1e-3));
  }
}

TEST_CASE("A restored network goes on as if it had never stopped", "[learning][mlp]") {
  RandomEngine random = test::engine("mlp: restore");
  TrainableMlp network({4, 6, 2}, random, Arithmetic::reproducible);
  const Regression regression = drawn_regression(random, {4, 6, 2}, 5);
  const auto steps = [&regression](TrainableMlp& trained_one, int count) {
    for (int i = 0; i < count; ++i) {
      regression.set_gradient(trained_one);
      trained_one.step({});
    }
  };
  steps(network, 7);
  const std::vector<float> parameters = values(network.parameters());
  const AdamState adam = network.adam();
  steps(network, 5);
  const std::vector<float> expected = values(network.parameters());

  TrainableMlp other({4, 6, 2}, random, Arithmetic::reproducible);
  steps(other, 9);  // further than the checkpoint
  other.restore(parameters, adam);
  REQUIRE(other.adam().steps == 7);
  steps(other, 5);
  REQUIRE(values(other.parameters()) == expected);
}

TEST_CASE("A checkpoint of another shape is refused", "[learning][mlp]") {
  RandomEngine random = test::engine("mlp: refuse");
  TrainableMlp network({2, 2}, random, Arithmetic::reproducible);
  const std::vector<float> six(6, 1.0F);
  const std::vector<float> five(5, 1.0F);
  REQUIRE_THROWS_AS(network.restore(five, {six, six, 1}), std::invalid_argument);
  REQUIRE_THROWS_AS(network.restore(six, {five, six, 1}), std::invalid_argument);
  REQUIRE_THROWS_AS(network.restore(six, {six, five, 1}), std::invalid_argument);
  REQUIRE_NOTHROW(network.restore(six, {six, six, 1}));
}

TEST_CASE("A network has inputs, outputs, and no empty layer", "[learning][mlp]") {
  RandomEngine random = test::engine("mlp: shapes");
  for (const Widths& widths : {Widths{}, Widths{3}, Widths{3, 0, 2}, Widths{0, 2}, Widths{2, 0}}) {
    REQUIRE_THROWS_AS(TrainableMlp(widths, random, Arithmetic::reproducible),
                      std::invalid_argument);
  }
}

TEST_CASE("First weights have the variance 2 / inputs, biases are 0", "[learning][mlp]") {
  // Uniform on (-a, a), a^2 = 6 / inputs. The mean square of 10,000 has a standard error of
  // sqrt(4/5) / 100 = 0.9 % of the variance: 4 % is more than four of them.
  RandomEngine random = test::engine("mlp: first weights");
  const Mlp weights = TrainableMlp({100, 100, 50}, random, Arithmetic::reproducible).weights();
  const DenseLayer& layer = weights.layers.front();
  double squares = 0.0;
  for (const float weight : layer.weights) {
    squares += static_cast<double>(weight) * static_cast<double>(weight);
    REQUIRE(std::abs(weight) <= 0.2449490F);  // sqrt(0.06)
  }
  REQUIRE(squares / 10'000.0 == Approx(0.02).epsilon(0.04));
  REQUIRE(layer.bias == std::vector<float>(100, 0.0F));
  REQUIRE(weights.layers.back().bias == std::vector<float>(50, 0.0F));
}

TEST_CASE("A network made of weights has these weights", "[learning][mlp]") {
  RandomEngine random = test::engine("mlp: weights");
  const Mlp first = TrainableMlp({3, 4, 2}, random, Arithmetic::reproducible).weights();
  const Mlp again = TrainableMlp(first, Arithmetic::reproducible).weights();
  REQUIRE(again.layers.size() == 2);
  for (std::size_t l = 0; l < 2; ++l) {
    REQUIRE(again.layers[l].inputs == first.layers[l].inputs);
    REQUIRE(again.layers[l].outputs == first.layers[l].outputs);
    REQUIRE(again.layers[l].weights == first.layers[l].weights);
    REQUIRE(again.layers[l].bias == first.layers[l].bias);
  }
}

TEST_CASE("Networks of a group stand side by side and learn apart", "[learning][mlp][group]") {
  const RandomStreams streams(3, 0);
  NetworkGroup group(3, 4, {5}, 2, streams, Arithmetic::reproducible);
  RandomEngine random = test::engine("group");
  const std::vector<float> inputs = drawn(random, 24);
  std::vector<TrainableMlp> alone;
  for (const Mlp& network : group.weights()) {
    alone.emplace_back(network, Arithmetic::reproducible);
  }
  REQUIRE(group.outputs() == 6);
  REQUIRE(group.inputs() == 4);
  REQUIRE(group.weights()[0].layers[0].weights != group.weights()[1].layers[0].weights);
  for (int step = 0; step < 3; ++step) {
    const std::vector<float> scores = values(group.forward(inputs.data(), 6));
    group.backward(scores);  // any gradient will do
    group.step({});
    for (std::size_t i = 0; i < 3; ++i) {
      std::vector<float> own = values(alone[i].forward(inputs.data(), 6));
      for (std::size_t r = 0; r < 6; ++r) {
        CAPTURE(step, i, r);
        REQUIRE(scores[6 * r + 2 * i] == own[2 * r]);
        REQUIRE(scores[6 * r + 2 * i + 1] == own[2 * r + 1]);
      }
      alone[i].backward(own);
      alone[i].step({});
    }
  }
}

TEST_CASE("A group's checkpoint brings back all of it", "[learning][mlp][group]") {
  NetworkGroup group(2, 3, {4}, 3, RandomStreams(3, 0), Arithmetic::reproducible);
  RandomEngine random = test::engine("group: checkpoint");
  const std::vector<float> inputs = drawn(random, 15);
  const auto step = [&inputs](NetworkGroup& networks) {
    const std::vector<float> scores = values(networks.forward(inputs.data(), 5));
    networks.backward(scores);
    networks.step({});
  };
  step(group);
  std::vector<NamedArray> arrays;
  group.store(arrays);
  NetworkGroup other(2, 3, {4}, 3, RandomStreams(4, 0), Arithmetic::reproducible);
  REQUIRE(other.restore(arrays));
  step(group);
  step(other);
  REQUIRE(values(group.forward(inputs.data(), 5)) == values(other.forward(inputs.data(), 5)));

  NetworkGroup wider(2, 3, {5}, 3, RandomStreams(4, 0), Arithmetic::reproducible);
  REQUIRE_FALSE(wider.restore(arrays));
  arrays.pop_back();
  REQUIRE_THROWS_AS(other.restore(arrays), std::out_of_range);
}

TEST_CASE("A count of steps too large for a float survives a checkpoint",
          "[learning][mlp][group]") {
  NetworkGroup group(1, 1, {}, 1, RandomStreams(3, 0), Arithmetic::reproducible);
  std::vector<NamedArray> arrays;
  group.store(arrays);
  for (NamedArray& array : arrays) {
    if (array.name == "net0/adam.steps") {
      array.values = {3.0F, 16777215.0F};  // 3 * 2^24 + 2^24 - 1
    }
  }
  REQUIRE(group.restore(arrays));
  std::vector<NamedArray> again;
  group.store(again);
  REQUIRE(array_of(again, "net0/adam.steps") == std::vector<float>{3.0F, 16777215.0F});
}

TEST_CASE("Normalising is shifting and scaling, column by column", "[learning][mlp]") {
  std::vector<float> rows = {1, 2, 3, 4};
  normalise({{1, 4}, {2, 0.5F}}, rows);
  REQUIRE(rows == std::vector<float>{0, -1, 4, 0});
}

TEST_CASE("An array that is not there is named", "[learning][mlp]") {
  const std::vector<NamedArray> arrays = {{"a", {1}}};
  REQUIRE(array_of(arrays, "a") == std::vector<float>{1});
  REQUIRE_THROWS_AS(array_of(arrays, "b"), std::out_of_range);
}

}  // namespace mec::learning
