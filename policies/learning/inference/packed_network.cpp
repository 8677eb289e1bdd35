#include "policies/learning/inference/packed_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "core/errors.hpp"
#include "policies/learning/inference/half_float.hpp"
#include "policies/learning/inference/quantise.hpp"

namespace mec::learning {

namespace {

std::size_t round_up(std::size_t value, std::size_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

// x' = (x - mean) * scale moves into the first layer: W' = W scale, b' = b - sum of W mean scale.
DenseLayer fold(const DenseLayer& layer, const Normalisation& normalisation) {
  DenseLayer folded = layer;
  for (std::size_t o = 0; o < layer.outputs; ++o) {
    auto bias = static_cast<double>(layer.bias[o]);
    for (std::size_t i = 0; i < normalisation.mean.size(); ++i) {
      float& weight = folded.weights[o * layer.inputs + i];
      const double scaled =
          static_cast<double>(weight) * static_cast<double>(normalisation.scale[i]);
      bias -= scaled * static_cast<double>(normalisation.mean[i]);
      weight = static_cast<float>(scaled);
    }
    folded.bias[o] = static_cast<float>(bias);
  }
  return folded;
}

PackedLayer empty_layer(std::size_t steps, std::size_t outputs, std::size_t lanes) {
  PackedLayer packed;
  packed.steps = steps;
  packed.outputs = outputs;
  packed.padded = round_up(outputs, lanes);
  packed.bias.resize(packed.padded);
  return packed;
}

std::uint16_t checked_half(float weight) {
  if (!(std::fabs(weight) < kHalfOverflow)) {
    throw UserError(
        fmt::format("a weight of {} does not fit in half precision (65504); use fp32", weight));
  }
  return to_half(weight);
}

PackedLayer pack_float(const DenseLayer& layer, const Packing& packing) {
  PackedLayer packed = empty_layer(layer.inputs, layer.outputs, packing.lanes);
  std::copy(layer.bias.begin(), layer.bias.end(), packed.bias.begin());
  const bool halves = packing.precision == WeightPrecision::fp16;
  const std::size_t size = packed.steps * packed.padded;
  packed.floats.resize(halves && packing.reads_halves ? 0 : size);
  packed.halves.resize(halves && packing.reads_halves ? size : 0);
  for (std::size_t o = 0; o < layer.outputs; ++o) {
    for (std::size_t i = 0; i < layer.inputs; ++i) {
      const float weight = layer.weights[o * layer.inputs + i];
      const std::size_t at = packed_index(packed, packing.lanes, o, i);
      if (!halves) {
        packed.floats[at] = weight;
      } else if (packing.reads_halves) {
        packed.halves[at] = checked_half(weight);
      } else {
        packed.floats[at] = from_half(checked_half(weight));
      }
    }
  }
  return packed;
}

PackedLayer pack_integer(const QuantisedLayer& layer, const Packing& packing) {
  PackedLayer packed = empty_layer((layer.inputs + 1) / 2, layer.outputs, packing.lanes);
  packed.scale.resize(packed.padded);
  packed.bytes.resize(2 * packed.steps * packed.padded);
  std::copy(layer.bias.begin(), layer.bias.end(), packed.bias.begin());
  std::copy(layer.scale.begin(), layer.scale.end(), packed.scale.begin());
  for (std::size_t o = 0; o < layer.outputs; ++o) {
    for (std::size_t i = 0; i < layer.inputs; ++i) {
      packed.bytes[2 * packed_index(packed, packing.lanes, o, i / 2) + i % 2] =
          layer.weights[o * layer.inputs + i];
    }
  }
  return packed;
}

void pack_integers(PackedNetwork& packed, const std::vector<Mlp>& networks,
                   const Normalisation& normalisation, const std::vector<float>& low,
                   const std::vector<float>& high, const Packing& packing) {
  const QuantisedNetworks quantised = quantise(networks, normalisation, low, high);
  for (const std::vector<QuantisedLayer>& network : quantised.networks) {
    std::vector<PackedLayer>& layers = packed.networks.emplace_back();
    for (const QuantisedLayer& layer : network) {
      layers.push_back(pack_integer(layer, packing));
    }
  }
  InputQuantiser& quantiser = packed.quantiser;
  quantiser.stride = round_up(packed.inputs, 16);  // whole vectors, and whole pairs, for any kernel
  quantiser.factor.assign(quantised.input_factor.begin(), quantised.input_factor.end());
  quantiser.factor.resize(quantiser.stride);
  quantiser.offset.assign(quantised.input_offset.begin(), quantised.input_offset.end());
  quantiser.offset.resize(quantiser.stride);
}

void pack_floats(PackedNetwork& packed, const std::vector<Mlp>& networks,
                 const Normalisation& normalisation, const Packing& packing) {
  for (const Mlp& network : networks) {
    std::vector<PackedLayer>& layers = packed.networks.emplace_back();
    layers.push_back(pack_float(fold(network.layers.front(), normalisation), packing));
    for (std::size_t l = 1; l < network.layers.size(); ++l) {
      layers.push_back(pack_float(network.layers[l], packing));
    }
  }
}

void make_scratch(PackedNetwork& packed, WeightPrecision precision) {
  for (const std::vector<PackedLayer>& network : packed.networks) {
    for (const PackedLayer& layer : network) {
      packed.width = std::max(packed.width, layer.padded);
    }
  }
  const std::size_t size = kSampleBlock * packed.width;
  packed.floats[0].resize(size);
  if (precision == WeightPrecision::int8) {
    packed.integers[0].resize(size);
    packed.integers[1].resize(size);
    packed.quantised.resize(kSampleBlock * packed.quantiser.stride);
  } else {
    packed.floats[1].resize(size);
  }
}

void check(const std::vector<Mlp>& networks, const Normalisation& normalisation,
           const std::vector<float>& low, const std::vector<float>& high,
           WeightPrecision precision) {
  if (networks.empty() || networks.front().layers.empty()) {
    throw std::invalid_argument("no network, or one without layers");
  }
  const std::size_t inputs = networks.front().inputs();
  const bool equal_inputs = std::all_of(networks.begin(), networks.end(), [inputs](const Mlp& mlp) {
    return !mlp.layers.empty() && mlp.inputs() == inputs;
  });
  if (!equal_inputs || normalisation.mean.size() > inputs ||
      normalisation.mean.size() != normalisation.scale.size()) {
    throw std::invalid_argument(
        fmt::format("networks of other than {} inputs, or a normalisation that is longer", inputs));
  }
  if (precision == WeightPrecision::int8 && (low.size() != inputs || high.size() != inputs)) {
    throw std::invalid_argument(
        fmt::format("int8 weights need the ranges of {} inputs, not of {} and {}", inputs,
                    low.size(), high.size()));
  }
}

}  // namespace

std::size_t packed_index(const PackedLayer& layer, std::size_t lanes, std::size_t output,
                         std::size_t step) {
  const std::size_t first = output / (kPanelVectors * lanes) * kPanelVectors * lanes;
  const std::size_t panel_width = std::min(kPanelVectors * lanes, layer.padded - first);
  return first * layer.steps + step * panel_width + (output - first);
}

PackedNetwork pack_network(const std::vector<Mlp>& networks, const Normalisation& normalisation,
                           const std::vector<float>& low, const std::vector<float>& high,
                           const Packing& packing) {
  check(networks, normalisation, low, high, packing.precision);
  PackedNetwork packed;
  packed.inputs = networks.front().inputs();
  for (const Mlp& network : networks) {
    packed.outputs += network.outputs();
  }
  if (packing.precision == WeightPrecision::int8) {
    pack_integers(packed, networks, normalisation, low, high, packing);
  } else {
    pack_floats(packed, networks, normalisation, packing);
  }
  make_scratch(packed, packing.precision);
  return packed;
}

}  // namespace mec::learning
