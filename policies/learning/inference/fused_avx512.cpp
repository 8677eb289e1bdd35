// Decision kernels for AVX-512 (F, BW, DQ, VL: every processor that has it since 2017).
#if defined(__x86_64__)

#include "policies/learning/inference/avx512_intrinsics.hpp"
#include "policies/learning/inference/fused_kernels.hpp"

#define MEC_TARGET [[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,fma,f16c")]]
#include "policies/learning/inference/fused_int8_avx512.hpp"

namespace mec::learning {

namespace {

// What single and half precision share: everything but the weights.
struct Floats {
  using Input = float;
  using Sum = __m512;
  using Operand = __m512;
  static constexpr std::size_t kLanes = kAvx512Lanes;
  static constexpr std::size_t kStep = 1;
  static constexpr std::size_t kRows = 6;
  static constexpr std::size_t kChains = kSumChains;
  static constexpr std::size_t kPanels = 2;

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
    return _mm512_load_ps(layer.bias.data() + column);
  }
  MEC_INLINE static Sum zero() { return _mm512_setzero_ps(); }
  MEC_INLINE static Operand broadcast(const float* from) { return _mm512_set1_ps(*from); }
  MEC_INLINE static Sum multiply_add(Operand w, Operand x, Sum sum) {
    return _mm512_fmadd_ps(w, x, sum);
  }
  MEC_INLINE static Sum add(Sum a, Sum b) { return _mm512_add_ps(a, b); }
  struct Scaling {};
  MEC_INLINE static Scaling scaling_of(const PackedLayer&, std::size_t) { return {}; }
  MEC_INLINE static void store_scores(Scaling, Sum sum, float* to) { _mm512_storeu_ps(to, sum); }
  MEC_INLINE static void store_hidden(Scaling, Sum sum, float* to) {
    _mm512_store_ps(to, _mm512_max_ps(sum, _mm512_setzero_ps()));
  }
};

struct Fp32 : Floats {
  using Weight = float;
  MEC_INLINE static const float* weights_of(const PackedLayer& layer) {
    return layer.floats.data();
  }
  MEC_INLINE static Operand load(const float* from) { return _mm512_load_ps(from); }
};

struct Fp16 : Floats {
  using Weight = std::uint16_t;
  MEC_INLINE static const std::uint16_t* weights_of(const PackedLayer& layer) {
    return layer.halves.data();
  }
  MEC_INLINE static Operand load(const std::uint16_t* from) {
    return _mm512_cvtph_ps(_mm256_load_si256(reinterpret_cast<const __m256i*>(from)));
  }
};

struct Int8 : Int8Base {
  MEC_INLINE static Sum multiply_add(Operand w, Operand x, Sum sum) {
    return _mm512_add_epi32(sum, _mm512_madd_epi16(w, x));
  }
};

}  // namespace

NetworkFunctions avx512_network(WeightPrecision precision) {
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
