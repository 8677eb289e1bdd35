// Tiles of the reproducible product: how a few rows times a few vectors of columns are computed on
// each instruction set. Private to matmul.cpp and its tests.
//
// A tile adds op(A) [rows x inner] * op(B) [inner x columns] to C, or stores it there, with all of
// C in registers. Every element is one chain of fused multiply-adds in the order of the inner
// index, each rounded once, so that all kernels give the same bits. FMA is asked for by name:
// contraction is off, and a compiler that does not optimise would not contract anyway.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace mec::learning {

struct Tile {
  const float* a = nullptr;  // element (i, k) is a[i * a_row + k * a_inner]
  std::size_t a_row = 0;
  std::size_t a_inner = 0;
  const float* b = nullptr;  // a packed panel: element (k, j) is b[k * Kernel::kColumns + j]
  float* c = nullptr;
  std::size_t c_stride = 0;
  std::size_t columns = 0;  // of C; those of the panel beyond them are padding
  std::size_t inner = 0;
  bool accumulate = false;
};

/// Two at a time: value = a * b + value, rounded once, from basic operations on doubles that hold
/// floats. The product of two floats is exact as a double; the sum is rounded to odd there (if
/// inexact, to the neighbour whose last bit is 1), so that rounding it once more, to float, is the
/// rounding of the exact result: a double has more than two bits beyond twice a float's (Boldo and
/// Melquiond, "Emulation of a FMA and correctly rounded sums", IEEE Trans. Computers 57(4), 2008).
/// Much faster than std::fma, which libm computes with integers where there is no instruction.
struct PortableFma {
  using Doubles [[gnu::vector_size(16)]] = double;
  using Floats [[gnu::vector_size(8)]] = float;
  using Bits [[gnu::vector_size(16)]] = std::int64_t;

  [[gnu::always_inline]] static void apply(const Doubles& a, const Doubles& b, Doubles& value) {
    const Doubles product = a * b;
    Doubles sum = product + value;
    const Doubles back = sum - product;
    const Doubles error = (product - (sum - back)) + (value - back);  // Knuth's TwoSum: exact
    const Bits inexact = (error > 0.0) | (error < 0.0);               // false where it is NaN
    const Bits towards_zero = (error > 0.0) ^ (sum > 0.0);
    Bits bits = {};
    std::memcpy(&bits, &sum, sizeof bits);
    const Bits to_odd = (towards_zero | 1) & ((bits & 1) - 1);  // +1 or -1 where even, else 0
    bits += to_odd & inexact;
    std::memcpy(&sum, &bits, sizeof bits);
    value = __builtin_convertvector(__builtin_convertvector(sum, Floats), Doubles);
  }
};

/// 4 x 4: eight sums of two doubles hide most of a chain's latency.
struct PortableTile {
  static constexpr std::size_t kRows = 4;
  static constexpr std::size_t kLanes = 2;
  static constexpr std::size_t kColumns = 2 * kLanes;

  template <std::size_t Rows, std::size_t Vectors>
  static void run(const Tile& tile) {
    PortableFma::Doubles sum[Rows][Vectors] = {};
    for (std::size_t i = 0; i < Rows; ++i) {
      for (std::size_t j = 0; tile.accumulate && j < tile.columns; ++j) {
        sum[i][j / kLanes][j % kLanes] = static_cast<double>(tile.c[i * tile.c_stride + j]);
      }
    }
    multiply(tile, sum);
    for (std::size_t i = 0; i < Rows; ++i) {
      for (std::size_t j = 0; j < tile.columns; ++j) {
        tile.c[i * tile.c_stride + j] = static_cast<float>(sum[i][j / kLanes][j % kLanes]);
      }
    }
  }

 private:
  template <std::size_t Rows, std::size_t Vectors>
  static void multiply(const Tile& tile, PortableFma::Doubles (&result)[Rows][Vectors]) {
    // A local copy: what a reference points to would not stay in registers.
    PortableFma::Doubles sum[Rows][Vectors];
    std::memcpy(&sum, &result, sizeof sum);
    for (std::size_t k = 0; k < tile.inner; ++k) {
#pragma GCC unroll 2
      for (std::size_t v = 0; v < Vectors; ++v) {
        PortableFma::Floats packed = {};
        std::memcpy(&packed, tile.b + k * kColumns + v * kLanes, sizeof packed);
        const auto b = __builtin_convertvector(packed, PortableFma::Doubles);
#pragma GCC unroll 4
        for (std::size_t i = 0; i < Rows; ++i) {
          const auto a = static_cast<double>(tile.a[i * tile.a_row + k * tile.a_inner]);
          PortableFma::apply(PortableFma::Doubles{a, a}, b, sum[i][v]);
        }
      }
    }
    std::memcpy(&result, &sum, sizeof sum);
  }
};

#if defined(__x86_64__)
// The two below differ in their vector type only. They are not one template: GCC inlines no
// intrinsic into a function that lacks its instruction set, and an attribute cannot depend on a
// template parameter. The loops over rows and vectors must unroll, or the sums leave the registers.

