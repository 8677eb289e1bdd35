// The decision kernels, one family per instruction set (fused_portable.cpp, fused_avx2.cpp, ...).
// Private to fused_network.cpp.
#pragma once

#include <cstddef>

#include "policies/learning/inference/packed_network.hpp"

namespace mec::learning {

/// Input vectors [rows x inputs] to scores [rows x outputs], both row-major and dense. The same
/// bits from both functions.
struct NetworkFunctions {
  void (*one)(PackedNetwork& network, const float* input, float* output) = nullptr;
  void (*many)(PackedNetwork& network, const float* input, std::size_t rows,
               float* output) = nullptr;
};

/// Vector widths that weights are packed for.
inline constexpr std::size_t kPortableLanes = 8;
inline constexpr std::size_t kAvx2Lanes = 8;
inline constexpr std::size_t kAvx512Lanes = 16;

[[nodiscard]] NetworkFunctions portable_network(WeightPrecision precision);
#if defined(__x86_64__)
[[nodiscard]] NetworkFunctions avx2_network(WeightPrecision precision);
[[nodiscard]] NetworkFunctions avx512_network(WeightPrecision precision);
/// int8 with the dot-product instructions.
[[nodiscard]] NetworkFunctions avx512_vnni_network();
#endif

}  // namespace mec::learning
