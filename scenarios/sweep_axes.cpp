#include "scenarios/sweep_axes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "core/text.hpp"
#include "scenarios/flow_text.hpp"
#include "scenarios/option_table.hpp"
#include "scenarios/overrides.hpp"
#include "scenarios/sweep_columns.hpp"
#include "scenarios/sweep_members.hpp"
#include "scenarios/text_file.hpp"
#include "scenarios/value_error.hpp"

namespace mec {

namespace {

constexpr const char* kAxes = "axes";

// Why no axis may sweep a key, or an empty text.
std::string why_not(const std::string& first_part) {
  if (first_part == "policies") {
    return "every point runs the same policies; expected them under `policies` of the sweep, with "
           "their parameters";
  }
  if (first_part == "replications") {
    return "every point has as many; expected `replications` or `precision` of the sweep";
  }
  if (first_part == "name" || first_part == "description" || first_part == "published") {
    return "it changes no result; expected another key";
  }
  return "";
}

bool is_identifier(const std::string& text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !text.empty() && text.size() <= 40 && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); }) &&
         text != "and" && text != "or" && text != "not";
}

std::string name_of_key(std::string key) {
  std::replace_if(
      key.begin(), key.end(),
      [](char c) { return !is_identifier(std::string(1, c)) && !(c >= '0' && c <= '9'); }, '_');
  return key;
}

class AxisReader {
 public:
  explicit AxisReader(Faults& faults) : faults_(faults) {}

  std::optional<SweepAxis> read(const YamlNode& item) {
    if (!item.is_map()) {
      faults_.add(item, kAxes,
                  "not an axis; expected a map, such as {key: edge.speed, values: []}");
      return std::nullopt;
    }
    const Members members(
        item, kAxes, {"key", "name", "template", "values", "range", "log-range", "zip"}, faults_);
    SweepAxis axis{item, {}};
    if (members.has("zip")) {
      return read_zip(members, axis) ? std::optional(std::move(axis)) : std::nullopt;
    }
    auto swept = read_key(members, item);
    if (!swept) {
      return std::nullopt;
    }
    axis.keys.push_back(std::move(*swept));
    return check_values(axis) ? std::optional(std::move(axis)) : std::nullopt;
  }

 private:
  void fault(const YamlNode& place, const std::string& name, const std::string& message) {
    faults_.add_at(place, join_key(kAxes, name), message);
  }

  bool read_zip(const Members& members, SweepAxis& axis) {
    const YamlNode& list = *members.find("zip");
    const YamlNode& place = members.place_of("zip");
    for (const char* name : {"key", "name", "template", "values", "range", "log-range"}) {
      if (members.has(name)) {
        fault(members.place_of(name), name, "stands beside zip; expected it in one of zip's axes");
        return false;
      }
    }
    if (list.kind != YamlNode::Kind::list || list.items.empty()) {
      fault(place, "zip",
            fmt::format("{}; expected a list of axes that change together",
                        list.kind == YamlNode::Kind::list ? "an empty list" : "not a list"));
      return false;
    }
    bool sound = true;
    for (const YamlNode& item : list.items) {
      sound = read_zipped(item, axis) && sound;
    }
    return sound && check_lengths(axis, place) && check_values(axis);
  }

  bool read_zipped(const YamlNode& item, SweepAxis& axis) {
    if (!item.is_map()) {
      faults_.add(item, "axes.zip", "not an axis; expected a map, such as {key: b1, values: []}");
      return false;
    }
    const Members members(item, "axes.zip",
                          {"key", "name", "template", "values", "range", "log-range"}, faults_);
    auto swept = read_key(members, item);
    if (swept) {
      axis.keys.push_back(std::move(*swept));
    }
    return swept.has_value();
  }

  bool check_lengths(const SweepAxis& axis, const YamlNode& place) {
    for (const SweptKey& swept : axis.keys) {
      if (swept.size != axis.size()) {
        fault(place, "zip",
              fmt::format("{} values of {} and {} of {}; expected as many of each", axis.size(),
                          axis.keys.front().column.key, swept.size, swept.column.key));
        return false;
      }
    }
    return true;
  }

