#include "policies/learning/learning_parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/text.hpp"

namespace mec::learning {

namespace {

using Type = PolicyParameter::Type;
constexpr std::size_t kPaperSubtasks = 6;

}  // namespace

PolicyParameter features_parameter(const std::string& name, const std::string& default_value) {
  return {name,
          Type::text,
          default_value,
          "what the network sees: raw (the paper's S), time (time of each part over the mean "
          "local time), cost (the same for any objective), auto (time for latency, else cost)",
          {"auto", "raw", "time", "cost"}};
}

PolicyParameter samples_parameter(const std::string& name, const std::string& default_value,
                                  const std::string& summary) {
  return {name, Type::integer, default_value, summary, {}, 1, kMostSamples};
}

PolicyParameter samples_from_parameter(const std::string& default_value) {
  return {"samples_from",
          Type::text,
          default_value,
          "distributions to draw samples from: the scenario's own, or those of its `training` "
          "section where it has one",
          {"scenario", "training"}};
}

std::vector<PolicyParameter> common_parameters() {
  return {
      {"subtasks",
       Type::integer,
       "0",
       "n that the network is made for; tasks of another length are merged or filled up to it; "
       "0: the scenario's",
       {},
       0,
       static_cast<double>(kMostNetworkSubtasks)},
      {"train_seed",
       Type::integer,
       "1",
       "seed of samples, first weights and order of training; independent of the scenario's seed",
       {},
       0,
       9007199254740992.0},
      {"arithmetic",
       Type::text,
       "reproducible",
       "of training: the same model on every machine, or the BLAS's, which differs between them",
       {"reproducible", "fast"}},
      {"weights",
       Type::text,
       "fp32",
       "how the deciding network stores its weights",
       {"fp32", "fp16", "int8"}},
      {"model",
       Type::text,
       "",
       "ONNX file of a model to use; empty: train one, or take it from the cache",
       {}},
  };
}

std::uint64_t whole(const PolicyParameters& parameters, const std::string& name) {
  return static_cast<std::uint64_t>(number(parameters, name));
}

double number(const PolicyParameters& parameters, const std::string& name) {
  return parse_double(parameters.at(name)).value();  // checked by the registry
}

Arithmetic arithmetic(const PolicyParameters& parameters) {
  return parameters.at("arithmetic") == "fast" ? Arithmetic::fast : Arithmetic::reproducible;
}

WeightPrecision weight_precision(const PolicyParameters& parameters) {
  const std::string& weights = parameters.at("weights");
  return weights == "int8"   ? WeightPrecision::int8
         : weights == "fp16" ? WeightPrecision::fp16
                             : WeightPrecision::fp32;
}

std::size_t network_subtasks(const PolicyParameters& parameters, const Scenario& scenario) {
  if (const std::uint64_t given = whole(parameters, "subtasks"); given > 0) {
    return given;
  }
  const Support lengths = support(scenario.task.subtasks);
  const double middle = std::round(0.5 * (lengths.low + lengths.high));
  if (!std::isfinite(middle)) {
    return kPaperSubtasks;
  }
  return static_cast<std::size_t>(
      std::clamp(middle, 1.0, static_cast<double>(kMostNetworkSubtasks)));
}

FeatureSchema feature_schema(const PolicyParameters& parameters, const std::string& name,
                             const Scenario& scenario) {
  FeatureSchema schema;
  schema.subtasks = network_subtasks(parameters, scenario);
  const std::string& kind = parameters.at(name);
  const bool latency = scenario.objective.is_latency();
  schema.kind = kind == "raw"                                    ? FeatureKind::raw
                : kind == "cost" || (kind == "auto" && !latency) ? FeatureKind::cost
                                                                 : FeatureKind::time;
  schema.cloud_compute =
      schema.kind == FeatureKind::time && std::isfinite(support(scenario.network.cloud_speed).low);
  return schema;
}

Scenario sample_scenario(const PolicyParameters& parameters, const Scenario& scenario) {
  return parameters.at("samples_from") == "training" ? training_scenario(scenario) : scenario;
}

PolicyError no_model(const std::string& policy) {
  return PolicyError{
      fmt::format("policy {}: no model: `mecsim run` and `mecsim train` make one, or give one as "
                  "parameter model",
                  policy)};
}

}  // namespace mec::learning
