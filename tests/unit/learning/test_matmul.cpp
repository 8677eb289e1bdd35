#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "policies/learning/arithmetic/matmul.hpp"
#include "policies/learning/arithmetic/matmul_kernels.hpp"
#include "tests/catch.hpp"
#include "tests/support/random_problems.hpp"

namespace {

using mec::RandomEngine;
using mec::learning::Accumulate;
using mec::learning::Arithmetic;
using mec::learning::ConstMatrix;
using mec::learning::MatmulKernel;
using mec::learning::MatmulShape;
using mec::learning::multiply;
using mec::learning::PortableFma;
using mec::learning::supported_matmul_kernels;
using mec::learning::Transpose;
using mec::test::index_below;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// A matrix in memory of its own, with `slack` unused floats behind each row.
struct Stored {
  std::vector<float> values;
  std::size_t stride = 0;
  Transpose transpose = Transpose::no;

  [[nodiscard]] ConstMatrix view() const { return {values.data(), stride, transpose}; }
  [[nodiscard]] float at(std::size_t i, std::size_t j) const {
    return transpose == Transpose::yes ? values[j * stride + i] : values[i * stride + j];
  }
};

enum class Values { moderate, wild };

// Moderate: (-1, 1]. Wild: sign and mantissa at random, magnitudes from the subnormal numbers to
// where a product overflows.
float draw(RandomEngine& random, Values values) {
  if (values == Values::moderate) {
    return static_cast<float>(mec::test::uniform(random, -1, 1));
  }
  const auto mantissa = static_cast<float>(mec::test::uniform(random, -2, 2));
  return std::ldexp(mantissa, static_cast<int>(index_below(random, 212)) - 146);
}

Stored random_matrix(RandomEngine& random, std::size_t rows, std::size_t columns,
                     Transpose transpose, Values values, std::size_t slack) {
  const bool swap = transpose == Transpose::yes;
  Stored matrix = {{}, (swap ? rows : columns) + slack, transpose};
  matrix.values.resize((swap ? columns : rows) * matrix.stride);
  for (float& value : matrix.values) {
    value = draw(random, values);
  }
  return matrix;
}

struct Problem {
  MatmulShape shape;
  Stored a;
  Stored b;
  Stored c;  // before the product
  Accumulate accumulate = Accumulate::no;
};

Transpose random_transpose(RandomEngine& random) {
  return index_below(random, 2) == 0 ? Transpose::no : Transpose::yes;
}

Problem random_problem(RandomEngine& random, const MatmulShape& shape, Values values) {
  Problem problem;
  problem.shape = shape;
  problem.a = random_matrix(random, shape.rows, shape.inner, random_transpose(random), values,
                            index_below(random, 4));
  problem.b = random_matrix(random, shape.inner, shape.columns, random_transpose(random), values,
                            index_below(random, 4));
  problem.c = random_matrix(random, shape.rows, shape.columns, Transpose::no, values,
                            index_below(random, 4));
  problem.accumulate = index_below(random, 2) == 0 ? Accumulate::no : Accumulate::yes;
  return problem;
}

// C with what lies between its rows, which nobody may touch.
template <class How>
std::vector<float> product(How how, const Problem& problem) {
  std::vector<float> c = problem.c.values;
  multiply(how, problem.shape, problem.a.view(), problem.b.view(), c.data(), problem.c.stride,
           problem.accumulate);
  return c;
}

// The definition: std::fma, one element at a time.
std::vector<float> chains(const Problem& problem) {
  std::vector<float> c = problem.c.values;
  for (std::size_t i = 0; i < problem.shape.rows; ++i) {
    for (std::size_t j = 0; j < problem.shape.columns; ++j) {
      float& value = c[i * problem.c.stride + j];
      value = problem.accumulate == Accumulate::yes ? value : 0.0F;
      for (std::size_t k = 0; k < problem.shape.inner; ++k) {
        value = std::fma(problem.a.at(i, k), problem.b.at(k, j), value);
      }
    }
  }
  return c;
}

// NaNs are alike, whatever their sign and payload.
bool same_bits(float x, float y) {
  return std::bit_cast<std::uint32_t>(x) == std::bit_cast<std::uint32_t>(y) ||
         (std::isnan(x) && std::isnan(y));
}

std::size_t count_different(const std::vector<float>& x, const std::vector<float>& y) {
  REQUIRE(x.size() == y.size());
  std::size_t different = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    different += same_bits(x[i], y[i]) ? 0U : 1U;
  }
  return different;
}

