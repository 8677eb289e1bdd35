// Strong types for physical quantities, all in SI-like base units: seconds, bytes, CPU cycles,
// joules.
//
// A quantity carries its dimension as four integer exponents, so `Bytes{1e6} / BytesPerSecond{8e6}`
// is a `Seconds` and adding seconds to bytes does not compile. A product whose dimension cancels is
// a plain double. Plain doubles appear only inside solver kernels (core/site_costs.hpp) and at the
// engine and CSV edges.
#pragma once

#include <compare>

namespace mec {

template <int Time, int Data, int Work, int Energy>
class Quantity {
 public:
  constexpr Quantity() = default;
  constexpr explicit Quantity(double value) : value_(value) {}

  [[nodiscard]] constexpr double value() const { return value_; }

  constexpr Quantity& operator+=(Quantity other) {
    value_ += other.value_;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity other) {
    value_ -= other.value_;
    return *this;
  }
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return a += b; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return a -= b; }
  friend constexpr Quantity operator*(double factor, Quantity q) {
    return Quantity{factor * q.value_};
  }
  friend constexpr Quantity operator*(Quantity q, double factor) {
    return Quantity{q.value_ * factor};
  }
  friend constexpr Quantity operator/(Quantity q, double divisor) {
    return Quantity{q.value_ / divisor};
  }
  friend constexpr auto operator<=>(Quantity a, Quantity b) = default;

 private:
  double value_ = 0.0;
};

namespace detail {
template <int T, int D, int W, int E>
constexpr auto make_quantity(double value) {
  if constexpr (T == 0 && D == 0 && W == 0 && E == 0) {
    return value;
  } else {
    return Quantity<T, D, W, E>{value};
  }
}
}  // namespace detail

template <int T1, int D1, int W1, int E1, int T2, int D2, int W2, int E2>
constexpr auto operator*(Quantity<T1, D1, W1, E1> a, Quantity<T2, D2, W2, E2> b) {
  return detail::make_quantity<T1 + T2, D1 + D2, W1 + W2, E1 + E2>(a.value() * b.value());
}
template <int T1, int D1, int W1, int E1, int T2, int D2, int W2, int E2>
constexpr auto operator/(Quantity<T1, D1, W1, E1> a, Quantity<T2, D2, W2, E2> b) {
  return detail::make_quantity<T1 - T2, D1 - D2, W1 - W2, E1 - E2>(a.value() / b.value());
}
template <int T, int D, int W, int E>
constexpr auto operator/(double numerator, Quantity<T, D, W, E> q) {
  return detail::make_quantity<-T, -D, -W, -E>(numerator / q.value());
}

using Seconds = Quantity<1, 0, 0, 0>;
using Bytes = Quantity<0, 1, 0, 0>;
using Cycles = Quantity<0, 0, 1, 0>;
using Joules = Quantity<0, 0, 0, 1>;
using Hertz = Quantity<-1, 0, 1, 0>;  // CPU frequency: cycles per second
using PerSecond = Quantity<-1, 0, 0, 0>;
using BytesPerSecond = Quantity<-1, 1, 0, 0>;
using Watts = Quantity<-1, 0, 0, 1>;
using SecondsPerCycle = Quantity<1, 0, -1, 0>;
using SecondsPerByte = Quantity<1, -1, 0, 0>;

}  // namespace mec
