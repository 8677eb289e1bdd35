// Integer arithmetic of the AVX-512 decision kernels but the product itself, which depends on
// whether there are dot-product instructions. Included after MEC_TARGET is defined
// (fused_tiles.hpp).
#pragma once

#include "policies/learning/inference/avx512_intrinsics.hpp"
#include "policies/learning/inference/fused_kernels.hpp"
#include "policies/learning/inference/fused_tiles.hpp"
#include "policies/learning/inference/quantise.hpp"

namespace mec::learning {

namespace {

struct Int8Base {
  using Weight = std::int8_t;
  using Input = std::int16_t;
  using Sum = __m512i;
  using Operand = __m512i;
  static constexpr std::size_t kLanes = kAvx512Lanes;
  static constexpr std::size_t kStep = 2;
  static constexpr std::size_t kRows = 8;
  static constexpr std::size_t kChains = 1;
  static constexpr std::size_t kPanels = 2;

  MEC_INLINE static const std::int8_t* weights_of(const PackedLayer& layer) {
    return layer.bytes.data();
  }
  // Nearest, ties to even, and clamped; sixteen integers of 16 bits. |value| < 2^31.
  MEC_INLINE static __m256i rounded(__m512 value) {
    const __m256i narrow = _mm512_cvtsepi32_epi16(_mm512_cvtps_epi32(value));
    return _mm256_max_epi16(narrow, _mm256_setzero_si256());
  }
  MEC_INLINE static const std::int16_t* input_of(PackedNetwork& network, const float* input,
                                                 std::size_t rows, std::size_t& stride) {
    const InputQuantiser& quantiser = network.quantiser;
    stride = quantiser.stride;
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t i = 0; i < network.inputs; i += kLanes) {
        const std::size_t left = network.inputs - i;
        const auto mask = static_cast<__mmask16>(left < kLanes ? (1U << left) - 1U : 0xffffU);
        const __m512 x = _mm512_maskz_loadu_ps(mask, input + row * network.inputs + i);
        const __m512 value = _mm512_fmadd_ps(x, _mm512_load_ps(quantiser.factor.data() + i),
                                             _mm512_load_ps(quantiser.offset.data() + i));
        // Inputs may be anything: NaN is 0 here, and huge is the ceiling.
        const __m512 positive = _mm512_max_ps(value, _mm512_setzero_ps());
        const __m512 clamped = _mm512_min_ps(positive, _mm512_set1_ps(kActivationCeiling));
        _mm256_store_si256(reinterpret_cast<__m256i*>(network.quantised.data() + row * stride + i),
                           rounded(clamped));
      }
    }
    return network.quantised.data();
  }
  MEC_INLINE static std::int16_t* hidden_of(PackedNetwork& network, std::size_t buffer) {
    return network.integers[buffer].data();
  }
  MEC_INLINE static float* scores_of(PackedNetwork& network, const std::int16_t*) {
    return network.floats[0].data();
  }
  MEC_INLINE static Sum start(const PackedLayer&, std::size_t) { return zero(); }
  MEC_INLINE static Sum zero() { return _mm512_setzero_si512(); }
  MEC_INLINE static Operand load(const std::int8_t* from) {
    return _mm512_cvtepi8_epi16(_mm256_load_si256(reinterpret_cast<const __m256i*>(from)));
  }
  MEC_INLINE static Operand broadcast(const std::int16_t* from) {
    std::int32_t pair = 0;
    __builtin_memcpy(&pair, from, sizeof pair);
    return _mm512_set1_epi32(pair);
  }
  MEC_INLINE static Sum add(Sum a, Sum b) { return _mm512_add_epi32(a, b); }
  struct Scaling {
    __m512 scale;
    __m512 bias;
  };
  MEC_INLINE static Scaling scaling_of(const PackedLayer& layer, std::size_t column) {
    return {_mm512_load_ps(layer.scale.data() + column),
            _mm512_load_ps(layer.bias.data() + column)};
  }
  MEC_INLINE static __m512 value(const Scaling& scaling, Sum sum) {
    return _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum), scaling.scale, scaling.bias);
  }
  MEC_INLINE static void store_scores(const Scaling& scaling, Sum sum, float* to) {
    _mm512_storeu_ps(to, value(scaling, sum));
  }
  MEC_INLINE static void store_hidden(const Scaling& scaling, Sum sum, std::int16_t* to) {
    _mm256_store_si256(reinterpret_cast<__m256i*>(to), rounded(value(scaling, sum)));
  }
};

}  // namespace

}  // namespace mec::learning
