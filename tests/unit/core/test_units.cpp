#include <type_traits>

#include "core/units.hpp"
#include "tests/catch.hpp"

namespace mec {

namespace {

template <class A, class B>
concept Addable = requires(A a, B b) {
  a + b;
};
template <class A, class B>
concept Comparable = requires(A a, B b) {
  a < b;
};

// Quotients and products carry the dimension that physics gives them.
static_assert(std::is_same_v<decltype(Bytes{} / BytesPerSecond{}), Seconds>);
static_assert(std::is_same_v<decltype(Cycles{} / Hertz{}), Seconds>);
static_assert(std::is_same_v<decltype(Cycles{} * SecondsPerCycle{}), Seconds>);
static_assert(std::is_same_v<decltype(Bytes{} * SecondsPerByte{}), Seconds>);
static_assert(std::is_same_v<decltype(Watts{} * Seconds{}), Joules>);
static_assert(std::is_same_v<decltype(Joules{} / Seconds{}), Watts>);
static_assert(std::is_same_v<decltype(1.0 / Seconds{}), PerSecond>);
static_assert(std::is_same_v<decltype(1.0 / Hertz{}), SecondsPerCycle>);
static_assert(std::is_same_v<decltype(1.0 / BytesPerSecond{}), SecondsPerByte>);
// A dimension that cancels leaves a number.
static_assert(std::is_same_v<decltype(Seconds{} / Seconds{}), double>);
static_assert(std::is_same_v<decltype(Seconds{} * PerSecond{}), double>);
// What does not add up does not compile.
static_assert(Addable<Seconds, Seconds>);
static_assert(!Addable<Seconds, Bytes>);
static_assert(!Addable<Seconds, double>);
static_assert(!Addable<Hertz, PerSecond>);
static_assert(Comparable<Seconds, Seconds>);
static_assert(!Comparable<Seconds, Joules>);
static_assert(!std::is_convertible_v<double, Seconds>);
static_assert(!std::is_convertible_v<Seconds, double>);
// No room but for the number.
static_assert(sizeof(Seconds) == sizeof(double) && std::is_trivially_copyable_v<Seconds>);

}  // namespace

TEST_CASE("A quantity starts at zero", "[core][units]") { REQUIRE(Seconds{}.value() == 0.0); }

TEST_CASE("A megabyte over an 8 MB/s link takes an eighth of a second", "[core][units]") {
  REQUIRE((Bytes{1e6} / BytesPerSecond{8e6}).value() == 0.125);
}

TEST_CASE("Quantities add, scale and compare as their numbers do", "[core][units]") {
  Seconds total{1.5};
  total += Seconds{0.5};
  REQUIRE(total == Seconds{2.0});
  total -= Seconds{0.5};
  REQUIRE(total == Seconds{1.5});
  REQUIRE(2.0 * total == total * 2.0);
  REQUIRE((total / 3.0).value() == 0.5);
  REQUIRE((Seconds{1.0} + Seconds{2.0} - Seconds{4.0}).value() == -1.0);
  REQUIRE(Seconds{1.0} < Seconds{2.0});
  REQUIRE(Seconds{6.0} / Seconds{3.0} == 2.0);
}

}  // namespace mec
