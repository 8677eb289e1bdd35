#include "scenarios/sweep_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>
#include <variant>

#include "core/text.hpp"
#include "scenarios/flow_text.hpp"
#include "scenarios/option_table.hpp"
#include "scenarios/text_file.hpp"
#include "scenarios/value_error.hpp"

namespace mec {

namespace {

struct UnitNames {
  const char* unit;
  const char* suffix;
};

// The SI unit of a dimension, and how a column's name says it.
UnitNames names_of(Dimension dimension) {
  switch (dimension) {
    case Dimension::count:
    case Dimension::weight:
      return {"", ""};
    case Dimension::work:
      return {"cycles", "_cycles"};
    case Dimension::data:
      return {"B", "_bytes"};
    case Dimension::speed:
      return {"Hz", "_Hz"};
    case Dimension::rate:
      return {"B/s", "_Bps"};
    case Dimension::time:
      return {"s", "_s"};
    case Dimension::frequency:
      return {"/s", "_per_s"};
    case Dimension::power:
      return {"W", "_W"};
    case Dimension::capacitance:
      return {"J*s^2/cycle^3", "_J_s2_per_cycle3"};
  }
  return {"", ""};
}

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

// Columns that the files of a sweep have beside those of the axes (results/README.md), in lower
// case: databases do not tell cases apart.
const std::set<std::string>& reserved_names() {
  // clang-format off
  static const std::set<std::string> names = {
      "activity", "at_s", "bandwidth_bps", "begin_s", "completed", "data", "decided_s",
      "decision_mean_ns", "decision_median_ns", "decision_p99_ns", "decision_s", "decisions",
      "device", "end_s", "energy_j", "estimated_latency_s", "exec_s", "failed", "finish_s",
      "in_flight", "key", "latency_s", "link", "losses", "mean_decision_s", "mean_energy_j",
      "mean_exec_s", "mean_latency_hi_s", "mean_latency_lo_s", "mean_latency_s",
      "mean_of_ratios", "mean_of_ratios_hi", "mean_of_ratios_lo", "mean_transfer_s",
      "mean_wait_s", "median_latency_hi_s", "median_latency_lo_s", "median_latency_s",
      "median_ratio", "median_ratio_hi", "median_ratio_lo", "mser5_tasks",
      "optimal_latency_s", "other", "p95_latency_hi_s", "p95_latency_lo_s", "p95_latency_s",
      "p95_ratio", "p95_ratio_hi", "p95_ratio_lo", "p99_latency_hi_s", "p99_latency_lo_s",
      "p99_latency_s", "p_corrected", "p_value", "part", "placement", "point", "policy",
      "probability", "ratio", "ratio_of_means", "ratio_of_means_hi", "ratio_of_means_lo",
      "ratio_undefined", "reason", "release_s", "replication", "replications", "scenario",
      "seed", "significant", "status", "stderr", "subtask", "task", "tasks", "ties",
      "transfer_s", "unit", "units", "wait_s", "wall_ns", "warmup", "warmup_left_out",
      "where", "wins"};
  // clang-format on
  return names;
}

// The key in the option table: the user's names in collections are "*" there.
std::string table_key(const std::vector<std::string>& parts) {
  std::string key;
  for (const std::string& part : parts) {
    key = join_key(key, find_collection(key) != nullptr ? "*" : part);
  }
  return key;
}

struct RuleOf {
  const std::string& sample;

