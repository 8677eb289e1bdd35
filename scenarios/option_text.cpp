// What to write for an option, in words: for messages and for the reference page.
#include <fmt/format.h>

#include "core/text.hpp"
#include "scenarios/option_table.hpp"
#include "scenarios/text_file.hpp"

namespace mec {

namespace {

struct Describe {
  const Option& option;

  std::string operator()(const TextOption&) const { return "text"; }
  std::string operator()(const PathOption& type) const {
    return fmt::format("the path of {}", type.what);
  }
  std::string operator()(const IntegerOption& type) const {
    return fmt::format("{}a whole number from {} to {}",
                       type.word.empty() ? std::string() : type.word + " or ", type.low, type.high);
  }
  std::string operator()(const QuantityOption& type) const {
    const std::string units = unit_list(type.dimension);
    return units.empty() ? std::string("a number of at least 0")
                         : fmt::format("{} ({})", noun_of(type.dimension), units);
  }
  std::string operator()(const DistributionOption& type) const {
    if (type.rule.dimension == Dimension::count) {
      return fmt::format("a whole number from {} to {}, or a distribution of them", type.rule.low,
                         type.rule.high);
    }
    return fmt::format("{}{} ({}), or a distribution of them",
                       type.rule.infinite == Infinite::allowed ? "infinite, " : "",
                       noun_of(type.rule.dimension), unit_list(type.rule.dimension));
  }
  std::string operator()(const KeywordOption& type) const {
    const auto names = names_in(option.key);
    return names.empty() ? list_of_alternatives(type.words)
                         : fmt::format("{}, or a map of {}", list_of_alternatives(type.words),
                                       is_choice(option.key) ? list_of_alternatives(names)
                                                             : join(names, " and "));
  }
  std::string operator()(const ArrivalsOption&) const {
    return "closed-loop, poisson(0.5 /s), periodic(2 s) or from-file";
  }
  std::string operator()(const PolicyNumbersOption&) const {
    return "a map of policies to numbers above 0, such as {greedy: 1.36}";
  }
  std::string operator()(const PoliciesOption&) const {
    return "a list of policies, such as [local, greedy]";
  }
};

}  // namespace

std::string describe_values(const Option& option) {
  return std::visit(Describe{option}, option.type);
}

}  // namespace mec
