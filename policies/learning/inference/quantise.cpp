#include "policies/learning/inference/quantise.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace mec::learning {

namespace {

constexpr double kWeightCeiling = 127.0;
constexpr double kLevels = kActivationCeiling;
// A row's weights sum to less in magnitude, so that no sum of products reaches 2^31.
constexpr double kRowCeiling = 65'535.0;
constexpr double kMargin = 4.0;
constexpr std::size_t kCalibrationSamples = 64;

using Vector = std::vector<double>;

// Splitmix64, for calibration inputs: the same everywhere.
class Draws {
 public:
  double uniform() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return static_cast<double>((z ^ (z >> 31U)) >> 11U) * 0x1p-53;
  }

 private:
  std::uint64_t state_ = 0;
};

// Half of the samples are uniform in the ranges, half are corners, where activations are largest.
std::vector<Vector> calibration_inputs(const std::vector<float>& low,
                                       const std::vector<float>& high) {
  Draws draws;
  std::vector<Vector> samples(kCalibrationSamples, Vector(low.size()));
  for (std::size_t s = 0; s < samples.size(); ++s) {
    for (std::size_t i = 0; i < low.size(); ++i) {
      const double u = draws.uniform();
      const double share = s % 2 == 0 ? u : (u < 0.5 ? 0.0 : 1.0);
      samples[s][i] = static_cast<double>(low[i]) +
                      share * (static_cast<double>(high[i]) - static_cast<double>(low[i]));
    }
  }
  return samples;
}

// Replaces samples by the layer's activations; returns the largest.
double advance(const DenseLayer& layer, std::vector<Vector>& samples) {
  double largest = 0.0;
  Vector next(layer.outputs);
  for (Vector& sample : samples) {
    for (std::size_t o = 0; o < layer.outputs; ++o) {
      const float* row = layer.weights.data() + o * layer.inputs;
      auto sum = static_cast<double>(layer.bias[o]);
      for (std::size_t i = 0; i < layer.inputs; ++i) {
        sum += static_cast<double>(row[i]) * sample[i];
      }
      next[o] = std::max(sum, 0.0);
      largest = std::max(largest, next[o]);
    }
    sample = next;
  }
  return largest;
}

// Replaces the bounds of a layer's inputs by those of its activations; returns the largest.
double advance_bounds(const DenseLayer& layer, Vector& low, Vector& high) {
  Vector bound(layer.outputs);
  for (std::size_t o = 0; o < layer.outputs; ++o) {
    const float* row = layer.weights.data() + o * layer.inputs;
    bound[o] = static_cast<double>(layer.bias[o]);
    for (std::size_t i = 0; i < layer.inputs; ++i) {
      bound[o] +=
          std::max(static_cast<double>(row[i]) * low[i], static_cast<double>(row[i]) * high[i]);
    }
    bound[o] = std::max(bound[o], 0.0);
  }
  low.assign(layer.outputs, 0.0);
  high = bound;
  return *std::max_element(bound.begin(), bound.end());
}

// Range [0, R] of every hidden layer's activations.
Vector activation_ranges(const Mlp& network, const std::vector<float>& low,
                         const std::vector<float>& high) {
  std::vector<Vector> samples = calibration_inputs(low, high);
  Vector bound_low(low.begin(), low.end());
  Vector bound_high(high.begin(), high.end());
  Vector ranges;
  for (std::size_t l = 0; l + 1 < network.layers.size(); ++l) {
    const double bound = advance_bounds(network.layers[l], bound_low, bound_high);
    const double seen = advance(network.layers[l], samples);
    ranges.push_back(std::min(kMargin * seen, bound));
  }
  return ranges;
}

// A layer's inputs are offset[i] + unit[i] * q / 32767 for integers q in [0, 32767].
struct InputGrid {
  Vector offset;
  Vector unit;
};

// A layer in real numbers: pre-activation = worth * sum + bias.
struct RoundedLayer {
  QuantisedLayer integers;
  Vector worth;
  Vector bias;
  double bound = 0.0;  // of any output's magnitude
};

