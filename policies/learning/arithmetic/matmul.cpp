#include "policies/learning/arithmetic/matmul.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <new>
#include <stdexcept>
#include <utility>

#include "policies/learning/arithmetic/matmul_fast.hpp"
#include "policies/learning/arithmetic/matmul_kernels.hpp"

namespace mec::learning {

namespace {

// Blocks after Goto and van de Geijn ("Anatomy of high-performance matrix multiplication", ACM TOMS
// 34(3), 2008): a panel of B (kInnerBlock x Kernel::kColumns, 32 KB at most) stays in the first
// cache, a block of A (256 KB) in the second. Between blocks of the inner dimension a chain waits
// in C, a float as it is in the register.
constexpr std::size_t kInnerBlock = 256;
constexpr std::size_t kRowBlock = 252;  // a multiple of every kernel's kRows
constexpr std::size_t kColumnBlock = 512;

constexpr std::size_t kAlignment = 64;

// Memory that a thread keeps for its packed panels.
class Scratch {
 public:
  float* at_least(std::size_t size) {
    if (size > size_) {
      memory_.reset();
      memory_.reset(
          static_cast<float*>(::operator new (size * sizeof(float), std::align_val_t{kAlignment})));
      size_ = size;
    }
    return memory_.get();
  }

 private:
  struct Delete {
    void operator()(float* memory) const {
      ::operator delete (memory, std::align_val_t{kAlignment});
    }
  };
  std::unique_ptr<float, Delete> memory_;
  std::size_t size_ = 0;
};

// [inner x columns] with rows `stride` apart to [inner x Width], zeros beyond `columns`.
template <std::size_t Width>
void pack_rows(const float* from, std::size_t stride, std::size_t inner, std::size_t columns,
               float* to) {
  for (std::size_t k = 0; k < inner; ++k, from += stride, to += Width) {
    if (columns == Width) {
      std::memcpy(to, from, Width * sizeof(float));
    } else {
      std::copy_n(from, columns, to);
      std::fill(to + columns, to + Width, 0.0F);
    }
  }
}

using Quad [[gnu::vector_size(16)]] = float;

// to[k * to_stride + j] = from[j * from_stride + k] for j, k in 0..3.
void transpose_quad(const float* from, std::size_t from_stride, float* to, std::size_t to_stride) {
  Quad row[4] = {};
  for (std::size_t j = 0; j < 4; ++j) {
    std::memcpy(&row[j], from + j * from_stride, sizeof(Quad));
  }
  const Quad low01 = __builtin_shufflevector(row[0], row[1], 0, 4, 1, 5);
  const Quad low23 = __builtin_shufflevector(row[2], row[3], 0, 4, 1, 5);
  const Quad high01 = __builtin_shufflevector(row[0], row[1], 2, 6, 3, 7);
  const Quad high23 = __builtin_shufflevector(row[2], row[3], 2, 6, 3, 7);
  const Quad column[4] = {__builtin_shufflevector(low01, low23, 0, 1, 4, 5),
                          __builtin_shufflevector(low01, low23, 2, 3, 6, 7),
                          __builtin_shufflevector(high01, high23, 0, 1, 4, 5),
                          __builtin_shufflevector(high01, high23, 2, 3, 6, 7)};
  for (std::size_t k = 0; k < 4; ++k) {
    std::memcpy(to + k * to_stride, &column[k], sizeof(Quad));
  }
}

// [columns x inner] with rows `stride` apart to [inner x Width], zeros beyond `columns`.
template <std::size_t Width>
void pack_transposed(const float* from, std::size_t stride, std::size_t inner, std::size_t columns,
                     float* to) {
  const std::size_t whole_columns = columns / 4 * 4;
  const std::size_t whole_inner = inner / 4 * 4;
  for (std::size_t k = 0; k < whole_inner; k += 4) {
    for (std::size_t j = 0; j < whole_columns; j += 4) {
      transpose_quad(from + j * stride + k, stride, to + k * Width + j, Width);
    }
  }
  for (std::size_t k = 0; k < inner; ++k) {
    for (std::size_t j = k < whole_inner ? whole_columns : 0; j < Width; ++j) {
      to[k * Width + j] = j < columns ? from[j * stride + k] : 0.0F;
    }
  }
}

// One entry a height and width, counted from one row and one vector.
template <class Kernel>
using TileTable = std::array<std::array<void (*)(const Tile&), 2>, Kernel::kRows>;

template <class Kernel, std::size_t... Row>
constexpr TileTable<Kernel> tile_table(std::index_sequence<Row...>) {
  return {{{&Kernel::template run<Row + 1, 1>, &Kernel::template run<Row + 1, 2>}...}};
}

template <class Kernel>
class BlockedProduct {
 public:
  BlockedProduct(const MatmulShape& shape, ConstMatrix a, ConstMatrix b, float* c,
                 std::size_t c_stride)
      : shape_(shape), a_(a), b_(b), c_(c) {
    tile_.a_row = a.transpose == Transpose::yes ? 1 : a.stride;
    tile_.a_inner = a.transpose == Transpose::yes ? a.stride : 1;
    tile_.c_stride = c_stride;
  }

