#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "core/hash.hpp"
#include "policies/learning/arithmetic/vector_math.hpp"
#include "tests/catch.hpp"
#include "tests/support/random_problems.hpp"

namespace {

using mec::learning::exponential;
using mec::learning::logarithm;
using mec::learning::softmax;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr double kInfinityDouble = std::numeric_limits<double>::infinity();

// Largest relative error against the C library's double precision, over every `step`-th float
// between two of one sign.
double worst_exponential(float first, float last, std::uint32_t step) {
  double worst = 0;
  const auto end = std::bit_cast<std::uint32_t>(last);
  for (auto bits = std::bit_cast<std::uint32_t>(first); bits <= end; bits += step) {
    const auto x = std::bit_cast<float>(bits);
    const double exact = std::exp(static_cast<double>(x));
    worst = std::max(worst, std::abs(static_cast<double>(exponential(x)) / exact - 1));
  }
  return worst;
}

std::vector<float> random_row(mec::RandomEngine& random, std::size_t size, double low,
                              double high) {
  std::vector<float> row(size);
  for (float& value : row) {
    value = static_cast<float>(mec::test::uniform(random, low, high));
  }
  return row;
}

}  // namespace

TEST_CASE("The exponential is within 2e-7 of the exact one wherever that is normal",
          "[learning][vector-math]") {
  CHECK(worst_exponential(0.0F, 88.0F, 997) < 2e-7);
  CHECK(worst_exponential(-0.0F, -87.3F, 997) < 2e-7);
  // Every float around a border between two powers of two, n ln 2 + ln 2 / 2.
  CHECK(worst_exponential(0.3465F, 0.3467F, 1) < 2e-7);
  CHECK(worst_exponential(-87.2F, -87.3F, 1) < 2e-7);
  CHECK(worst_exponential(87.9F, 88.0F, 1) < 2e-7);
}

TEST_CASE("The exponential of extremes is zero, bounded or NaN", "[learning][vector-math]") {
  CHECK(exponential(0.0F) == 1.0F);
  CHECK(exponential(-0.0F) == 1.0F);
  CHECK(exponential(-87.3F) > std::numeric_limits<float>::min());
  for (const float x : {std::nextafter(-87.3F, -88.0F), -88.0F, -1e30F, -kInfinity}) {
    CAPTURE(x);
    CHECK(exponential(x) == 0.0F);
    CHECK_FALSE(std::signbit(exponential(x)));
  }
  for (const float x : {std::nextafter(88.0F, 89.0F), 89.0F, 1e30F, kInfinity}) {
    CAPTURE(x);
    CHECK(exponential(x) == exponential(88.0F));
  }
  CHECK(std::isnan(exponential(kNan)));
  CHECK(std::isnan(exponential(-kNan)));
}

TEST_CASE("Exponentials of a span have the bits of single ones", "[learning][vector-math]") {
  mec::RandomEngine random = mec::test::engine("exponentials");
  for (std::size_t size = 0; size <= 37; ++size) {
    std::vector<float> values = random_row(random, size, -100, 100);
    if (size > 4) {
      values[size - 1] = kNan;
      values[size - 2] = -kInfinity;
      values[size - 3] = kInfinity;
    }
    std::vector<float> single = values;
    for (float& value : single) {
      value = exponential(value);
    }
    exponential(values);
    for (std::size_t i = 0; i < size; ++i) {
      CHECK(std::bit_cast<std::uint32_t>(values[i]) == std::bit_cast<std::uint32_t>(single[i]));
    }
  }
}

TEST_CASE("The logarithm is within 1e-15 of the exact one", "[learning][vector-math]") {
  mec::RandomEngine random = mec::test::engine("logarithms");
  double worst = 0;
  for (int n = 0; n < 500'000; ++n) {
    // Any normal number: exponent -1022 to 1023.
    const double x = std::ldexp(mec::test::uniform(random, 1, 2),
                                static_cast<int>(mec::test::index_below(random, 2046)) - 1022);
    const long double exact = std::log(static_cast<long double>(x));
    if (std::abs(exact) > 0.5L) {
      worst = std::max(
          worst, static_cast<double>(std::abs(static_cast<long double>(logarithm(x)) / exact - 1)));
    }
  }
  CHECK(worst < 1e-15);
  worst = 0;
  for (int n = 0; n < 500'000; ++n) {
    const double x = mec::test::uniform(random, 0.4, 2.5);
    const long double exact = std::log(static_cast<long double>(x));
    worst = std::max(worst,
                     static_cast<double>(std::abs(static_cast<long double>(logarithm(x)) - exact)));
  }
  CHECK(worst < 1e-15);
}

