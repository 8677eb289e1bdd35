#include "policies/learning/arithmetic/vector_math.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace mec::learning {

namespace {

// Element-wise arithmetic of GCC's and Clang's vector extensions. Four lanes, which every x86-64
// has: GCC takes comparisons of anything wider apart, lane by lane, where the machine lacks it.
constexpr std::size_t kLanes = 4;
using Floats [[gnu::vector_size(kLanes * sizeof(float))]] = float;
using Bits [[gnu::vector_size(kLanes * sizeof(std::uint32_t))]] = std::uint32_t;

// exp(x) = 2^n exp(r), n the integer nearest to x / ln 2, r = x - n ln 2 in [-0.347, 0.347], and
// exp(r) by its Taylor polynomial: the first term left out, r^8 / 8!, is below 6e-9.
[[gnu::always_inline]] inline void exponentiate(Floats& x) {
  constexpr float kHigh = 88.0F;
  constexpr float kLow = -87.3F;
  constexpr float kToInteger = 12582912.0F;  // 1.5 * 2^23: floats this large are the integers
  constexpr float kLn2High = 0.693359375F;   // nine bits: its product with n is exact
  constexpr float kLn2Low = -2.12194440e-4F;
  const Floats z = x > kHigh ? Floats{} + kHigh : x;
  const Floats shifted = z * 1.44269504F + kToInteger;
  const Floats n = shifted - kToInteger;
  const Floats r = (z - n * kLn2High) - n * kLn2Low;
  Floats p = r * (1.0F / 5040) + 1.0F / 720;
  p = p * r + 1.0F / 120;
  p = p * r + 1.0F / 24;
  p = p * r + 1.0F / 6;
  p = p * r + 0.5F;
  p = (p * r) * r + r + 1.0F;
  // The last bits of `shifted` are n; with the bias of the exponent, moved to where that is, 2^n.
  Bits scale = {};
  std::memcpy(&scale, &shifted, sizeof scale);
  scale = (scale + 127U) << 23U;
  Floats power = {};
  std::memcpy(&power, &scale, sizeof power);
  x = x < kLow ? Floats{} : p * power;
}

// Loads the next `count` values, `body` changes them (zeros behind the last), stores them.
template <class Body>
void for_each_vector(std::span<float> values, Body body) {
  for (std::size_t i = 0; i < values.size(); i += kLanes) {
    Floats lanes = {};
    if (i + kLanes <= values.size()) {
      std::memcpy(&lanes, &values[i], sizeof lanes);
      body(lanes);
      std::memcpy(&values[i], &lanes, sizeof lanes);
    } else {
      const std::size_t bytes = (values.size() - i) * sizeof(float);
      std::memcpy(&lanes, &values[i], bytes);
      body(lanes);
      std::memcpy(&values[i], &lanes, bytes);
    }
  }
}

// -infinity where there is none; NaNs do not count.
float largest_of(std::span<const float> values) {
  Floats most = Floats{} - std::numeric_limits<float>::infinity();
  std::size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes) {
    Floats lanes = {};
    std::memcpy(&lanes, &values[i], sizeof lanes);
    most = lanes > most ? lanes : most;
  }
  float largest = std::max(std::max(most[0], most[1]), std::max(most[2], most[3]));
  for (; i < values.size(); ++i) {
    largest = std::max(largest, values[i]);
  }
  return largest;
}

}  // namespace

float exponential(float x) {
  Floats lanes = Floats{} + x;
  exponentiate(lanes);
  return lanes[0];
}

void exponential(std::span<float> values) {
  for_each_vector(values, [](Floats& lanes) { exponentiate(lanes); });
}

// x = 2^k (1 + f), 1 + f in [sqrt(1/2), sqrt(2)]; with s = f / (2 + f),
//   ln(1 + f) = 2 atanh(s) = 2 s + s R,   R = 2/3 s^2 + 2/5 s^4 + ..., |s| <= 0.172,
// and 2 s = f - s f, which loses nothing near x = 1 (Sun's fdlibm, e_log.c, has this form).
double logarithm(double x) {
  if (!(x > 0)) {
    return x == 0 ? -std::numeric_limits<double>::infinity()
                  : std::numeric_limits<double>::quiet_NaN();
  }
  if (x == std::numeric_limits<double>::infinity()) {
    return x;
  }
  constexpr std::uint64_t kSqrtHalf = 0x3FE6A09E667F3BCDU;  // the bits of sqrt(1/2)
  const auto bits = std::bit_cast<std::uint64_t>(x);
  const std::int64_t k = static_cast<std::int64_t>(bits - kSqrtHalf) >> 52;
  const double f = std::bit_cast<double>(bits - (static_cast<std::uint64_t>(k) << 52U)) - 1.0;
  const double s = f / (2.0 + f);
  const double s2 = s * s;
  double series = 0.0;  // the first term left out, 2/23 s^22, is below 2e-18
  for (int divisor = 21; divisor >= 3; divisor -= 2) {
    series = (series + 2.0 / divisor) * s2;
  }
  constexpr double kLn2High = 6.93147180369123816490e-01;  // its product with k is exact
  constexpr double kLn2Low = 1.90821492927058770002e-10;
  const auto exponent = static_cast<double>(k);
  return exponent * kLn2High + (f - (s * (f - series) - exponent * kLn2Low));
}

double softmax(std::span<float> values) {
  const float largest = largest_of(values);
  for_each_vector(values, [largest](Floats& lanes) {
    lanes -= largest;
    exponentiate(lanes);
  });
  double sum = 0.0;
  for (const float value : values) {
    sum += static_cast<double>(value);
  }
  const auto divisor = static_cast<float>(sum);
  for (float& value : values) {
    value /= divisor;
  }
  return static_cast<double>(largest) + logarithm(sum);
}

}  // namespace mec::learning
