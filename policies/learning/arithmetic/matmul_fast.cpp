#include "policies/learning/arithmetic/matmul_fast.hpp"

#include <string>

#if defined(MECSIM_HAS_OPENBLAS)
#include <cblas.h>

#include <limits>
#include <sstream>
#include <stdexcept>
#else
#include <Eigen/Core>
#endif

namespace mec::learning {

#if defined(MECSIM_HAS_OPENBLAS)
namespace {

// Runs are parallel as processes, so one thread each. When the program starts, not at the first
// product: a forked child that set it would start OpenBLAS's pool of threads anew.
[[maybe_unused]] const bool kOneThread = [] {
  openblas_set_num_threads(1);
  return true;
}();

blasint to_blas(std::size_t size) {
  if (size > static_cast<std::size_t>(std::numeric_limits<blasint>::max())) {
    throw std::invalid_argument("a matrix too large for the BLAS");
  }
  return static_cast<blasint>(size);
}

CBLAS_TRANSPOSE to_blas(Transpose transpose) {
  return transpose == Transpose::yes ? CblasTrans : CblasNoTrans;
}

std::string describe() {
  std::istringstream config(openblas_get_config());  // "OpenBLAS 0.3.21 NO_LAPACKE ..."
  std::string name;
  std::string version;
  config >> name >> version;
  return name + " " + version + " (" + openblas_get_corename() + ")";
}

}  // namespace

void multiply_by_library(const MatmulShape& shape, ConstMatrix a, ConstMatrix b, float* c,
                         std::size_t c_stride, Accumulate accumulate) {
  cblas_sgemm(CblasRowMajor, to_blas(a.transpose), to_blas(b.transpose), to_blas(shape.rows),
              to_blas(shape.columns), to_blas(shape.inner), 1.0F, a.data, to_blas(a.stride), b.data,
              to_blas(b.stride), accumulate == Accumulate::yes ? 1.0F : 0.0F, c, to_blas(c_stride));
}
#else
namespace {

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class Matrix>
using Strided = Eigen::Map<Matrix, Eigen::Unaligned, Eigen::OuterStride<> >;

Eigen::Index index(std::size_t size) { return static_cast<Eigen::Index>(size); }

Strided<const RowMajor> as_stored(const ConstMatrix& matrix, std::size_t rows,
                                  std::size_t columns) {
  const bool swap = matrix.transpose == Transpose::yes;
  return {matrix.data, index(swap ? columns : rows), index(swap ? rows : columns),
          Eigen::OuterStride<>(index(matrix.stride))};
}

template <class A, class B>
void store(const A& a, const B& b, Strided<RowMajor> c, Accumulate accumulate) {
  if (accumulate == Accumulate::yes) {
    c.noalias() += a * b;
  } else {
    c.noalias() = a * b;
  }
}

std::string describe() {
  return "Eigen " + std::to_string(EIGEN_WORLD_VERSION) + "." +
         std::to_string(EIGEN_MAJOR_VERSION) + "." + std::to_string(EIGEN_MINOR_VERSION);
}

}  // namespace

void multiply_by_library(const MatmulShape& shape, ConstMatrix a, ConstMatrix b, float* c,
                         std::size_t c_stride, Accumulate accumulate) {
  const Strided<const RowMajor> left = as_stored(a, shape.rows, shape.inner);
  const Strided<const RowMajor> right = as_stored(b, shape.inner, shape.columns);
  const Strided<RowMajor> result(c, index(shape.rows), index(shape.columns),
                                 Eigen::OuterStride<>(index(c_stride)));
  if (a.transpose == Transpose::yes && b.transpose == Transpose::yes) {
    store(left.transpose(), right.transpose(), result, accumulate);
  } else if (a.transpose == Transpose::yes) {
    store(left.transpose(), right, result, accumulate);
  } else if (b.transpose == Transpose::yes) {
    store(left, right.transpose(), result, accumulate);
  } else {
    store(left, right, result, accumulate);
  }
}
#endif

const char* fast_arithmetic_name() {
  static const std::string name = describe();
  return name.c_str();
}

}  // namespace mec::learning
