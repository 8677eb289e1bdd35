// Neumaier's compensated summation: the error of a sum does not grow with the number of terms.
// Source: Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM
// 54, 1974.
#pragma once

#include <cmath>

namespace mec {

class CompensatedSum {
 public:
  void add(double term) {
    const double total = sum_ + term;
    // The larger of the two keeps its digits; what the smaller one lost is exact.
    lost_ += std::abs(sum_) >= std::abs(term) ? (sum_ - total) + term : (term - total) + sum_;
    sum_ = total;
  }
  [[nodiscard]] double value() const { return sum_ + lost_; }

 private:
  double sum_ = 0.0;
  double lost_ = 0.0;
};

}  // namespace mec
