// Models with random weights, of any shape: for tests of what computes with them, and benchmarks.
#pragma once

#include <cmath>
#include <vector>

#include "policies/learning/model/model.hpp"
#include "tests/support/random_problems.hpp"

namespace mec::test {

inline std::vector<float> drawn_values(RandomEngine& random, std::size_t count, double low,
                                       double high) {
  std::vector<float> values(count);
  for (float& value : values) {
    value = static_cast<float>(uniform(random, low, high));
  }
  return values;
}

/// Weights of variance 2 / inputs (He et al. 2015), so that activations keep their size from layer
/// to layer; biases in (-0.5, 0.5]. `widths`: inputs, hidden layers, outputs.
inline learning::Mlp drawn_network(RandomEngine& random, const std::vector<std::size_t>& widths) {
  learning::Mlp mlp;
  for (std::size_t l = 0; l + 1 < widths.size(); ++l) {
    const std::size_t inputs = widths[l];
    const double most = std::sqrt(6.0 / static_cast<double>(inputs));
    mlp.layers.push_back({inputs, widths[l + 1],
                          drawn_values(random, inputs * widths[l + 1], -most, most),
                          drawn_values(random, widths[l + 1], -0.5, 0.5)});
  }
  return mlp;
}

/// `plans` random placements for head plan. The features' ranges are what their kind allows.
inline learning::Model drawn_model(RandomEngine& random, learning::HeadKind head,
                                   const learning::FeatureSchema& features,
                                   const std::vector<std::size_t>& hidden, std::size_t plans = 64) {
  learning::Model model;
  model.features = features;
  model.head = head;
  for (std::size_t i = 0; head == learning::HeadKind::plan && i < plans; ++i) {
    model.plans.push_back(random_placement(random, features.subtasks, 3));
  }
  const learning::NetworkShape shape = learning::expected_shape(head, features, plans);
  std::vector<std::size_t> widths{shape.inputs};
  widths.insert(widths.end(), hidden.begin(), hidden.end());
  widths.push_back(shape.outputs);
  for (std::size_t i = 0; i < shape.networks; ++i) {
    model.networks.push_back(drawn_network(random, widths));
  }
  const std::size_t size = features.size();
  model.normalisation = {drawn_values(random, size, 0.5, 1.5),
                         drawn_values(random, size, 0.5, 1.5)};
  return model;
}

}  // namespace mec::test