  void run(Accumulate accumulate) {
    for (std::size_t j = 0; j < shape_.columns; j += kColumnBlock) {
      columns_ = {j, std::min(kColumnBlock, shape_.columns - j)};
      for (std::size_t k = 0; k < shape_.inner; k += kInnerBlock) {
        inner_ = {k, std::min(kInnerBlock, shape_.inner - k)};
        tile_.accumulate = accumulate == Accumulate::yes || k > 0;
        pack_b();
        for (std::size_t i = 0; i < shape_.rows; i += kRowBlock) {
          rows_ = {i, std::min(kRowBlock, shape_.rows - i)};
          run_block();
        }
      }
    }
  }

 private:
  static_assert(kRowBlock % Kernel::kRows == 0 && kColumnBlock % Kernel::kColumns == 0);
  static constexpr TileTable<Kernel> kTiles =
      tile_table<Kernel>(std::make_index_sequence<Kernel::kRows>());

  struct Range {
    std::size_t begin = 0;
    std::size_t size = 0;
  };

  static std::size_t round_up(std::size_t size, std::size_t multiple) {
    return (size + multiple - 1) / multiple * multiple;
  }

  void pack_b() {
    thread_local Scratch scratch;
    float* panel = scratch.at_least(round_up(columns_.size, Kernel::kColumns) * inner_.size);
    packed_b_ = panel;
    for (std::size_t j = 0; j < columns_.size; j += Kernel::kColumns) {
      const std::size_t column = columns_.begin + j;
      const std::size_t width = std::min(Kernel::kColumns, columns_.size - j);
      if (b_.transpose == Transpose::yes) {
        pack_transposed<Kernel::kColumns>(b_.data + column * b_.stride + inner_.begin, b_.stride,
                                          inner_.size, width, panel);
      } else {
        pack_rows<Kernel::kColumns>(b_.data + inner_.begin * b_.stride + column, b_.stride,
                                    inner_.size, width, panel);
      }
      panel += Kernel::kColumns * inner_.size;
    }
  }

  // Tiles read A as it is stored, transposed or not: packing it costs more than it saves with
  // layers of up to a few hundred units. Transposed with rows of 1024, AVX2 loses a quarter.
  [[nodiscard]] const float* a_at(std::size_t i, std::size_t k) const {
    return a_.transpose == Transpose::yes ? a_.data + k * a_.stride + i
                                          : a_.data + i * a_.stride + k;
  }