  std::optional<SweptKey> read_key(const Members& members, const YamlNode& item) {
    SweptKey swept;
    if (!members.has("key")) {
      fault(item, "key", "missing; expected a key of the scenario, such as edge.speed");
      return std::nullopt;
    }
    const auto text = members.text("key", "a key of the scenario, such as edge.speed");
    if (!text) {
      return std::nullopt;
    }
    swept.place = *members.find("key");
    const auto parts = split_key(*text);
    const std::string reason = parts ? why_not(parts->front()) : "";
    if (!parts || !reason.empty()) {
      faults_.add(swept.place, "axes.key",
                  parts ? reason : "not a key; expected one of the scenario, such as edge.speed");
      return std::nullopt;
    }
    swept.key = *parts;
    swept.column.key = join(*parts, ".");
    const bool named = read_name(members, swept);
    const bool formed = read_form(members, swept);
    if (!formed || !read_values(members, item, swept) || !named) {
      return std::nullopt;
    }
    fill_column(swept);
    for (YamlNode& value : swept.values) {
      if (!swept.form.empty()) {
        value.text =
            std::string(swept.form).replace(swept.form.find(kHole), kHole.size(), value.text);
      }
    }
    return swept;
  }

  bool read_form(const Members& members, SweptKey& swept) {
    constexpr auto kExpected = "one text with {} where the value belongs, such as poisson({})";
    if (!members.has("template")) {
      return true;
    }
    swept.form = members.text("template", kExpected).value_or("");
    const auto hole = swept.form.find(kHole);
    if (!members.find("template")->is_scalar()) {
      return false;
    }
    if (hole == std::string::npos || swept.form.find(kHole, hole + 1) != std::string::npos) {
      faults_.add(*members.find("template"), "axes.template",
                  fmt::format("not a template; expected {}", kExpected));
      return false;
    }
    return true;
  }

  static std::optional<NumberRule> rule_of(const SweptKey& swept, const std::string& sample) {
    return swept.form.empty() ? number_rule(swept.key, sample) : number_rule_of(sample);
  }

  bool read_name(const Members& members, SweptKey& swept) {
    swept.name = name_of_key(swept.column.key);
    if (!members.has("name")) {
      return true;
    }
    constexpr auto kExpected = "a name of letters, digits and _ that starts with a letter";
    const auto text = members.text("name", kExpected);
    if (text && !is_identifier(*text)) {
      faults_.add(*members.find("name"), "axes.name",
                  fmt::format("not the name of a column; expected {}", kExpected));
      return false;
    }
    swept.name = text.value_or(swept.name);
    return text.has_value();
  }

  bool read_values(const Members& members, const YamlNode& item, SweptKey& swept) {
    std::vector<std::string> given;
    for (const char* form : {"values", "range", "log-range"}) {
      if (members.has(form)) {
        given.emplace_back(form);
      }
    }
    if (given.size() != 1) {
      fault(given.empty() ? item : members.place_of(given[1]), swept.column.key,
            given.empty() ? "no values; expected one of values, range and log-range"
                          : join(given, " and ") + "; expected only one of them");
      return false;
    }
    const YamlNode& value = *members.find(given[0]);
    return given[0] == "values" ? read_list(value, members.place_of("values"), swept)
                                : read_range(value, given[0], swept);
  }

  bool read_list(const YamlNode& list, const YamlNode& place, SweptKey& swept) {
    if (list.kind != YamlNode::Kind::list || list.items.empty()) {
      const char* what = list.kind == YamlNode::Kind::null   ? "no values"
                         : list.kind == YamlNode::Kind::list ? "an empty list"
                                                             : "not a list";
      fault(place, "values",
            fmt::format("{}; expected a list of values of {}", what, swept.column.key));
      return false;
    }
    for (const YamlNode& item : list.items) {
      if (item.kind == YamlNode::Kind::null || (!swept.form.empty() && !item.is_scalar())) {
        fault(item, "values",
              item.kind == YamlNode::Kind::null
                  ? "an empty value; expected a value of " + swept.column.key
                  : "a value with parts beside a template; expected one text");
        return false;
      }
    }
    swept.values = list.items;
    swept.size = swept.values.size();
    const auto sample = std::find_if(list.items.begin(), list.items.end(), [](const YamlNode& v) {
      return !v.is_scalar() || !parse_double(v.text);
    });
    swept.rule =
        number_rule(swept.key, (sample == list.items.end() ? list.items[0] : *sample).text);
    return true;
  }

