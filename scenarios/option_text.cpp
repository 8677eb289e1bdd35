// What to write for an option, in words: for messages and for the reference page.
#include <fmt/format.h>

#include <cmath>

#include "core/text.hpp"
#include "scenarios/option_table.hpp"
#include "scenarios/text_file.hpp"

namespace mec {

namespace {

std::string describe_names(const NamesOption& type) {
  return fmt::format("a list of names of {}, such as [a, \"b-*\"]", type.what);
}

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
    if (!units.empty()) {
      return fmt::format("{} ({})", noun_of(type.dimension), units);
    }
    return std::isfinite(type.high) ? fmt::format("a number from 0 to {}", type.high)
                                    : std::string("a number of at least 0");
  }
  std::string operator()(const QuantityOrCountOption& type) const {
    return fmt::format("{} ({}), or a whole number of {} up to {}", noun_of(type.dimension),
                       unit_list(type.dimension), type.counted, type.high);
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
  std::string operator()(const ChannelOption& type) const {
    return fmt::format("{} ({}), a distribution of them, or a channel",
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
  std::string operator()(const NameOption&) const { return fmt::format("a name of {}", kNameRule); }
  std::string operator()(const NodeOption&) const { return "the name of a node"; }
  std::string operator()(const NodePairOption&) const {
    return "a list of two names of nodes, such as [a, b]";
  }
  std::string operator()(const NamesOption& type) const { return describe_names(type); }
  std::string operator()(const NamedChannelsOption& type) const {
    return fmt::format("a map of names, {} each, to {} ({}), distributions of them, or channels",
                       type.what, noun_of(type.rule.dimension), unit_list(type.rule.dimension));
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

std::string describe_instead(const Collection& collection) {
  return collection.instead.set == nullptr ? std::string() : describe_names(collection.instead);
}

}  // namespace mec
