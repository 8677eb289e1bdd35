#include "policies/learning/training/trainable_mlp.hpp"

#include <algorithm>
#include <boost/random/uniform_01.hpp>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace mec::learning {

namespace {

// Adds the bias to every row; a NaN stays one where it is rectified: it must reach the loss, where
// it is noticed.
template <bool kRectify>
void add_bias(std::span<float> rows, std::span<const float> bias) {
  const float* __restrict added = bias.data();
  for (std::size_t at = 0; at < rows.size(); at += bias.size()) {
    float* __restrict row = rows.data() + at;
    for (std::size_t j = 0; j < bias.size(); ++j) {
      const float value = row[j] + added[j];
      row[j] = kRectify && 0.0F > value ? 0.0F : value;
    }
  }
}

// The arrays do not overlap; said so, the loops below are vectorised.

// gradient by a ReLU's input, where `value` is its output and receives it.
void backpropagate_rectifier(std::size_t count, const float* __restrict gradient,
                             float* __restrict value) {
  for (std::size_t i = 0; i < count; ++i) {
    const float slope =
        gradient[i];  // read in any case: a branch would be mispredicted every other time
    value[i] = value[i] > 0.0F ? slope : 0.0F;
  }
}

void adam_step(std::size_t count, const float* __restrict gradient, AdamOptions options,
               float scale, float* __restrict parameter, float* __restrict first,
               float* __restrict second) {
  for (std::size_t i = 0; i < count; ++i) {
    first[i] = options.beta1 * first[i] + (1.0F - options.beta1) * gradient[i];
    second[i] = options.beta2 * second[i] + (1.0F - options.beta2) * gradient[i] * gradient[i];
    parameter[i] -= scale * first[i] / (std::sqrt(second[i]) + options.epsilon);
  }
}

// Sums of the columns of a row-major matrix, from its first row to its last.
void sum_columns(std::span<const float> rows, std::span<float> sums) {
  std::fill(sums.begin(), sums.end(), 0.0F);
  float* __restrict sum = sums.data();
  for (std::size_t at = 0; at < rows.size(); at += sums.size()) {
    const float* __restrict row = rows.data() + at;
    for (std::size_t j = 0; j < sums.size(); ++j) {
      sum[j] += row[j];
    }
  }
}

}  // namespace

TrainableMlp::TrainableMlp(std::vector<std::size_t> widths, RandomEngine& random,
                           Arithmetic arithmetic)
    : widths_(std::move(widths)), arithmetic_(arithmetic) {
  set_up();
  boost::random::uniform_01<double> uniform;
  for (std::size_t l = 0; l < layers(); ++l) {
    const double limit = std::sqrt(6.0 / static_cast<double>(widths_[l]));
    float* weights = parameters_.data() + offsets_[l];
    for (std::size_t i = 0; i < widths_[l] * widths_[l + 1]; ++i) {
      weights[i] = static_cast<float>(limit * (2.0 * uniform(random) - 1.0));
    }
  }
}

TrainableMlp::TrainableMlp(const Mlp& weights, Arithmetic arithmetic) : arithmetic_(arithmetic) {
  widths_.push_back(weights.inputs());
  for (const DenseLayer& layer : weights.layers) {
    widths_.push_back(layer.outputs);
  }
  set_up();
  auto out = parameters_.begin();
  for (const DenseLayer& layer : weights.layers) {
    out = std::copy(layer.weights.begin(), layer.weights.end(), out);
    out = std::copy(layer.bias.begin(), layer.bias.end(), out);
  }
}

void TrainableMlp::set_up() {
  if (widths_.size() < 2 || std::find(widths_.begin(), widths_.end(), 0U) != widths_.end()) {
    throw std::invalid_argument("a perceptron needs inputs, outputs, and no layer of width 0");
  }
  std::size_t size = 0;
  for (std::size_t l = 0; l < layers(); ++l) {
    offsets_.push_back(size);
    size += (widths_[l] + 1) * widths_[l + 1];
  }
  parameters_.assign(size, 0.0F);
  gradient_.assign(size, 0.0F);
  adam_.first.assign(size, 0.0F);
  adam_.second.assign(size, 0.0F);
  activations_.resize(layers());
}