// Returns what one unit of the sum is worth.
double round_row(const float* row, const Vector& unit, std::int8_t* rounded) {
  double largest = 0.0;
  double total = 0.0;
  for (std::size_t i = 0; i < unit.size(); ++i) {
    const double weight = std::fabs(static_cast<double>(row[i]) * unit[i]);
    largest = std::max(largest, weight);
    total += weight;
  }
  // Rounding adds up to half a unit per weight.
  const double room = std::max(kRowCeiling - 0.5 * static_cast<double>(unit.size()), 1.0);
  const double step = std::max(largest / kWeightCeiling, total / room);
  for (std::size_t i = 0; i < unit.size(); ++i) {
    const double weight =
        step > 0.0 ? std::nearbyint(static_cast<double>(row[i]) * unit[i] / step) : 0.0;
    rounded[i] = static_cast<std::int8_t>(std::clamp(weight, -kWeightCeiling, kWeightCeiling));
  }
  return step / kLevels;
}

RoundedLayer round_layer(const DenseLayer& layer, const InputGrid& grid) {
  RoundedLayer rounded;
  rounded.integers.inputs = layer.inputs;
  rounded.integers.outputs = layer.outputs;
  rounded.integers.weights.resize(layer.weights.size());
  for (std::size_t o = 0; o < layer.outputs; ++o) {
    const float* row = layer.weights.data() + o * layer.inputs;
    std::int8_t* integers = rounded.integers.weights.data() + o * layer.inputs;
    rounded.worth.push_back(round_row(row, grid.unit, integers));
    auto bias = static_cast<double>(layer.bias[o]);
    double magnitude = 0.0;
    for (std::size_t i = 0; i < layer.inputs; ++i) {
      bias += static_cast<double>(row[i]) * grid.offset[i];
      magnitude += std::abs(static_cast<int>(integers[i]));
    }
    rounded.bias.push_back(bias);
    rounded.bound =
        std::max(rounded.bound, magnitude * kLevels * rounded.worth[o] + std::fabs(bias));
  }
  return rounded;
}

// `levels`: how many integer units of the outputs make one.
QuantisedLayer finish(RoundedLayer&& rounded, double levels) {
  QuantisedLayer layer = std::move(rounded.integers);
  for (std::size_t o = 0; o < layer.outputs; ++o) {
    layer.scale.push_back(static_cast<float>(rounded.worth[o] * levels));
    layer.bias.push_back(static_cast<float>(rounded.bias[o] * levels));
  }
  return layer;
}

std::vector<QuantisedLayer> quantise_network(const Mlp& network, const InputGrid& inputs,
                                             const Vector& ranges) {
  std::vector<QuantisedLayer> layers;
  InputGrid grid = inputs;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    RoundedLayer rounded = round_layer(network.layers[l], grid);
    if (l + 1 == network.layers.size()) {
      layers.push_back(finish(std::move(rounded), 1.0));
      break;
    }
    // No output may reach 2^31, whatever the inputs, or its conversion to an integer would fail.
    double range = std::max(ranges[l], rounded.bound / 60'000.0);
    range = range > 0.0 ? range : 1.0;
    layers.push_back(finish(std::move(rounded), kLevels / range));
    const std::size_t width = network.layers[l].outputs;
    grid = {Vector(width, 0.0), Vector(width, range)};
  }
  return layers;
}

void quantise_inputs(const Normalisation& normalisation, const InputGrid& grid,
                     QuantisedNetworks& result) {
  for (std::size_t i = 0; i < grid.offset.size(); ++i) {
    const bool normalised = i < normalisation.mean.size();
    const double mean = normalised ? static_cast<double>(normalisation.mean[i]) : 0.0;
    const double scale = normalised ? static_cast<double>(normalisation.scale[i]) : 1.0;
    const double levels = grid.unit[i] > 0.0 ? kLevels / grid.unit[i] : 0.0;
    result.input_factor.push_back(static_cast<float>(scale * levels));
    result.input_offset.push_back(static_cast<float>(-(mean * scale + grid.offset[i]) * levels));
  }
}

}  // namespace

QuantisedNetworks quantise(const std::vector<Mlp>& networks, const Normalisation& normalisation,
                           const std::vector<float>& low, const std::vector<float>& high) {
  InputGrid grid{Vector(low.begin(), low.end()), Vector(low.size())};
  for (std::size_t i = 0; i < low.size(); ++i) {
    grid.unit[i] = std::max(static_cast<double>(high[i]) - static_cast<double>(low[i]), 0.0);
  }
  QuantisedNetworks result;
  quantise_inputs(normalisation, grid, result);
  for (const Mlp& network : networks) {
    const Vector ranges = activation_ranges(network, low, high);
    result.networks.push_back(quantise_network(network, grid, ranges));
  }
  return result;
}

}  // namespace mec::learning
