// The product of a library: OpenBLAS where it was found at configure time, Eigen otherwise. Private
// to matmul.cpp.
#pragma once

#include "policies/learning/arithmetic/matmul.hpp"

namespace mec::learning {

/// As `multiply`, for shapes without a zero.
void multiply_by_library(const MatmulShape& shape, ConstMatrix a, ConstMatrix b, float* c,
                         std::size_t c_stride, Accumulate accumulate);

}  // namespace mec::learning
