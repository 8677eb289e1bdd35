// A multi-layer perceptron in training: forward, backward, and Adam (Kingma and Ba, "Adam: A Method
// for Stochastic Optimization", 2015). Single precision; ReLU between layers, none after the last.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/random.hpp"
#include "policies/learning/arithmetic/matmul.hpp"
#include "policies/learning/model/model.hpp"

namespace mec::learning {

struct AdamOptions {
  float rate = 1e-3F;
  float beta1 = 0.9F;
  float beta2 = 0.999F;
  float epsilon = 1e-8F;
};

/// Adam's memory, for checkpoints: moments of every parameter, in the order of `parameters()`.
struct AdamState {
  std::vector<float> first;
  std::vector<float> second;
  std::uint64_t steps = 0;
};

class TrainableMlp {
 public:
  /// `widths`: inputs, hidden layers, outputs: at least two, all > 0. Weights are drawn uniformly
  /// with He's variance 2 / inputs (He et al., "Delving Deep into Rectifiers", 2015), biases are 0.
  TrainableMlp(std::vector<std::size_t> widths, RandomEngine& random, Arithmetic arithmetic);
  TrainableMlp(const Mlp& weights, Arithmetic arithmetic);

  [[nodiscard]] std::size_t inputs() const { return widths_.front(); }
  [[nodiscard]] std::size_t outputs() const { return widths_.back(); }

  /// Outputs [rows x outputs()] of `input` [rows x inputs()], row-major. Both stay valid and
  /// unchanged until the next forward; `input` is the caller's.
  std::span<float> forward(const float* input, std::size_t rows);

  /// Gradient of the loss by every parameter, from that by the latest outputs [rows x outputs()],
  /// which it overwrites.
  void backward(std::span<float> output_gradient);

  /// One Adam step along the latest gradient.
  void step(const AdamOptions& options);

  /// All weights and biases, layer after layer: W [outputs x inputs], b [outputs].
  [[nodiscard]] std::span<float> parameters() { return parameters_; }
  [[nodiscard]] std::span<const float> parameters() const { return parameters_; }
  [[nodiscard]] std::span<const float> gradient() const { return gradient_; }
  [[nodiscard]] const AdamState& adam() const { return adam_; }
  /// Goes on from a checkpoint. Throws std::invalid_argument if the lengths are not this network's.
  void restore(std::span<const float> parameters, AdamState adam);

  [[nodiscard]] Mlp weights() const;

 private:
  [[nodiscard]] std::size_t layers() const { return widths_.size() - 1; }
  void set_up();

  std::vector<std::size_t> widths_;
  std::vector<std::size_t> offsets_;  // of each layer's weights in parameters_
  Arithmetic arithmetic_;
  std::vector<float> parameters_;
  std::vector<float> gradient_;
  AdamState adam_;
  std::uint64_t power_steps_ = 0;  // of the two powers
  double power1_ = 1.0;            // beta1^t
  double power2_ = 1.0;
  const float* input_ = nullptr;
  std::size_t rows_ = 0;
  std::vector<std::vector<float>> activations_;  // output of each layer, [rows x width]
  std::vector<float> spare_;                     // gradient by a layer's input, [rows x width]
};

}  // namespace mec::learning
