#include "scenarios/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "core/text.hpp"
#include "scenarios/json_text.hpp"
#include "scenarios/option_table.hpp"
#include "scenarios/value_patterns.hpp"

namespace mec {

namespace {

using Schemas = std::vector<Json::Object>;  // alternatives

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
  Schemas schemas;
  if (rule.dimension == Dimension::count) {
    schemas.push_back({{"type", "integer"},
                       {"minimum", number_literal(rule.low)},
                       {"maximum", number_literal(rule.high)}});
  } else if (!rule.positive) {
    schemas.push_back(zero());
  }
  schemas.push_back(pattern_of(distribution_pattern(rule)));
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

// Without its type.
Json::Object list_of_names() {
  return {{"items", Json::Object{{"type", "string"}}}, {"minItems", Json::literal("1")}};
}

class SchemaWriter {
 public:
  explicit SchemaWriter(const PolicyRegistry& policies) : policies_(policies) {}

  Json::Object map_schema(const std::string& map_key) const {
    Json::Object properties;
    if (const Collection* collection = find_collection(map_key)) {
      return collection_schema(*collection);
    }
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
    if (const Json::Array alternatives = one_of_these(map_key); !alternatives.empty()) {
      schema.emplace_back("anyOf", alternatives);
    }
    if (is_choice(map_key)) {
      schema.emplace_back("minProperties", Json::literal("1"));
      schema.emplace_back("maxProperties", Json::literal("1"));
    }
    return schema;
  }

 private:
  // Required in its map. What is required without a topology is so in its own map, which stands
  // only where there is none; the root says when that is.
  static bool is_required(const std::string& key) {
    if (const Collection* collection = find_collection(key)) {
      return collection->need == Need::always;
    }
    const Option* option = find_option(key);
    return option != nullptr &&
           (option->need == Need::always || option->need == Need::without_topology);
  }

  // A platform, or what is needed without one.
  static Json::Array one_of_these(const std::string& map_key) {
    Json::Array needed;
    for (const Collection& collection : collections()) {
      if (collection.need == Need::without_platform &&
          collection.key.starts_with(join_key(map_key, ""))) {
        needed.emplace_back(collection.key.substr(map_key.size() + 1));
      }
    }
    return needed.empty() || map_key.empty()
               ? Json::Array()
               : Json::Array{Json::Object{{"required", Json::Array{"platform"}}},
                             Json::Object{{"required", std::move(needed)}}};
  }

  Json::Object collection_schema(const Collection& collection) const {
    const Json::Object item = map_schema(join_key(collection.key, "*"));
    Json::Object schema = {{"description", collection.summary}};
    if (collection.form == Collection::Form::list) {
      schema.emplace_back("type", "array");
      schema.emplace_back("items", item);
      return schema;
    }
    const bool may_be_list = collection.instead.set != nullptr;
    schema.emplace_back("type",
                        may_be_list ? Json(Json::Array{"object", "array"}) : Json("object"));
    schema.emplace_back("minProperties", Json::literal("1"));
    schema.emplace_back("propertyNames", Json::Object{{"pattern", kNamePattern}});
    schema.emplace_back("additionalProperties", item);
    if (may_be_list) {
      for (auto& member : list_of_names()) {
        schema.push_back(std::move(member));
      }
    }
    return schema;
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
    Schemas schemas;
    if (bare) {
      schemas.push_back({{"type", "number"}, {"minimum", Json::literal("0")}});
      if (std::isfinite(type.high)) {
        schemas.back().emplace_back("maximum", number_literal(type.high));
      }
    } else if (!type.positive) {
      schemas.push_back(zero());
    }
    if (!units_of(type.dimension).empty()) {
      schemas.push_back(pattern_of(quantity_pattern(type.dimension, type.bare)));
    }
    return schemas;
  }
  static Schemas value_schemas(const QuantityOrCountOption& type, const Option&) {
    return {{{"type", "integer"},
             {"minimum", Json::literal("0")},
             {"maximum", Json::literal(fmt::format("{}", type.high))}},
            pattern_of(quantity_pattern(type.dimension))};
  }
  static Schemas value_schemas(const DistributionOption& type, const Option&) {
    return distribution_schemas(type.rule);
  }
  static Schemas value_schemas(const ChannelOption&, const Option&) {
    return {{{"$ref", "#/$defs/channel"}}};
  }
  static Schemas value_schemas(const NameOption&, const Option&) {
    return {{{"type", "string"}, {"pattern", kNamePattern}}};
  }
  static Schemas value_schemas(const NodeOption&, const Option&) { return {{{"type", "string"}}}; }
  static Schemas value_schemas(const NodePairOption&, const Option&) {
    return {{{"type", "array"},
             {"items", Json::Object{{"type", "string"}}},
             {"minItems", Json::literal("2")},
             {"maxItems", Json::literal("2")}}};
  }
  static Schemas value_schemas(const NamesOption&, const Option&) {
    Json::Object schema = {{"type", "array"}};
    for (auto& member : list_of_names()) {
      schema.push_back(std::move(member));
    }
    return {schema};
  }
  static Schemas value_schemas(const NamedChannelsOption&, const Option&) {
    return {{{"type", "object"},
             {"minProperties", Json::literal("1")},
             {"additionalProperties", Json::Object{{"$ref", "#/$defs/channel"}}}}};
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

// Names of what is in the map and has this need; of maps, what has an option of this need.
std::vector<std::string> names_with(Need need, const std::string& map_key) {
  std::vector<std::string> names = names_in(map_key);
  const auto lacks = [&](const std::string& name) {
    const std::string key = join_key(map_key, name);
    const Option* option = find_option(key);
    return option != nullptr ? option->need != need : names_with(need, key).empty();
  };
  names.erase(std::remove_if(names.begin(), names.end(), lacks), names.end());
  return names;
}

Json::Object required_members(const std::vector<std::string>& names) {
  return {{"required", Json::Array(names.begin(), names.end())}};
}

// Options that are needed unless a workload file gives the tasks, by their map.
Json::Object unless_file() {
  Json::Object properties;
  const auto maps = names_with(Need::without_file, "");
  for (const std::string& map_key : maps) {
    properties.emplace_back(map_key, required_members(names_with(Need::without_file, map_key)));
  }
  Json::Object needed = required_members(maps);
  needed.emplace_back("properties", std::move(properties));
  const Json::Object file = {{"workload", required_members({"file"})}};
  Json::Object has_file = required_members({"workload"});
  has_file.emplace_back("properties", file);
  return {{"if", std::move(has_file)}, {"else", std::move(needed)}};
}

// A topology, or the maps whose place it takes.
Json::Object unless_topology() {
  Json::Object refused = {{"cloud", false}};
  const auto maps = names_with(Need::without_topology, "");
  for (const std::string& map_key : maps) {
    refused.emplace_back(map_key, false);
  }
  return {{"if", required_members({"topology"})},
          {"then", Json::Object{{"properties", std::move(refused)}}},
          {"else", required_members(maps)}};
}

}  // namespace

std::string json_schema(const PolicyRegistry& policies) {
  Json::Object schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                         {"title", "mecsim scenario"}};
  for (auto& member : SchemaWriter(policies).map_schema("")) {
    schema.push_back(std::move(member));
  }
  schema.emplace_back("allOf", Json::Array{unless_file(), unless_topology()});
  schema.emplace_back("$defs", Json::Object{{"channel", pattern_of(channel_pattern())}});
  return Json(std::move(schema)).print() + "\n";
}

}  // namespace mec
