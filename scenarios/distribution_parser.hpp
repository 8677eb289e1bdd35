// Distributions as users write them: a bare quantity, or one of the forms of `distribution_forms`.
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "core/distribution.hpp"
#include "core/workload.hpp"
#include "scenarios/quantity.hpp"

namespace mec {

enum class Infinite { refused, allowed };

/// What values an option may draw, in SI units. Values are >= 0 in any case.
struct DistributionRule {
  Dimension dimension = Dimension::weight;
  bool positive = false;                  // 0 must not be drawn (speeds and bandwidths)
  Infinite infinite = Infinite::refused;  // the word `infinite` is a value
  double low = 0.0;
  double high = std::numeric_limits<double>::infinity();  // finite: whole numbers in [low, high]
};

/// One way of writing a distribution; `pattern` is the regular expression of its arguments, in
/// which Q stands for a quantity and N for a bare number.
struct DistributionForm {
  std::string name;
  std::string arguments;
  std::string summary;
  std::string pattern;
};
[[nodiscard]] const std::vector<DistributionForm>& distribution_forms();

/// Throws ValueError.
[[nodiscard]] Distribution parse_distribution(std::string_view text, const DistributionRule& rule);

/// closed-loop, poisson(RATE), periodic(PERIOD) or from-file. Throws ValueError.
[[nodiscard]] Arrivals parse_arrivals(std::string_view text);

}  // namespace mec