void check_kernels(const Problem& problem) {
  const std::vector<float> expected = chains(problem);
  for (const MatmulKernel kernel : supported_matmul_kernels()) {
    CAPTURE(static_cast<int>(kernel), problem.shape.rows, problem.shape.columns,
            problem.shape.inner, static_cast<int>(problem.a.transpose),
            static_cast<int>(problem.b.transpose), static_cast<int>(problem.accumulate));
    CHECK(count_different(product(kernel, problem), expected) == 0);
  }
}

// A chain of n roundings: |computed - exact| <= n u / (1 - n u) * sum |a| |b|, u = 2^-24 (Higham,
// "Accuracy and Stability of Numerical Algorithms", 3.1); twice as many roundings without FMA, and
// one of the addition to C.
template <class How>
void check_accuracy(How how, const Problem& problem) {
  const std::vector<float> c = product(how, problem);
  const double roundings = 2.0 * static_cast<double>(problem.shape.inner) + 1.0;
  const double bound = roundings * 0x1p-24 / (1 - roundings * 0x1p-24);
  double worst = 0;  // error / bound
  for (std::size_t i = 0; i < problem.shape.rows; ++i) {
    for (std::size_t j = 0; j < problem.shape.columns; ++j) {
      const std::size_t place = i * problem.c.stride + j;
      double exact = problem.accumulate == Accumulate::yes
                         ? static_cast<double>(problem.c.values[place])
                         : 0.0;
      double magnitude = std::abs(exact);
      for (std::size_t k = 0; k < problem.shape.inner; ++k) {
        const double term =
            static_cast<double>(problem.a.at(i, k)) * static_cast<double>(problem.b.at(k, j));
        exact += term;
        magnitude += std::abs(term);
      }
      const double error = std::abs(static_cast<double>(c[place]) - exact);
      worst = std::max(worst, error / (bound * magnitude));
    }
  }
  CHECK(worst <= 1.0);
}

float emulated(float a, float b, float c) {
  const auto twice = [](float x) {
    return PortableFma::Doubles{static_cast<double>(x), static_cast<double>(x)};
  };
  PortableFma::Doubles value = twice(c);
  PortableFma::apply(twice(a), twice(b), value);
  return static_cast<float>(value[0]);
}

// C = a B with A one row and B one column: a sum of products, in order.
float dot(MatmulKernel kernel, const std::vector<float>& a, const std::vector<float>& b,
          float start) {
  multiply(kernel, {1, 1, a.size()}, {a.data(), a.size(), Transpose::no},
           {b.data(), 1, Transpose::no}, &start, 1, Accumulate::yes);
  return start;
}

}  // namespace

TEST_CASE("The portable fused multiply-add rounds once, like std::fma", "[learning][matmul]") {
  RandomEngine random = mec::test::engine("emulated fma");
  std::size_t different = 0;
  for (int n = 0; n < 300'000; ++n) {
    // Any bits at all: NaNs, infinities, zeros and subnormal numbers too.
    const auto bits = [&random] {
      return std::bit_cast<float>(static_cast<std::uint32_t>(random()));
    };
    const float a = bits();
    const float b = bits();
    const float c = bits();
    different += same_bits(emulated(a, b, c), std::fma(a, b, c)) ? 0U : 1U;
    // Like magnitudes, where cancellation and ties are common: mantissas of twelve bits.
    const auto small = [&random] {
      return std::ldexp(static_cast<float>(index_below(random, 8192)) - 4096.0F,
                        static_cast<int>(index_below(random, 40)) - 20);
    };
    const float x = small();
    const float y = small();
    const float z =
        std::ldexp(draw(random, Values::moderate), static_cast<int>(index_below(random, 60)) - 30);
    different += same_bits(emulated(x, y, z), std::fma(x, y, z)) ? 0U : 1U;
    different += same_bits(emulated(x, y, -x * y), std::fma(x, y, -x * y)) ? 0U : 1U;
  }
  CHECK(different == 0);
}

TEST_CASE("The portable fused multiply-add does not round twice", "[learning][matmul]") {
  // a b = 2^-24 (1 - 2^-36), so c + a b is just below the middle of c and its successor, c - a b
  // just above that of c and its predecessor. As doubles, which end at 2^-52, they are the middles,
  // and those round away from c, whose last bit is odd.
  const float a = 0x1p-12F * (1 + 0x1p-18F);
  const float b = 0x1p-12F * (1 - 0x1p-18F);
  const float c = 1 + 0x1p-23F;
  CHECK(emulated(a, b, c) == c);
  CHECK(emulated(-a, b, c) == c);
  const double product = static_cast<double>(a) * static_cast<double>(b);
  CHECK(static_cast<float>(static_cast<double>(c) + product) == 1 + 0x1p-22F);
  CHECK(static_cast<float>(static_cast<double>(c) - product) == 1.0F);
}

