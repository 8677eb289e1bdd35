// Decision kernels for AVX2 with FMA and F16C.
#if defined(__x86_64__)

#include <immintrin.h>

#include "policies/learning/inference/fused_kernels.hpp"
#include "policies/learning/inference/quantise.hpp"

#define MEC_TARGET [[gnu::target("avx2,fma,f16c")]]
#include "policies/learning/inference/fused_tiles.hpp"

namespace mec::learning {

namespace {

constexpr float kCeiling = kActivationCeiling;

// What single and half precision share: everything but the weights.
struct Floats {
  using Input = float;
  using Sum = __m256;
  using Operand = __m256;
  static constexpr std::size_t kLanes = kAvx2Lanes;
  static constexpr std::size_t kStep = 1;
  static constexpr std::size_t kRows = 4;
  static constexpr std::size_t kChains = kSumChains;
  static constexpr std::size_t kPanels = 1;

  MEC_INLINE static const float* input_of(const PackedNetwork& network, const float* input,
                                          std::size_t, std::size_t& stride) {
    stride = network.inputs;
    return input;
  }
  MEC_INLINE static float* hidden_of(PackedNetwork& network, std::size_t buffer) {
    return network.floats[buffer].data();
  }
  MEC_INLINE static float* scores_of(PackedNetwork& network, const float* input) {
    return network.floats[input == network.floats[0].data() ? 1 : 0].data();
  }
  MEC_INLINE static Sum start(const PackedLayer& layer, std::size_t column) {
    return _mm256_load_ps(layer.bias.data() + column);
  }
  MEC_INLINE static Sum zero() { return _mm256_setzero_ps(); }
  MEC_INLINE static Operand broadcast(const float* from) { return _mm256_broadcast_ss(from); }
  MEC_INLINE static Sum multiply_add(Operand w, Operand x, Sum sum) {
    return _mm256_fmadd_ps(w, x, sum);
  }
  MEC_INLINE static Sum add(Sum a, Sum b) { return _mm256_add_ps(a, b); }
  struct Scaling {};
  MEC_INLINE static Scaling scaling_of(const PackedLayer&, std::size_t) { return {}; }
  MEC_INLINE static void store_scores(Scaling, Sum sum, float* to) { _mm256_storeu_ps(to, sum); }
  MEC_INLINE static void store_hidden(Scaling, Sum sum, float* to) {
    _mm256_store_ps(to, _mm256_max_ps(sum, _mm256_setzero_ps()));
  }
};

struct Fp32 : Floats {
  using Weight = float;
  MEC_INLINE static const float* weights_of(const PackedLayer& layer) {
    return layer.floats.data();
  }
  MEC_INLINE static Operand load(const float* from) { return _mm256_load_ps(from); }
};

struct Fp16 : Floats {
  using Weight = std::uint16_t;
  MEC_INLINE static const std::uint16_t* weights_of(const PackedLayer& layer) {
    return layer.halves.data();
  }
  MEC_INLINE static Operand load(const std::uint16_t* from) {
    return _mm256_cvtph_ps(_mm_load_si128(reinterpret_cast<const __m128i*>(from)));
  }
};

struct Int8 {
  using Weight = std::int8_t;
  using Input = std::int16_t;
  using Sum = __m256i;
  using Operand = __m256i;
  static constexpr std::size_t kLanes = kAvx2Lanes;
  static constexpr std::size_t kStep = 2;
  static constexpr std::size_t kRows = 4;
  static constexpr std::size_t kChains = 1;
  static constexpr std::size_t kPanels = 1;

  MEC_INLINE static const std::int8_t* weights_of(const PackedLayer& layer) {
    return layer.bytes.data();
  }
  // Nearest, ties to even, and clamped; eight integers of 16 bits. |value| < 2^31.
  MEC_INLINE static __m128i rounded(__m256 value) {
    const __m256i wide = _mm256_cvtps_epi32(value);
    const __m128i narrow =
        _mm_packs_epi32(_mm256_castsi256_si128(wide), _mm256_extracti128_si256(wide, 1));
    return _mm_max_epi16(narrow, _mm_setzero_si128());
  }
  MEC_INLINE static const std::int16_t* input_of(PackedNetwork& network, const float* input,
                                                 std::size_t rows, std::size_t& stride) {
    const InputQuantiser& quantiser = network.quantiser;
    stride = quantiser.stride;
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t i = 0; i < network.inputs; i += kLanes) {
        const __m256i left = _mm256_set1_epi32(static_cast<int>(network.inputs - i));
        const __m256 x =
            _mm256_maskload_ps(input + row * network.inputs + i, _mm256_cmpgt_epi32(left, lane));
        const __m256 value = _mm256_fmadd_ps(x, _mm256_load_ps(quantiser.factor.data() + i),
                                             _mm256_load_ps(quantiser.offset.data() + i));
        // Inputs may be anything: NaN is 0 here, and huge is the ceiling.
        const __m256 positive = _mm256_max_ps(value, _mm256_setzero_ps());
        const __m256 clamped = _mm256_min_ps(positive, _mm256_set1_ps(kCeiling));
        _mm_store_si128(reinterpret_cast<__m128i*>(network.quantised.data() + row * stride + i),
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
  MEC_INLINE static Sum zero() { return _mm256_setzero_si256(); }
  MEC_INLINE static Operand load(const std::int8_t* from) {
    return _mm256_cvtepi8_epi16(_mm_load_si128(reinterpret_cast<const __m128i*>(from)));
  }
  MEC_INLINE static Operand broadcast(const std::int16_t* from) {
    std::int32_t pair = 0;
    __builtin_memcpy(&pair, from, sizeof pair);
    return _mm256_set1_epi32(pair);
  }
  MEC_INLINE static Sum multiply_add(Operand w, Operand x, Sum sum) {
    return _mm256_add_epi32(sum, _mm256_madd_epi16(w, x));
  }
  MEC_INLINE static Sum add(Sum a, Sum b) { return _mm256_add_epi32(a, b); }
  struct Scaling {
    __m256 scale;
    __m256 bias;
  };
  MEC_INLINE static Scaling scaling_of(const PackedLayer& layer, std::size_t column) {
    return {_mm256_load_ps(layer.scale.data() + column),
            _mm256_load_ps(layer.bias.data() + column)};
  }
  MEC_INLINE static __m256 value(const Scaling& scaling, Sum sum) {
    return _mm256_fmadd_ps(_mm256_cvtepi32_ps(sum), scaling.scale, scaling.bias);
  }
  MEC_INLINE static void store_scores(const Scaling& scaling, Sum sum, float* to) {
    _mm256_storeu_ps(to, value(scaling, sum));
  }
  MEC_INLINE static void store_hidden(const Scaling& scaling, Sum sum, std::int16_t* to) {
    _mm_store_si128(reinterpret_cast<__m128i*>(to), rounded(value(scaling, sum)));
  }
};

}  // namespace

NetworkFunctions avx2_network(WeightPrecision precision) {
  switch (precision) {
    case WeightPrecision::fp32:
      return functions_of<Fp32>();
    case WeightPrecision::fp16:
      return functions_of<Fp16>();
    case WeightPrecision::int8:
      break;
  }
  return functions_of<Int8>();
}

}  // namespace mec::learning

#endif