TEST_CASE("The logarithm of extremes", "[learning][vector-math]") {
  CHECK(logarithm(1.0) == 0.0);
  // ln(1 + u) = u - u^2 / 2 + ...; of 2^-52 - 2^-105 nothing is lost, of -2^-53 - 2^-107 the end.
  CHECK(logarithm(1.0 + 0x1p-52) == 0x1p-52 - 0x1p-105);
  CHECK(logarithm(1.0 - 0x1p-53) == -0x1p-53);
  CHECK(logarithm(0.0) == -kInfinityDouble);
  CHECK(logarithm(-0.0) == -kInfinityDouble);
  CHECK(logarithm(kInfinityDouble) == kInfinityDouble);
  CHECK(std::isnan(logarithm(-1.0)));
  CHECK(std::isnan(logarithm(-kInfinityDouble)));
  CHECK(std::isnan(logarithm(std::numeric_limits<double>::quiet_NaN())));
  CHECK(logarithm(std::numeric_limits<double>::min()) == Approx(-1022 * std::log(2.0)));
  CHECK(logarithm(std::numeric_limits<double>::max()) == Approx(1024 * std::log(2.0)));
}

TEST_CASE("Softmax gives the shares of exponentials, and the logarithm of their sum",
          "[learning][vector-math]") {
  mec::RandomEngine random = mec::test::engine("softmax");
  for (std::size_t size = 1; size <= 130; ++size) {
    const std::vector<float> logits = random_row(random, size, -20, 20);
    std::vector<float> shares = logits;
    const double log_sum = softmax(shares);
    double sum = 0;
    for (const float logit : logits) {
      sum += std::exp(static_cast<double>(logit));
    }
    CAPTURE(size);
    CHECK(log_sum == Approx(std::log(sum)).epsilon(1e-6));
    double total = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const double expected = std::exp(static_cast<double>(logits[i])) / sum;
      // A difference of up to 40 is rounded to 2^-19, half of which the exponential magnifies.
      CHECK(static_cast<double>(shares[i]) == Approx(expected).epsilon(3e-6));
      total += static_cast<double>(shares[i]);
    }
    CHECK(total == Approx(1.0).epsilon(1e-6));
  }
}

TEST_CASE("Softmax of equal values is uniform, to the last bit", "[learning][vector-math]") {
  for (const float value : {0.0F, 3e38F, -3e38F, 1e-40F}) {
    std::vector<float> row(4, value);
    CHECK(softmax(row) == Approx(static_cast<double>(value) + std::log(4.0)));
    CHECK(row == std::vector<float>(4, 0.25F));
  }
}

TEST_CASE("Softmax does not overflow", "[learning][vector-math]") {
  std::vector<float> row = {3e38F, -3e38F, 0, 3e38F, -kInfinity};
  CHECK(softmax(row) == Approx(static_cast<double>(3e38F)));
  CHECK(row == std::vector<float>{0.5F, 0, 0, 0.5F, 0});
  row = {1000, 1000 + std::log(3.0F)};  // shares 1 : 3
  CHECK(softmax(row) == Approx(1000 + std::log(4.0)));
  CHECK(row[0] == Approx(0.25F).epsilon(1e-4));  // 1000 + ln 3 is rounded to 2^-14
}

TEST_CASE("Softmax passes NaN on, and does not invent shares of infinity",
          "[learning][vector-math]") {
  for (const std::vector<float>& values :
       {std::vector<float>{1, kNan, 2}, std::vector<float>{kNan}, std::vector<float>{1, kInfinity},
        std::vector<float>{-kInfinity, -kInfinity},
        std::vector<float>{kNan, 1, 2, 3, 4, 5, 6, 7, 8, 9}}) {
    std::vector<float> row = values;
    CHECK(std::isnan(softmax(row)));
    for (const float share : row) {
      CHECK(std::isnan(share));
    }
  }
  CHECK(softmax({}) == -kInfinityDouble);
}

TEST_CASE("Exponential, logarithm and softmax have the same bits on every machine",
          "[learning][vector-math]") {
  // One number for their behaviour: it may change with the code, never with compiler or machine.
  std::array<float, 4096> values = {};
  std::array<double, 256> logarithms = {};
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<float>(i) / 32.0F - 64.0F;
  }
  const std::span<float> all = values;
  exponential(all.subspan(0, 2048));
  for (std::size_t row = 0; row < 16; ++row) {
    logarithms[row] = softmax(all.subspan(2048 + 128 * row, 128));
  }
  for (std::size_t i = 16; i < logarithms.size(); ++i) {
    logarithms[i] = logarithm(static_cast<double>(i) * 0.37);
  }
  const auto bytes = std::bit_cast<std::array<char, sizeof values>>(values);
  const auto more = std::bit_cast<std::array<char, sizeof logarithms>>(logarithms);
  const std::uint64_t hash = mec::fnv1a64({bytes.data(), bytes.size()});
  CHECK(mec::fnv1a64({more.data(), more.size()}, hash) == 0x034ed8bf4a6a81c1U);
}
