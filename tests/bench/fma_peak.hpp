// What one core can do at best: single-precision multiply-adds in its widest vectors, in GFLOP/s (a
// multiplication and an addition count as two).
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace mec::bench {

namespace detail {

constexpr std::size_t kSpins = 1U << 20U;

#if defined(__x86_64__)
// Independent chains of multiply-adds, more than latency x units of any processor so far, that stay
// in registers: nothing else can limit them. Returns a value that depends on all.
[[gnu::target("avx2,fma")]] inline float spin_avx2(float seed) {
  constexpr std::size_t kChains = 12;
  __m256 chain[kChains];
#pragma GCC unroll 16
  for (std::size_t i = 0; i < kChains; ++i) {
    chain[i] = _mm256_set1_ps(seed + static_cast<float>(i));  // equal ones would be merged
  }
  const __m256 factor = _mm256_set1_ps(seed);
  for (std::size_t n = 0; n < kSpins; ++n) {
#pragma GCC unroll 16
    for (__m256& value : chain) {
      value = _mm256_fmadd_ps(value, factor, factor);
    }
  }
  __m256 sum = _mm256_setzero_ps();
#pragma GCC unroll 16
  for (const __m256& value : chain) {
    sum = _mm256_add_ps(sum, value);
  }
  return _mm256_cvtss_f32(sum);
}
constexpr double kSpinAvx2Flops = 12.0 * 8 * 2 * kSpins;

[[gnu::target("avx512f")]] inline float spin_avx512(float seed) {
  constexpr std::size_t kChains = 24;
  __m512 chain[kChains];
#pragma GCC unroll 32
  for (std::size_t i = 0; i < kChains; ++i) {
    chain[i] = _mm512_set1_ps(seed + static_cast<float>(i));
  }
  const __m512 factor = _mm512_set1_ps(seed);
  for (std::size_t n = 0; n < kSpins; ++n) {
#pragma GCC unroll 32
    for (__m512& value : chain) {
      value = _mm512_fmadd_ps(value, factor, factor);
    }
  }
  __m512 sum = _mm512_setzero_ps();
#pragma GCC unroll 32
  for (const __m512& value : chain) {
    sum = _mm512_add_ps(sum, value);
  }
  return _mm512_cvtss_f32(sum);
}
constexpr double kSpinAvx512Flops = 24.0 * 16 * 2 * kSpins;
#endif

inline double seconds_of(float (*spin)(float)) {
  float seed = 0.5F;
  benchmark::DoNotOptimize(seed);
  const auto begin = std::chrono::steady_clock::now();
  float result = spin(seed);
  benchmark::DoNotOptimize(result);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// The best of several attempts: other programs may share the core.
inline double best_of(float (*spin)(float), double flops) {
  double best = 0;
  for (int attempt = 0; attempt < 20; ++attempt) {
    best = std::max(best, 1e-9 * flops / seconds_of(spin));
  }
  return best;
}

}  // namespace detail

/// Measured once. 0 where there is no fused multiply-add of vectors.
inline double fma_peak() {
#if defined(__x86_64__)
  static const double gflops = __builtin_cpu_supports("avx512f")
                                   ? detail::best_of(detail::spin_avx512, detail::kSpinAvx512Flops)
                               : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
                                   ? detail::best_of(detail::spin_avx2, detail::kSpinAvx2Flops)
                                   : 0.0;
  return gflops;
#else
  return 0.0;
#endif
}

}  // namespace mec::bench
