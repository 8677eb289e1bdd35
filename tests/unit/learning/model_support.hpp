// Models to write and to compare, and what a loaded one computes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <exception>
#include <initializer_list>
#include <string>
#include <vector>

#include "policies/learning/model/model.hpp"
#include "tests/support/random_problems.hpp"

namespace mec::test {

/// The message of the Error that `action` throws, or "nothing was thrown".
template <class Error, class Action>
std::string message_of(Action action) {
  try {
    static_cast<void>(action());
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

inline std::vector<float> random_floats(RandomEngine& random, std::size_t count) {
  std::vector<float> values(count);
  std::generate(values.begin(), values.end(),
                [&random] { return static_cast<float>(uniform(random, -1.0, 1.0)); });
  return values;
}

inline learning::Mlp random_mlp(RandomEngine& random, const std::vector<std::size_t>& widths) {
  learning::Mlp mlp;
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
    mlp.layers.push_back({widths[i], widths[i + 1],
                          random_floats(random, widths[i] * widths[i + 1]),
                          random_floats(random, widths[i + 1])});
  }
  return mlp;
}

/// Of `head` on time features of n = 3: 4 * 3 + 2 = 14 values. Two hidden layers of 5 and 4.
inline learning::Model random_model(learning::HeadKind head) {
  RandomEngine random = engine("model " + std::string(learning::name_of(head)));
  learning::Model model;
  model.features = {learning::FeatureKind::time, 3, false};
  model.head = head;
  if (head == learning::HeadKind::plan) {
    model.plans = {Placement{0, 0, 0}, Placement{1, 1, 1}, Placement{0, 2, 1}, Placement{2, 2, 2}};
  }
  const auto shape = learning::expected_shape(head, model.features, model.plans.size());
  for (std::size_t i = 0; i < shape.networks; ++i) {
    model.networks.push_back(random_mlp(random, {shape.inputs, 5, 4, shape.outputs}));
  }
  const std::size_t features = model.features.size();
  model.normalisation = {random_floats(random, features), random_floats(random, features)};
  model.normalisation.mean[0] = -0.0F;
  model.feature_low = random_floats(random, features);
  model.feature_high = random_floats(random, features);
  model.feature_high[1] = 1e-42F;  // subnormal
  model.feature_high[2] = 3.4e38F;
  model.provenance = {{"seed", "7"}, {"command", "mecsim train a=b, \"c\""}};
  return model;
}

/// A model of one network as plain arithmetic: normalisation, layers, ReLU between them.
inline std::vector<float> forward(const learning::Model& model, std::vector<float> values) {
  for (std::size_t i = 0; i < model.normalisation.mean.size(); ++i) {
    values[i] = (values[i] - model.normalisation.mean[i]) * model.normalisation.scale[i];
  }
  const std::vector<learning::DenseLayer>& layers = model.networks.front().layers;
  for (const learning::DenseLayer& layer : layers) {
    std::vector<float> sums = layer.bias;
    for (std::size_t out = 0; out < layer.outputs; ++out) {
      for (std::size_t in = 0; in < layer.inputs; ++in) {
        sums[out] += layer.weights[out * layer.inputs + in] * values[in];
      }
      if (&layer != &layers.back()) {
        sums[out] = std::max(sums[out], 0.0F);
      }
    }
    values = sums;
  }
  return values;
}

}  // namespace mec::test
