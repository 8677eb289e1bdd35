// Weights as the decision kernels read them: normalisation folded in, outputs in panels of two
// vectors, inputs down the panel. What is computed with them is fused_tiles.hpp.
#pragma once

#include <boost/align/aligned_allocator.hpp>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "policies/learning/inference/fused_network.hpp"

namespace mec::learning {

template <class T>
using AlignedVector = std::vector<T, boost::alignment::aligned_allocator<T, 64>>;

/// Samples that go through the layers together. Divisible by every kernel's rows per register tile,
/// and their activations stay in the level-2 cache for layers of 1024.
inline constexpr std::size_t kSampleBlock = 48;
/// Chains of multiply-adds that a sum of floats is made of (fused_tiles.hpp).
inline constexpr std::size_t kSumChains = 4;
/// Vectors of outputs in a panel.
inline constexpr std::size_t kPanelVectors = 2;

/// A layer; one of the three kinds of weights is there. Element (output, step) lies at
/// panel * panel width * steps + step * (this panel's width) + (output in the panel); int8 has two
/// inputs there, side by side, as a step.
struct PackedLayer {
  std::size_t steps = 0;    // inputs, or pairs of inputs (int8)
  std::size_t outputs = 0;  // real ones
  std::size_t padded = 0;   // up to a whole vector; what is beyond `outputs` is zero
  AlignedVector<float> floats;
  AlignedVector<std::uint16_t> halves;
  AlignedVector<std::int8_t> bytes;
  AlignedVector<float> bias;   // padded
  AlignedVector<float> scale;  // int8: what one unit of the integer sum is worth
};

/// int8: input i becomes the integer nearest to fma(input, factor, offset), in [0, 32767].
struct InputQuantiser {
  AlignedVector<float> factor;  // padded to `stride` with zeros
  AlignedVector<float> offset;
  std::size_t stride = 0;
};

struct PackedNetwork {
  std::size_t inputs = 0;
  std::size_t outputs = 0;  // over all networks
  std::vector<std::vector<PackedLayer>> networks;
  InputQuantiser quantiser;

  // Scratch of one block of samples, in rows of `width` values.
  std::size_t width = 0;
  AlignedVector<float> floats[2];
  AlignedVector<std::int16_t> integers[2];
  AlignedVector<std::int16_t> quantised;  // inputs, in rows of quantiser.stride
};

/// What a kernel wants: outputs in a vector, and whether it reads half-precision weights as they
/// are (else they are unpacked here, to the same values).
struct Packing {
  WeightPrecision precision = WeightPrecision::fp32;
  std::size_t lanes = 8;
  bool reads_halves = false;
};

/// Throws UserError if a weight does not fit in half precision.
[[nodiscard]] PackedNetwork pack_network(const std::vector<Mlp>& networks,
                                         const Normalisation& normalisation,
                                         const std::vector<float>& low,
                                         const std::vector<float>& high, const Packing& packing);

/// Place of weight (output, step) in a layer, in steps.
[[nodiscard]] std::size_t packed_index(const PackedLayer& layer, std::size_t lanes,
                                       std::size_t output, std::size_t step);

}  // namespace mec::learning