TEST_CASE("Every kernel sums from the first inner index to the last, rounding once a term",
          "[learning][matmul]") {
  for (const MatmulKernel kernel : supported_matmul_kernels()) {
    CAPTURE(static_cast<int>(kernel));
    // 2^24 + 1 is a tie, which rounds to 2^24: the ones are lost behind 2^24, not before it.
    CHECK(dot(kernel, {0x1p24F, 1, 1}, {1, 1, 1}, 0) == 0x1p24F);
    CHECK(dot(kernel, {1, 1, 0x1p24F}, {1, 1, 1}, 0) == 0x1p24F + 2);
    // C comes first in the chain.
    CHECK(dot(kernel, {1, 1}, {1, 1}, 0x1p24F) == 0x1p24F);
    // (1 + 2^-12)^2 - 1 = 2^-11 + 2^-24, whose last term a rounded product would lose.
    CHECK(dot(kernel, {1 + 0x1p-12F}, {1 + 0x1p-12F}, -1) == 0x1p-11F + 0x1p-24F);
  }
}

TEST_CASE("All kernels give the bits of the definition for every small shape",
          "[learning][matmul]") {
  RandomEngine random = mec::test::engine("small products");
  for (std::size_t rows = 0; rows <= 18; ++rows) {
    for (std::size_t columns = 0; columns <= 36; ++columns) {
      const MatmulShape shape = {rows, columns, index_below(random, 10)};
      check_kernels(random_problem(random, shape, Values::moderate));
    }
  }
}

TEST_CASE("All kernels give the bits of the definition for values of wild magnitudes",
          "[learning][matmul]") {
  RandomEngine random = mec::test::engine("wild products");
  for (int n = 0; n < 200; ++n) {
    const MatmulShape shape = {1 + index_below(random, 40), 1 + index_below(random, 70),
                               1 + index_below(random, 40)};
    check_kernels(random_problem(random, shape, Values::wild));
  }
}

TEST_CASE("All kernels give the bits of the definition across the borders of blocks",
          "[learning][matmul]") {
  RandomEngine random = mec::test::engine("large products");
  for (const MatmulShape& shape : {MatmulShape{260, 33, 530}, MatmulShape{5, 1030, 257},
                                   MatmulShape{510, 520, 3}, MatmulShape{3, 7, 2000}}) {
    for (const Transpose transpose : {Transpose::no, Transpose::yes}) {
      Problem problem = random_problem(random, shape, Values::moderate);
      problem.a = random_matrix(random, shape.rows, shape.inner, transpose, Values::moderate, 1);
      problem.b = random_matrix(random, shape.inner, shape.columns, transpose, Values::moderate, 2);
      check_kernels(problem);
    }
  }
}

TEST_CASE("Products are within the rounding error of a sum of that length", "[learning][matmul]") {
  RandomEngine random = mec::test::engine("accurate products");
  for (int n = 0; n < 60; ++n) {
    const MatmulShape shape = {1 + index_below(random, 80), 1 + index_below(random, 80),
                               1 + index_below(random, 400)};
    const Problem problem = random_problem(random, shape, Values::moderate);
    CAPTURE(shape.rows, shape.columns, shape.inner);
    check_accuracy(Arithmetic::reproducible, problem);
    check_accuracy(Arithmetic::fast, problem);
  }
}

TEST_CASE("The fast product leaves what lies between rows alone", "[learning][matmul]") {
  RandomEngine random = mec::test::engine("fast products");
  for (int n = 0; n < 50; ++n) {
    Problem problem = random_problem(
        random, {1 + index_below(random, 20), 1 + index_below(random, 20), index_below(random, 20)},
        Values::moderate);
    const std::vector<float> c = product(Arithmetic::fast, problem);
    for (std::size_t place = 0; place < c.size(); ++place) {
      if (place % problem.c.stride >= problem.shape.columns) {
        CHECK(c[place] == problem.c.values[place]);
      }
    }
  }
}

TEST_CASE("An infinity or a NaN spoils only the elements that it is a term of",
          "[learning][matmul]") {
  // 3 columns: the rest of a vector is padding, where infinity times zero is NaN.
  const std::vector<float> a = {1, kInfinity, 2, 3};
  const std::vector<float> b = {1, 2, std::numeric_limits<float>::quiet_NaN(), 4, 5, 6};
  for (const MatmulKernel kernel : supported_matmul_kernels()) {
    std::vector<float> c(8, -1.0F);
    multiply(kernel, {2, 3, 2}, {a.data(), 2, Transpose::no}, {b.data(), 3, Transpose::no},
             c.data(), 4);
    CHECK(c[0] == kInfinity);
    CHECK(c[1] == kInfinity);
    CHECK(std::isnan(c[2]));
    CHECK(c[4] == 14.0F);
    CHECK(c[5] == 19.0F);
    CHECK(std::isnan(c[6]));
    CHECK(c[3] == -1.0F);
    CHECK(c[7] == -1.0F);
  }
}