  std::optional<NumberRule> operator()(const IntegerOption&) const {
    return NumberRule{Dimension::count, BareNumber::only_zero, true};
  }
  std::optional<NumberRule> operator()(const QuantityOption& type) const {
    return NumberRule{type.dimension, type.bare, false};
  }
  std::optional<NumberRule> operator()(const QuantityOrCountOption& type) const {
    return parse_double(sample) ? NumberRule{Dimension::count, BareNumber::only_zero, true}
                                : NumberRule{type.dimension, BareNumber::only_zero, false};
  }
  std::optional<NumberRule> operator()(const DistributionOption& type) const {
    return NumberRule{type.rule.dimension, BareNumber::only_zero, std::isfinite(type.rule.high)};
  }
  std::optional<NumberRule> operator()(const ChannelOption& type) const {
    return NumberRule{type.rule.dimension, BareNumber::only_zero, false};
  }
  template <class Other>
  std::optional<NumberRule> operator()(const Other&) const {
    return std::nullopt;
  }
};

std::optional<double> number_of(const YamlNode& value, const NumberRule& rule) {
  try {
    return value.is_scalar() ? std::optional(parse_quantity(value.text, rule.dimension, rule.bare))
                             : std::nullopt;
  } catch (const ValueError&) {
    return std::nullopt;
  }
}

std::string field_of(const std::string& text, double number) {
  std::uint64_t whole = 0;  // of 64 bits, which a double does not hold
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, whole);
  return stop == end && error == std::errc() ? fmt::format("{}", whole) : fmt::format("{}", number);
}

std::string free_name(const std::string& name, const std::string& suffix) {
  const std::string column = name.ends_with(suffix) ? name : name + suffix;
  return reserved_names().contains(lower_case(column)) ? "swept_" + column : column;
}

}  // namespace

std::optional<NumberRule> number_rule(const std::vector<std::string>& key,
                                      const std::string& sample) {
  const std::string table = table_key(key);
  if (const Option* option = find_option(table)) {
    return std::visit(RuleOf{sample}, option->type);
  }
  const Option* map = find_option(table.substr(0, table.rfind('.')));
  const auto* channels = map == nullptr ? nullptr : std::get_if<NamedChannelsOption>(&map->type);
  return channels == nullptr
             ? std::nullopt
             : std::optional(NumberRule{channels->rule.dimension, BareNumber::only_zero, false});
}

std::optional<NumberRule> number_rule_of(const std::string& value) {
  double ignored = 0.0;
  const char* end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, ignored);
  if (error != std::errc()) {
    return std::nullopt;
  }
  const auto unit = trim(std::string_view(stop, static_cast<std::size_t>(end - stop)));
  for (const Dimension dimension :
       {Dimension::work, Dimension::data, Dimension::speed, Dimension::rate, Dimension::time,
        Dimension::frequency, Dimension::power, Dimension::capacitance}) {
    for (const Unit& known : units_of(dimension)) {
      if (known.name == unit) {
        return NumberRule{dimension, BareNumber::only_zero, false};
      }
    }
  }
  return NumberRule{Dimension::weight, BareNumber::only_zero, false};
}

void fill_column(SweptKey& swept) {
  for (const YamlNode& value : swept.values) {
    swept.numbers.push_back(swept.rule ? number_of(value, *swept.rule) : std::nullopt);
  }
  swept.column.numeric =
      swept.rule && std::all_of(swept.numbers.begin(), swept.numbers.end(),
                                [](const std::optional<double>& n) { return n.has_value(); });
  const UnitNames unit = swept.column.numeric ? names_of(swept.rule->dimension) : UnitNames{"", ""};
  swept.column.unit = unit.unit;
  swept.column.name = free_name(swept.name, unit.suffix);
  for (std::size_t i = 0; i < swept.values.size(); ++i) {
    swept.fields.push_back(swept.column.numeric ? field_of(swept.values[i].text, *swept.numbers[i])
                                                : flow_text(swept.values[i]));
  }
}

void check_columns(const std::vector<SweepAxis>& axes, Faults& faults) {
  std::map<std::string, const SweptKey*> taken;
  for (const SweepAxis& axis : axes) {
    for (const SweptKey& swept : axis.keys) {
      for (const std::string& name : std::set<std::string>{swept.name, swept.column.name}) {
        const auto [first, is_new] = taken.emplace(lower_case(name), &swept);
        if (!is_new && first->second->column.key != swept.column.key) {
          faults.add_at(swept.place, swept.column.key,
                        fmt::format("its column is called {}, as that of {} is; expected a `name` "
                                    "of its own",
                                    name, first->second->column.key));
          break;
        }
      }
    }
  }
}

}  // namespace mec
