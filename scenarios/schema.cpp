#include "scenarios/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "core/text.hpp"
#include "scenarios/json_text.hpp"
#include "scenarios/option_table.hpp"

namespace mec {

namespace {

using Schemas = std::vector<Json::Object>;  // alternatives

constexpr const char* kNumber = R"(\+?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?)";
constexpr const char* kZero = R"([+-]?0*\.?0+)";

std::string escape_regex(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (std::string_view("*^$.|?+()[]{}\\").find(c) != std::string_view::npos) {
      escaped += '\\';
    }
    escaped += c;
  }
  return escaped;
}

// A number with one of the dimension's units, or a bare 0 (or any bare number, where allowed).
std::string quantity_pattern(Dimension dimension, BareNumber bare = BareNumber::only_zero) {
  std::vector<std::string> units;
  for (const Unit& unit : units_of(dimension)) {
    units.push_back(escape_regex(unit.name));
  }
  if (units.empty()) {
    return kNumber;
  }
  const std::string with_unit = fmt::format("{} *({})", kNumber, join(units, "|"));
  return fmt::format("({}|{})", with_unit, bare == BareNumber::allowed ? kNumber : kZero);
}

// "Q, N" of a distribution form, with the patterns of quantity and number put in.
std::string arguments_pattern(const std::string& form, const std::string& quantity) {
  std::string pattern;
  for (const char c : form) {
    switch (c) {
      case 'Q':
        pattern += " *" + quantity + " *";
        break;
      case 'N':
        pattern += fmt::format(" *{} *", kNumber);
        break;
      case ' ':
        break;
      default:
        pattern += c;
    }
  }
  return pattern;
}

Json::Object pattern_of(const std::string& alternatives) {
  return {{"type", "string"}, {"pattern", fmt::format("^ *({}) *$", alternatives)}};
}

Json number_literal(double value) {
  return Json::literal(std::floor(value) == value && std::fabs(value) < 1e15
                           ? fmt::format("{:.0f}", value)
                           : fmt::format("{}", value));
}

Json::Object zero() { return {{"const", Json::literal("0")}}; }

Json::Object words_schema(const std::vector<std::string>& words) {
  Json::Array values(words.begin(), words.end());
  return {{"enum", std::move(values)}};
}

Schemas distribution_schemas(const DistributionRule& rule) {
  const std::string quantity = quantity_pattern(rule.dimension);
  const bool counted = rule.dimension == Dimension::count;
  std::vector<std::string> alternatives;
  if (!counted) {
    alternatives.push_back(quantity);
  }
  if (rule.infinite == Infinite::allowed) {
    alternatives.emplace_back("infinite");
  }
  for (const DistributionForm& form : distribution_forms()) {
    alternatives.push_back(
        fmt::format("{}\\({}\\)", form.name, arguments_pattern(form.pattern, quantity)));
  }
  Schemas schemas;
  if (counted) {
    schemas.push_back({{"type", "integer"},
                       {"minimum", number_literal(rule.low)},
                       {"maximum", number_literal(rule.high)}});
  } else if (!rule.positive) {
    schemas.push_back(zero());
  }
  schemas.push_back(pattern_of(join(alternatives, "|")));
  return schemas;
}

Json parameter_schema(const PolicyParameter& parameter) {
  Json::Object schema = {{"description", parameter.summary}, {"default", parameter.default_value}};
  if (parameter.type == PolicyParameter::Type::text) {
    if (!parameter.choices.empty()) {
      Json::Array values(parameter.choices.begin(), parameter.choices.end());
      schema.emplace_back("enum", std::move(values));
    } else {
      schema.emplace_back("type", Json::Array{"string", "number", "boolean"});
    }
    return schema;
  }
  schema[1].second = Json::literal(parameter.default_value);
  schema.emplace_back("type",
                      parameter.type == PolicyParameter::Type::integer ? "integer" : "number");
  if (std::isfinite(parameter.low)) {
    schema.emplace_back("minimum", number_literal(parameter.low));
  }
  if (std::isfinite(parameter.high)) {
    schema.emplace_back("maximum", number_literal(parameter.high));
  }
  return schema;
}

Json::Object object_schema(Json::Object properties) {
  return {
      {"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
}

Json policy_with_parameters(const PolicyEntry& entry) {
  Json::Object parameters;
  for (const PolicyParameter& parameter : entry.parameters) {
    parameters.emplace_back(parameter.name, parameter_schema(parameter));
  }
  for (const PolicyParameter& parameter : common_policy_parameters()) {
    parameters.emplace_back(parameter.name, parameter_schema(parameter));
  }
  Json::Object value = object_schema(std::move(parameters));
  value[0].second = Json::Array{"object", "null"};
  Json::Object schema = object_schema({{entry.name, Json(std::move(value))}});
  schema.emplace_back("description", entry.summary);
  schema.emplace_back("required", Json::Array{entry.name});
  return schema;
}

Json::Object policies_schema(const PolicyRegistry& policies) {
  Json::Array items;
  for (const PolicyEntry& entry : policies.entries()) {
    items.push_back(Json::Object{{"const", entry.name}, {"description", entry.summary}});
  }
  for (const PolicyEntry& entry : policies.entries()) {
    items.push_back(policy_with_parameters(entry));
  }
  return {{"type", "array"},
          {"minItems", Json::literal("1")},
          {"items", Json::Object{{"anyOf", std::move(items)}}}};
}

Json::Object policy_numbers_schema(const PolicyRegistry& policies) {
  Json::Object properties;
  for (const PolicyEntry& entry : policies.entries()) {
    properties.emplace_back(
        entry.name, Json::Object{{"type", "number"}, {"exclusiveMinimum", Json::literal("0")}});
  }
  Json::Object schema = object_schema(std::move(properties));
  schema.emplace_back("minProperties", Json::literal("1"));
  return schema;
}

class SchemaWriter {
 public:
  explicit SchemaWriter(const PolicyRegistry& policies) : policies_(policies) {}

  Json::Object map_schema(const std::string& map_key) const {
    Json::Object properties;
    Json::Array required;
    for (const std::string& name : names_in(map_key)) {
      const std::string key = join_key(map_key, name);
      properties.emplace_back(name, member_schema(key));
      if (is_required(key)) {
        required.emplace_back(name);
      }
    }
    Json::Object schema = {{"description", std::string(map_summary(map_key))}};
    for (auto& member : object_schema(std::move(properties))) {
      schema.push_back(std::move(member));
    }
    if (!required.empty()) {
      schema.emplace_back("required", std::move(required));
    }
    if (is_choice(map_key)) {
      schema.emplace_back("minProperties", Json::literal("1"));
      schema.emplace_back("maxProperties", Json::literal("1"));
    }
    return schema;
  }

 private:
  // Required in its map: so is a map that requires one of its own members.
  static bool is_required(const std::string& key) {
    if (const Option* option = find_option(key)) {
      return option->need == Need::always;
    }
    const auto names = names_in(key);
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      const Option* option = find_option(join_key(key, name));
      return option != nullptr && option->need == Need::always;
    });
  }

  Json member_schema(const std::string& key) const {
    const Option* option = find_option(key);
    if (option == nullptr) {
      return map_schema(key);
    }
    Json::Object schema = {{"description", option->summary}};
    if (!option->default_text.empty()) {
      schema.emplace_back("default", default_of(*option));
    }
    Schemas values =
        std::visit([&](const auto& type) { return value_schemas(type, *option); }, option->type);
    if (values.size() == 1) {
      std::move(values[0].begin(), values[0].end(), std::back_inserter(schema));
    } else {
      schema.emplace_back("anyOf", Json::Array(values.begin(), values.end()));
    }
    return schema;
  }

  static Json default_of(const Option& option) {
    const bool number = parse_double(option.default_text).has_value();
    return number ? Json::literal(option.default_text) : Json(option.default_text);
  }

  static Schemas value_schemas(const TextOption&, const Option&) {
    return {{{"type", Json::Array{"string", "number", "boolean"}}}};
  }
  static Schemas value_schemas(const PathOption&, const Option&) {
    return {{{"type", "string"}, {"minLength", Json::literal("1")}}};
  }
  static Schemas value_schemas(const IntegerOption& type, const Option&) {
    Schemas schemas = {{{"type", "integer"},
                        {"minimum", Json::literal(fmt::format("{}", type.low))},
                        {"maximum", Json::literal(fmt::format("{}", type.high))}}};
    if (!type.word.empty()) {
      schemas.push_back(words_schema({type.word}));
    }
    return schemas;
  }
  static Schemas value_schemas(const QuantityOption& type, const Option&) {
    const bool bare = units_of(type.dimension).empty() || type.bare == BareNumber::allowed;
    Schemas schemas = {bare ? Json::Object{{"type", "number"}, {"minimum", Json::literal("0")}}
                            : zero()};
    if (!units_of(type.dimension).empty()) {
      schemas.push_back(pattern_of(quantity_pattern(type.dimension, type.bare)));
    }
    return schemas;
  }
  static Schemas value_schemas(const DistributionOption& type, const Option&) {
    return distribution_schemas(type.rule);
  }
  Schemas value_schemas(const KeywordOption& type, const Option& option) const {
    Schemas schemas = {words_schema(type.words)};
    if (type.begin_map != nullptr) {
      schemas.push_back(map_schema(option.key));
    }
    return schemas;
  }
  static Schemas value_schemas(const ArrivalsOption&, const Option&) {
    return {words_schema({"closed-loop", "from-file"}),
            pattern_of(fmt::format(R"re(poisson\( *{} *\)|periodic\( *{} *\))re",
                                   quantity_pattern(Dimension::frequency),
                                   quantity_pattern(Dimension::time)))};
  }
  Schemas value_schemas(const PolicyNumbersOption&, const Option&) const {
    return {policy_numbers_schema(policies_)};
  }
  Schemas value_schemas(const PoliciesOption&, const Option&) const {
    return {policies_schema(policies_)};
  }

  const PolicyRegistry& policies_;
};

// Options that are needed unless a workload file gives the tasks, by their map.
Json without_file_schema() {
  Json::Array maps;
  Json::Object properties;
  for (const std::string& map_key : names_in("")) {
    Json::Array required;
    for (const std::string& name : names_in(map_key)) {
      const Option* option = find_option(join_key(map_key, name));
      if (option != nullptr && option->need == Need::without_file) {
        required.emplace_back(name);
      }
    }
    if (!required.empty()) {
      maps.emplace_back(map_key);
      properties.emplace_back(map_key, Json::Object{{"required", std::move(required)}});
    }
  }
  return Json::Object{{"required", std::move(maps)}, {"properties", std::move(properties)}};
}

}  // namespace

std::string json_schema(const PolicyRegistry& policies) {
  Json::Object schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                         {"title", "mecsim scenario"}};
  for (auto& member : SchemaWriter(policies).map_schema("")) {
    schema.push_back(std::move(member));
  }
  const Json has_file = Json::Object{
      {"required", Json::Array{"workload"}},
      {"properties", Json::Object{{"workload", Json::Object{{"required", Json::Array{"file"}}}}}}};
  schema.emplace_back("if", has_file);
  schema.emplace_back("else", without_file_schema());
  return Json(std::move(schema)).print() + "\n";
}

}  // namespace mec