std::span<float> TrainableMlp::forward(const float* input, std::size_t rows) {
  input_ = input;
  rows_ = rows;
  const float* from = input;
  for (std::size_t l = 0; l < layers(); ++l) {
    const std::size_t in = widths_[l];
    const std::size_t out = widths_[l + 1];
    const float* weights = parameters_.data() + offsets_[l];
    activations_[l].resize(rows * out);
    multiply(arithmetic_, {rows, out, in}, {from, in}, {weights, in, Transpose::yes},
             activations_[l].data(), out);
    const std::span<const float> bias(weights + in * out, out);
    l + 1 < layers() ? add_bias<true>(activations_[l], bias)
                     : add_bias<false>(activations_[l], bias);
    from = activations_[l].data();
  }
  return activations_.back();
}

void TrainableMlp::backward(std::span<float> output_gradient) {
  float* gradient = output_gradient.data();
  for (std::size_t l = layers(); l-- > 0;) {
    const std::size_t in = widths_[l];
    const std::size_t out = widths_[l + 1];
    const float* from = l == 0 ? input_ : activations_[l - 1].data();
    float* of_weights = gradient_.data() + offsets_[l];
    multiply(arithmetic_, {out, in, rows_}, {gradient, out, Transpose::yes}, {from, in}, of_weights,
             in);
    sum_columns({gradient, rows_ * out}, {of_weights + in * out, out});
    if (l == 0) {
      return;
    }
    spare_.resize(rows_ * in);
    multiply(arithmetic_, {rows_, in, out}, {gradient, out}, {parameters_.data() + offsets_[l], in},
             spare_.data(), in);
    // The activations have served; the gradient by them takes their place.
    std::vector<float>& activation = activations_[l - 1];
    backpropagate_rectifier(spare_.size(), spare_.data(), activation.data());
    gradient = activation.data();
  }
}

void TrainableMlp::step(const AdamOptions& options) {
  // beta^t by repeated multiplication: the C library's pow need not give the same bits everywhere.
  for (++adam_.steps; power_steps_ < adam_.steps; ++power_steps_) {
    power1_ *= static_cast<double>(options.beta1);
    power2_ *= static_cast<double>(options.beta2);
  }
  const auto scale = static_cast<float>(static_cast<double>(options.rate) *
                                        std::sqrt(1.0 - power2_) / (1.0 - power1_));
  adam_step(parameters_.size(), gradient_.data(), options, scale, parameters_.data(),
            adam_.first.data(), adam_.second.data());
}

void TrainableMlp::restore(std::span<const float> parameters, AdamState adam) {
  if (parameters.size() != parameters_.size() || adam.first.size() != parameters_.size() ||
      adam.second.size() != parameters_.size()) {
    throw std::invalid_argument("a checkpoint of a network of another shape");
  }
  std::copy(parameters.begin(), parameters.end(), parameters_.begin());
  adam_ = std::move(adam);
  power_steps_ = 0;
  power1_ = 1.0;
  power2_ = 1.0;
}

Mlp TrainableMlp::weights() const {
  Mlp result;
  for (std::size_t l = 0; l < layers(); ++l) {
    const auto begin = parameters_.begin() + static_cast<std::ptrdiff_t>(offsets_[l]);
    const auto bias = begin + static_cast<std::ptrdiff_t>(widths_[l] * widths_[l + 1]);
    result.layers.push_back({widths_[l],
                             widths_[l + 1],
                             {begin, bias},
                             {bias, bias + static_cast<std::ptrdiff_t>(widths_[l + 1])}});
  }
  return result;
}

}  // namespace mec::learning
