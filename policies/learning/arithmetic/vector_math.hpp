// Exponential and logarithm from IEEE basic operations only, so that they give the same bits on
// every machine: the C library's differ between versions, and between processors with and without
// FMA.
#pragma once

#include <cstddef>
#include <span>

namespace mec::learning {

/// exp(x), relative error below 2e-7 (float) where the result is a normal number; 0 below -87.3,
/// and at most exp(88) above. NaN stays NaN.
[[nodiscard]] float exponential(float x);

/// Every value in place: the same bits as one by one, several at a time.
void exponential(std::span<float> values);

/// ln(x) for normal x > 0, relative error below 1e-15 away from 1, absolute below 1e-15 near it.
/// 0 gives -infinity, infinity gives itself, a negative number or NaN gives NaN.
[[nodiscard]] double logarithm(double x);

/// In place: values[i] = exp(values[i] - max) / sum. Returns ln(sum exp(values)), as a double. The
/// sum runs from the first value to the last, in double precision. No overflow, whatever the
/// values; a NaN, a +infinity, or nothing but -infinity among them makes all of them NaN.
double softmax(std::span<float> values);

}  // namespace mec::learning