TEST_CASE("Without an inner dimension the product is zero, and nothing to add",
          "[learning][matmul]") {
  for (const Arithmetic arithmetic : {Arithmetic::reproducible, Arithmetic::fast}) {
    std::vector<float> c = {1, 2, 3, 4, 5, 6};
    multiply(arithmetic, {2, 2, 0}, {nullptr, 0, Transpose::no}, {nullptr, 2, Transpose::no},
             c.data(), 3, Accumulate::yes);
    CHECK(c == std::vector<float>{1, 2, 3, 4, 5, 6});
    multiply(arithmetic, {2, 2, 0}, {nullptr, 0, Transpose::no}, {nullptr, 2, Transpose::no},
             c.data(), 3);
    CHECK(c == std::vector<float>{0, 0, 3, 0, 0, 6});
    multiply(arithmetic, {0, 2, 2}, {nullptr, 2, Transpose::no}, {c.data(), 2, Transpose::no},
             nullptr, 2);
    multiply(arithmetic, {2, 0, 2}, {c.data(), 2, Transpose::no}, {nullptr, 0, Transpose::no},
             nullptr, 0);
  }
}

TEST_CASE("A stride shorter than its rows is the caller's mistake", "[learning][matmul]") {
  std::vector<float> m(16);
  const ConstMatrix good = {m.data(), 3, Transpose::no};
  const ConstMatrix narrow = {m.data(), 2, Transpose::no};
  std::vector<float> c(16);
  for (const Arithmetic arithmetic : {Arithmetic::reproducible, Arithmetic::fast}) {
    CHECK_THROWS_AS(multiply(arithmetic, {2, 3, 3}, narrow, good, c.data(), 3),
                    std::invalid_argument);
    CHECK_THROWS_AS(multiply(arithmetic, {2, 3, 3}, good, narrow, c.data(), 3),
                    std::invalid_argument);
    CHECK_THROWS_AS(multiply(arithmetic, {2, 3, 3}, good, good, c.data(), 2),
                    std::invalid_argument);
    // Transposed, A's two columns fit.
    const ConstMatrix transposed = {m.data(), 2, Transpose::yes};
    CHECK_NOTHROW(multiply(arithmetic, {2, 3, 3}, transposed, good, c.data(), 3));
  }
}

TEST_CASE("A kernel that the machine lacks is refused", "[learning][matmul]") {
  const auto& supported = supported_matmul_kernels();
  CHECK(supported.front() == MatmulKernel::portable);
  const float one = 1;
  for (const MatmulKernel kernel :
       {MatmulKernel::portable, MatmulKernel::avx2, MatmulKernel::avx512}) {
    float c = 0;
    const ConstMatrix unit = {&one, 1, Transpose::no};
    if (std::find(supported.begin(), supported.end(), kernel) == supported.end()) {
      CHECK_THROWS_AS(multiply(kernel, {1, 1, 1}, unit, unit, &c, 1), std::invalid_argument);
    } else {
      multiply(kernel, {1, 1, 1}, unit, unit, &c, 1);
      CHECK(c == 1.0F);
    }
  }
}

TEST_CASE("The fast arithmetic names its library and version", "[learning][matmul]") {
  const std::string name = mec::learning::fast_arithmetic_name();
  const bool known = name.rfind("OpenBLAS ", 0) == 0 || name.rfind("Eigen ", 0) == 0;
  CHECK(known);
  CHECK(name.find_first_of("0123456789") != std::string::npos);
}

TEST_CASE("Fast products start no threads in a forked child", "[learning][matmul]") {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const std::size_t size = 300;  // large enough for OpenBLAS to want its threads
    const std::vector<float> a(size * size, 1.0F);
    std::vector<float> c(size * size);
    const ConstMatrix ones = {a.data(), size, Transpose::no};
    multiply(Arithmetic::fast, {size, size, size}, ones, ones, c.data(), size);
    const auto tasks = std::filesystem::directory_iterator("/proc/self/task");
    const auto threads = std::distance(begin(tasks), end(tasks));
    _exit(threads == 1 && c[0] == static_cast<float>(size) ? 0 : 1);
  }
  int status = -1;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}
