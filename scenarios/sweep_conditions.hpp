// Conditions on the points of a sweep: `devices <= 10 or links_b1 > 1 MB/s`. Comparisons of the
// names of axes with quantities, words and each other, joined by `and`, `or`, `not` and
// parentheses. Quantities are compared in SI units. A value that is no number, such as
// `uniform(1 MB/s, 2 MB/s)`, is equal to the same text, and neither less nor greater than anything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "scenarios/sweep_axes.hpp"

namespace mec {

class SweepCondition {
 public:
  /// `swept` outlive this. Throws ValueError. What an axis of `refused` is compared with is not
  /// checked: what its key would have taken is not known.
  SweepCondition(const std::string& text, const std::vector<const SweptKey*>& swept,
                 const std::set<const SweptKey*>& refused = {});

  /// `values[i]` is the index of the value that swept[i] has.
  [[nodiscard]] bool holds(std::span<const std::size_t> values) const;

  enum class Sign : std::uint8_t { less, less_equal, equal, unequal, greater_equal, greater };
  struct Operand {
    const SweptKey* swept = nullptr;  // and its position; or a constant
    std::size_t position = 0;
    std::optional<double> number = {};
    std::string text = {};
  };
  struct Node {
    enum class Kind : std::uint8_t { all, any, none, compare };
    Kind kind = Kind::all;
    std::vector<Node> parts;  // all, any; one: none
    Sign sign = Sign::equal;
    Operand left;
    Operand right;
  };

 private:
  Node root_;
};

}  // namespace mec
