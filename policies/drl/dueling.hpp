// A duelling head after Wang et al., "Dueling Network Architectures for Deep Reinforcement
// Learning", ICML 2016: the last layer gives a value and an advantage for each action, and
//
//   Q(a) = V + A(a) - mean over actions of A.
//
// All of it is linear, so a trained head becomes an ordinary layer of one output an action.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "policies/learning/model/model.hpp"

namespace mec::drl {

/// Three actions; outputs of the network in training: V, A(0), A(1), A(2).
inline constexpr std::size_t kActions = 3;
inline constexpr std::size_t kDuelingOutputs = kActions + 1;
using ActionValues = std::array<float, kActions>;

[[nodiscard]] inline ActionValues action_values(const float* outputs) {
  const float mean = (outputs[1] + outputs[2] + outputs[3]) / 3.0F;
  return {outputs[0] + outputs[1] - mean, outputs[0] + outputs[2] - mean,
          outputs[0] + outputs[3] - mean};
}

/// The gradient by the four outputs, from that by Q of the one action that was taken.
inline void dueling_gradient(std::size_t action, float gradient, float* by_outputs) {
  by_outputs[0] = gradient;
  for (std::size_t a = 0; a < kActions; ++a) {
    by_outputs[a + 1] = (a == action ? gradient : 0.0F) - gradient / 3.0F;
  }
}

/// Ties, and values that are no numbers, go to the lowest action.
[[nodiscard]] inline std::size_t best_action(const float* values) {
  std::size_t best = 0;
  for (std::size_t a = 1; a < kActions; ++a) {
    best = values[a] > values[best] ? a : best;
  }
  return best;
}

/// The same network with three outputs: the values.
[[nodiscard]] inline learning::Mlp fold_dueling(learning::Mlp network) {
  const learning::DenseLayer dueling = network.layers.back();
  learning::DenseLayer& folded = network.layers.back();
  folded.outputs = kActions;
  folded.weights.resize(kActions * dueling.inputs);
  folded.bias.resize(kActions);
  std::array<float, kDuelingOutputs> column{};
  for (std::size_t i = 0; i <= dueling.inputs; ++i) {
    const bool is_bias = i == dueling.inputs;
    for (std::size_t o = 0; o < kDuelingOutputs; ++o) {
      column[o] = is_bias ? dueling.bias[o] : dueling.weights[o * dueling.inputs + i];
    }
    const ActionValues values = action_values(column.data());
    for (std::size_t a = 0; a < kActions; ++a) {
      (is_bias ? folded.bias[a] : folded.weights[a * dueling.inputs + i]) = values[a];
    }
  }
  return network;
}

}  // namespace mec::drl
