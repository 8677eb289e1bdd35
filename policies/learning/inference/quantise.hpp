// Networks in integers: weights of 8 bits with a scale per output, activations of 15 bits with one
// static scale per layer. Sums are exact in 32 bits.
//
// A hidden activation h in [0, R] is stored as the integer nearest to h / R * 32767. R is four
// times the largest value that random inputs from the given ranges bring about (drawn here, always
// the same), or the bound from interval arithmetic where that is less; 15 bits leave room for such
// a margin. An input has its own range, which its weights take in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "policies/learning/model/model.hpp"

namespace mec::learning {

/// Activations are integers in [0, kActivationCeiling].
inline constexpr int kActivationCeiling = 32'767;

/// sum = weights * inputs in integers, below 2^31 in magnitude; then fma(sum, scale, bias) is, in a
/// hidden layer, the next layer's integer input (rounded and clamped; it is below 2^31 before
/// that), in the last layer the score.
struct QuantisedLayer {
  std::size_t inputs = 0;
  std::size_t outputs = 0;
  std::vector<std::int8_t> weights;  // [outputs x inputs]
  std::vector<float> scale;
  std::vector<float> bias;
};

struct QuantisedNetworks {
  std::vector<std::vector<QuantisedLayer>> networks;
  // Integer input i: fma(input, factor, offset), rounded and clamped; the input is as it comes,
  // before normalisation.
  std::vector<float> input_factor;
  std::vector<float> input_offset;
};

/// `low` and `high`: range of each input after normalisation.
[[nodiscard]] QuantisedNetworks quantise(const std::vector<Mlp>& networks,
                                         const Normalisation& normalisation,
                                         const std::vector<float>& low,
                                         const std::vector<float>& high);

}  // namespace mec::learning