/// 6 x 16: twelve sums, two vectors of B and one of A in sixteen registers.
struct Avx2Tile {
  static constexpr std::size_t kRows = 6;
  static constexpr std::size_t kLanes = 8;
  static constexpr std::size_t kColumns = 2 * kLanes;

  template <std::size_t Rows, std::size_t Vectors>
  [[gnu::target("avx2,fma")]] static void run(const Tile& tile) {
    if (tile.columns < Vectors * kLanes) {
      run_padded<Rows, Vectors>(tile);
      return;
    }
    __m256 sum[Rows][Vectors];
#pragma GCC unroll 16
    for (std::size_t i = 0; i < Rows; ++i) {
#pragma GCC unroll 2
      for (std::size_t v = 0; v < Vectors; ++v) {
        sum[i][v] = tile.accumulate ? _mm256_loadu_ps(tile.c + i * tile.c_stride + v * kLanes)
                                    : _mm256_setzero_ps();
      }
    }
    const float* a = tile.a;
    const float* b = tile.b;
    for (std::size_t k = 0; k < tile.inner; ++k, a += tile.a_inner, b += kColumns) {
#pragma GCC unroll 16
      for (std::size_t i = 0; i < Rows; ++i) {
        const __m256 factor = _mm256_broadcast_ss(a + i * tile.a_row);
#pragma GCC unroll 2
        for (std::size_t v = 0; v < Vectors; ++v) {
          sum[i][v] = _mm256_fmadd_ps(factor, _mm256_load_ps(b + v * kLanes), sum[i][v]);
        }
      }
    }
#pragma GCC unroll 16
    for (std::size_t i = 0; i < Rows; ++i) {
#pragma GCC unroll 2
      for (std::size_t v = 0; v < Vectors; ++v) {
        _mm256_storeu_ps(tile.c + i * tile.c_stride + v * kLanes, sum[i][v]);
      }
    }
  }

 private:
  // Through a full tile of its own. Not by masked stores: they are slow on some processors.
  template <std::size_t Rows, std::size_t Vectors>
  static void run_padded(const Tile& tile) {
    float full[Rows * kColumns] = {};
    const std::size_t bytes = tile.columns * sizeof(float);
    for (std::size_t i = 0; tile.accumulate && i < Rows; ++i) {
      std::memcpy(full + i * kColumns, tile.c + i * tile.c_stride, bytes);
    }
    Tile padded = tile;
    padded.c = full;
    padded.c_stride = kColumns;
    padded.columns = Vectors * kLanes;
    run<Rows, Vectors>(padded);
    for (std::size_t i = 0; i < Rows; ++i) {
      std::memcpy(tile.c + i * tile.c_stride, full + i * kColumns, bytes);
    }
  }
};

/// 14 x 32: 28 sums, two vectors of B and one of A in 32 registers.
struct Avx512Tile {
  static constexpr std::size_t kRows = 14;
  static constexpr std::size_t kLanes = 16;
  static constexpr std::size_t kColumns = 2 * kLanes;

  template <std::size_t Rows, std::size_t Vectors>
  [[gnu::target("avx512f")]] static void run(const Tile& tile) {
    // Only the last vector of a row may be cut short.
    const std::size_t cut = Vectors * kLanes - tile.columns;
    const __mmask16 masks[2] = {static_cast<__mmask16>(Vectors == 1 ? 0xFFFFU >> cut : 0xFFFFU),
                                static_cast<__mmask16>(0xFFFFU >> cut)};
    __m512 sum[Rows][Vectors];
#pragma GCC unroll 16
    for (std::size_t i = 0; i < Rows; ++i) {
#pragma GCC unroll 2
      for (std::size_t v = 0; v < Vectors; ++v) {
        const float* c = tile.c + i * tile.c_stride + v * kLanes;
        sum[i][v] = tile.accumulate ? _mm512_maskz_loadu_ps(masks[v], c) : _mm512_setzero_ps();
      }
    }
    const float* a = tile.a;
    const float* b = tile.b;
    for (std::size_t k = 0; k < tile.inner; ++k, a += tile.a_inner, b += kColumns) {
#pragma GCC unroll 16
      for (std::size_t i = 0; i < Rows; ++i) {
        const __m512 factor = _mm512_set1_ps(a[i * tile.a_row]);
#pragma GCC unroll 2
        for (std::size_t v = 0; v < Vectors; ++v) {
          sum[i][v] = _mm512_fmadd_ps(factor, _mm512_load_ps(b + v * kLanes), sum[i][v]);
        }
      }
    }
#pragma GCC unroll 16
    for (std::size_t i = 0; i < Rows; ++i) {
#pragma GCC unroll 2
      for (std::size_t v = 0; v < Vectors; ++v) {
        _mm512_mask_storeu_ps(tile.c + i * tile.c_stride + v * kLanes, masks[v], sum[i][v]);
      }
    }
  }
};
#endif

}  // namespace mec::learning