  void run_block() {
    tile_.inner = inner_.size;
    for (std::size_t j = 0; j < columns_.size; j += Kernel::kColumns) {
      tile_.b = packed_b_ + j * inner_.size;
      tile_.columns = std::min(Kernel::kColumns, columns_.size - j);
      const std::size_t vectors = tile_.columns > Kernel::kLanes ? 2 : 1;
      tile_.a = a_at(rows_.begin, inner_.begin);
      tile_.c = c_ + rows_.begin * tile_.c_stride + columns_.begin + j;
      for (std::size_t i = 0; i < rows_.size; i += Kernel::kRows) {
        kTiles[std::min(Kernel::kRows, rows_.size - i) - 1][vectors - 1](tile_);
        tile_.a += Kernel::kRows * tile_.a_row;
        tile_.c += Kernel::kRows * tile_.c_stride;
      }
    }
  }

  MatmulShape shape_;
  ConstMatrix a_;
  ConstMatrix b_;
  float* c_;

  // The block at hand.
  Range rows_;
  Range columns_;
  Range inner_;
  const float* packed_b_ = nullptr;
  Tile tile_;
};

void check(const MatmulShape& shape, const ConstMatrix& a, const ConstMatrix& b,
           std::size_t c_stride) {
  const bool a_fits = a.stride >= (a.transpose == Transpose::yes ? shape.rows : shape.inner);
  const bool b_fits = b.stride >= (b.transpose == Transpose::yes ? shape.inner : shape.columns);
  if (!a_fits || !b_fits || c_stride < shape.columns) {
    throw std::invalid_argument("a matrix whose rows are longer than its stride");
  }
}

// Answers for shapes that leave nothing to multiply; true if it was one.
bool multiply_nothing(const MatmulShape& shape, float* c, std::size_t c_stride,
                      Accumulate accumulate) {
  if (shape.inner == 0 && accumulate == Accumulate::no) {
    for (std::size_t i = 0; i < shape.rows; ++i) {
      std::fill_n(c + i * c_stride, shape.columns, 0.0F);
    }
  }
  return shape.rows == 0 || shape.columns == 0 || shape.inner == 0;
}

}  // namespace

const std::vector<MatmulKernel>& supported_matmul_kernels() {
  static const std::vector<MatmulKernel> kernels = [] {
    std::vector<MatmulKernel> found{MatmulKernel::portable};
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
      found.push_back(MatmulKernel::avx2);
    }
    if (__builtin_cpu_supports("avx512f")) {
      found.push_back(MatmulKernel::avx512);
    }
#endif
    return found;
  }();
  return kernels;
}

void multiply(MatmulKernel kernel, const MatmulShape& shape, ConstMatrix a, ConstMatrix b, float* c,
              std::size_t c_stride, Accumulate accumulate) {
  const std::vector<MatmulKernel>& supported = supported_matmul_kernels();
  if (std::find(supported.begin(), supported.end(), kernel) == supported.end()) {
    throw std::invalid_argument("a kernel that this machine does not support");
  }
  check(shape, a, b, c_stride);
  if (multiply_nothing(shape, c, c_stride, accumulate)) {
    return;
  }
#if defined(__x86_64__)
  if (kernel == MatmulKernel::avx512) {
    BlockedProduct<Avx512Tile>(shape, a, b, c, c_stride).run(accumulate);
    return;
  }
  if (kernel == MatmulKernel::avx2) {
    BlockedProduct<Avx2Tile>(shape, a, b, c, c_stride).run(accumulate);
    return;
  }
#endif
  BlockedProduct<PortableTile>(shape, a, b, c, c_stride).run(accumulate);
}

void multiply(Arithmetic arithmetic, const MatmulShape& shape, ConstMatrix a, ConstMatrix b,
              float* c, std::size_t c_stride, Accumulate accumulate) {
  if (arithmetic == Arithmetic::reproducible) {
    multiply(supported_matmul_kernels().back(), shape, a, b, c, c_stride, accumulate);
    return;
  }
  check(shape, a, b, c_stride);
  if (!multiply_nothing(shape, c, c_stride, accumulate)) {
    multiply_by_library(shape, a, b, c, c_stride, accumulate);
  }
}

}  // namespace mec::learning
