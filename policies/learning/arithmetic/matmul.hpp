// Matrix products of training and of batched decisions, in single precision.
//
// Reproducible by construction: every element of the result is one chain of fused multiply-adds
// over the inner dimension, from its first index to its last, whatever the machine, the vector
// width or the blocking. So a seed gives the same model on every machine. `fast` hands the product
// to the BLAS that was found at configure time (OpenBLAS), or else to Eigen: results then differ
// between machines in the last places, and so do the models.
#pragma once

#include <cstddef>
#include <vector>

namespace mec::learning {

enum class Arithmetic { reproducible, fast };
enum class Transpose { no, yes };
enum class Accumulate { no, yes };  // C = A B, or C = C + A B

/// Instruction sets that the reproducible product is built for. All give the same bits.
enum class MatmulKernel { portable, avx2, avx512 };

/// Those that this machine has, the fastest last.
[[nodiscard]] const std::vector<MatmulKernel>& supported_matmul_kernels();

/// Row-major operands; `stride` is the distance between rows as stored.
struct ConstMatrix {
  const float* data = nullptr;
  std::size_t stride = 0;
  Transpose transpose = Transpose::no;
};
struct MatmulShape {
  std::size_t rows = 0;     // of the result
  std::size_t columns = 0;  // of the result
  std::size_t inner = 0;
};

/// C [rows x columns] = op(A) [rows x inner] * op(B) [inner x columns] (+ C). C overlaps neither.
void multiply(Arithmetic arithmetic, const MatmulShape& shape, ConstMatrix a, ConstMatrix b,
              float* c, std::size_t c_stride, Accumulate accumulate = Accumulate::no);

/// The reproducible product by a kernel of one's choice, which must be a supported one.
void multiply(MatmulKernel kernel, const MatmulShape& shape, ConstMatrix a, ConstMatrix b, float* c,
              std::size_t c_stride, Accumulate accumulate = Accumulate::no);

/// "OpenBLAS 0.3.21 (Haswell)", or "Eigen 3.4.0" where no BLAS was found: what `fast` runs on.
[[nodiscard]] const char* fast_arithmetic_name();

}  // namespace mec::learning