  bool read_range(const YamlNode& value, const std::string& form, SweptKey& swept) {
    const std::string key = join_key(kAxes, form);
    const bool linear = form == "range";
    const char* expected = linear ? "{from: 1, to: 5, step: 1} or {from: 1, to: 5, count: 5}"
                                  : "{from: 1, to: 100, count: 3}";
    if (!value.is_map()) {
      faults_.add(value, key, fmt::format("not a map; expected one such as {}", expected));
      return false;
    }
    const Members members(value, key,
                          linear ? std::vector<std::string>{"from", "to", "step", "count"}
                                 : std::vector<std::string>{"from", "to", "count"},
                          faults_);
    const auto from = members.text("from", "the first value");
    const auto to = members.text("to", "the last value");
    const auto step = members.text("step", "the distance of two values");
    const auto count = members.whole("count", 1, std::numeric_limits<std::uint32_t>::max());
    const bool counted = members.has("count");
    if (!from || !to || (linear && counted == members.has("step")) || (!linear && !counted)) {
      faults_.add_at(value, key, fmt::format("not complete; expected {}", expected));
      return false;
    }
    if ((counted && !count) || (!counted && !step)) {
      return false;
    }
    return make_range({*from, *to, step, count}, linear, value, key, swept);
  }

  bool make_range(const RangeText& text, bool linear, const YamlNode& value, const std::string& key,
                  SweptKey& swept) {
    swept.rule = rule_of(swept, parse_double(text.to) ? text.from : text.to);
    if (!swept.rule) {
      fault(value, swept.column.key, "not a key of numbers; expected values: [...]");
      return false;
    }
    try {
      const NumberRange range =
          linear ? linear_range(text, *swept.rule) : log_range(text, *swept.rule);
      swept.size = range.count;
      for (std::uint64_t i = 0; i < range.count && range.count <= kMostAxisValues; ++i) {
        YamlNode made;
        made.kind = YamlNode::Kind::scalar;
        made.text = range.text_of(i);
        made.at = value.at;
        made.source = value.source;
        swept.values.push_back(std::move(made));
      }
      return true;
    } catch (const ValueError& error) {
      faults_.add_at(value, key, error.what());
      return false;
    }
  }

  // No two values of an axis are the same.
  bool check_values(const SweepAxis& axis) {
    std::map<std::vector<std::string>, std::size_t> seen;
    for (std::size_t i = 0; i < axis.keys.front().values.size(); ++i) {
      std::vector<std::string> identity;
      for (const SweptKey& swept : axis.keys) {
        identity.push_back(swept.numbers[i] ? fmt::format("#{}", *swept.numbers[i])
                                            : flow_text(swept.values[i]));
      }
      const SweptKey& first = axis.keys.front();
      if (!seen.emplace(std::move(identity), i).second) {
        faults_.add(first.values[i], first.column.key,
                    axis.keys.size() == 1
                        ? "listed twice; expected every value once"
                        : "listed twice with the same values beside it; expected it once");
        return false;
      }
    }
    return true;
  }

  Faults& faults_;
};

// Whether a value of `outer` holds one of `inner`.
bool lies_within(const SweptKey& inner, const SweptKey& outer) {
  return outer.key.size() < inner.key.size() &&
         std::equal(outer.key.begin(), outer.key.end(), inner.key.begin());
}

void check_two(const SweptKey& first, const SweptKey& second, Faults& faults) {
  if (first.key == second.key) {
    faults.add_at(
        second.place, second.column.key,
        fmt::format("swept twice; expected one axis, first on line {}", first.place.at.line));
    return;
  }
  const bool second_is_inner = lies_within(second, first);
  const SweptKey& inner = second_is_inner ? second : first;
  const SweptKey& outer = second_is_inner ? first : second;
  if (lies_within(inner, outer)) {
    faults.add_at(inner.place, inner.column.key,
                  fmt::format("lies within {}, which is swept too; expected only one of them",
                              outer.column.key));
  }
}

void check_keys(const std::vector<SweepAxis>& axes, Faults& faults) {
  std::vector<const SweptKey*> seen;
  for (const SweepAxis& axis : axes) {
    for (const SweptKey& swept : axis.keys) {
      for (const SweptKey* other : seen) {
        check_two(*other, swept, faults);
      }
      seen.push_back(&swept);
    }
  }
}

}  // namespace

std::vector<SweepAxis> read_axes(const YamlNode& list, Faults& faults) {
  std::vector<SweepAxis> axes;
  if (list.kind != YamlNode::Kind::list || list.items.empty()) {
    faults.add_at(list, kAxes,
                  fmt::format("{}; expected a list of axes, such as - {{key: device.count, values: "
                              "[5, 10]}}",
                              list.kind == YamlNode::Kind::list   ? "an empty list"
                              : list.kind == YamlNode::Kind::null ? "no value"
                                                                  : "not a list"));
    return axes;
  }
  AxisReader reader(faults);
  for (const YamlNode& item : list.items) {
    if (auto axis = reader.read(item)) {
      axes.push_back(std::move(*axis));
    }
  }
  check_keys(axes, faults);
  check_columns(axes, faults);
  return axes;
}

}  // namespace mec
