// Facts
//   name:       drl
//   decides:    where a network expects least cost that has learned it by trying placements
//   parameters: method = sequential | placements: a site at a time, or a whole placement as the
//               paper has it; the network, its training, its samples
//   cost:       sequential: n times O(parameters); placements: O(3^n parameters)
//   reference:  Chen, Zeng, Yu, Chen 2020, Section 5.1, item 3; double duelling network after their
//               reference [10]
#include "policies/drl/drl.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "policies/drl/deciders.hpp"
#include "policies/drl/placement_value.hpp"
#include "policies/drl/sequential.hpp"
#include "policies/learning/hidden_layers.hpp"
#include "policies/learning/learning_parameters.hpp"
#include "policies/learning/model/model_file.hpp"
#include "policies/learning/training/training_run.hpp"

namespace mec {

namespace {

using drl::DeepQOptions;
using learning::FeatureSchema;
using learning::HeadKind;
using learning::Model;
using learning::SampleRequest;
using learning::SampleSet;
using Type = PolicyParameter::Type;

constexpr const char* kName = "drl";
constexpr std::uint64_t kTrainingPart = 0;     // the samples that `dil` has labels of
constexpr std::uint64_t kValidationPart = 16;  // of no other policy
constexpr std::uint64_t kFewestValidated = 200;
constexpr std::uint64_t kMostValidated = 5000;

PolicyParameter integer(const char* name, const char* value, const char* summary, double low,
                        double high) {
  return {name, Type::integer, value, summary, {}, low, high};
}

std::vector<PolicyParameter> parameters() {
  std::vector<PolicyParameter> all = {
      {"method",
       Type::text,
       "sequential",
       "sequential: an action is the site of the next subtask; placements: an action is a whole "
       "placement and deciding tries all 3^n, as in the paper (at most 10 subtasks)",
       {"sequential", "placements"}},
      learning::features_parameter("features", "auto"),
      {"hidden", Type::text, "64x2", "hidden layers: 64x2 is two of 64, 256-128 one of each", {}},
      learning::samples_parameter("samples", "100000", "tasks to try placements on"),
      learning::samples_from_parameter("scenario"),
      integer("steps", "60000", "gradient steps, at most", 1, 1e9),
      integer("batch", "512", "remembered experiences a step", 1, 65'536),
      {"rate",
       Type::number,
       "0.005",
       "Adam's learning rate at the start; falls linearly to a fiftieth",
       {},
       1e-9,
       1e3},
      integer("replay", "100000", "experiences remembered", 1, 1e6),
      integer("target_every", "200",
              "method sequential: steps between copies of the network to the target network", 1,
              1e9),
      {"epsilon_end",
       Type::number,
       "0.1",
       "share of random actions in the second half; falls linearly from 1 in the first",
       {},
       0.0,
       1.0},
  };
  for (PolicyParameter& parameter : learning::common_parameters()) {
    all.push_back(std::move(parameter));
  }
  return all;
}

DeepQOptions options_of(const PolicyParameters& parameters) {
  using learning::number;
  using learning::whole;
  DeepQOptions options;
  options.hidden = learning::parse_hidden(kName, "hidden", parameters.at("hidden"));
  options.steps = whole(parameters, "steps");
  options.batch = whole(parameters, "batch");
  options.rate = number(parameters, "rate");
  options.replay = whole(parameters, "replay");
  options.target_every = whole(parameters, "target_every");
  options.epsilon_end = number(parameters, "epsilon_end");
  options.seed = whole(parameters, "train_seed");
  options.arithmetic = learning::arithmetic(parameters);
  return options;
}

HeadKind head_of(const PolicyParameters& parameters) {
  return parameters.at("method") == "placements" ? HeadKind::value : HeadKind::step;
}

void check_placements(HeadKind head, const FeatureSchema& schema) {
  if (head == HeadKind::value &&
      drl::placement_count(schema.subtasks, drl::kMostPlacements) > drl::kMostPlacements) {
    throw PolicyError(fmt::format(
        "policy {}: method placements tries 3^n placements for every decision, too many for {} "
        "subtasks: expected subtasks of at most 10, or method sequential",
        kName, schema.subtasks));
  }
}

// The file of a model for these parameters: out of the cache, or trained.
std::string model_for(const PreparationContext& context) {
  const DeepQOptions options = options_of(context.parameters);
  const HeadKind head = head_of(context.parameters);
  const Scenario scenario = learning::sample_scenario(context.parameters, context.scenario);
  const FeatureSchema schema =
      learning::feature_schema(context.parameters, "features", context.scenario);
  check_placements(head, schema);
  const std::uint64_t count = learning::whole(context.parameters, "samples");
  const SampleRequest request{scenario, schema, count, options.seed, kTrainingPart};
  const SampleRequest held_out{scenario, schema,
                               std::clamp(count / 10, kFewestValidated, kMostValidated),
                               options.seed, kValidationPart};
  const std::string description = fmt::format("head={} ", name_of(head)) + describe(options) +
                                  learning::describe(request) + learning::describe(held_out);
  return learning::trained_model(
      context, kName, description, [&](const learning::TrainingRun& run) {
        const SampleSet samples = learning::cached_samples(request, context.cache);
        const SampleSet validation = learning::draw_samples(held_out);
        const auto agent = head == HeadKind::step
                               ? drl::sequential_agent(samples, validation, options)
                               : drl::placement_agent(samples, validation, options);
        return drl::train(*agent, options, run);
      });
}

Model load(const PolicyParameters& parameters) {
  const std::string& path = parameters.at(kModelParameter);
  Model model = learning::load_model(path);
  const HeadKind expected = head_of(parameters);
  if (model.head != expected) {
    throw UserError(fmt::format("{}: a model of head {}; policy {} with method {} expects head {}",
                                path, name_of(model.head), kName, parameters.at("method"),
                                name_of(expected)));
  }
  check_placements(expected, model.features);
  return model;
}

PolicyParameters prepare(const PreparationContext& context) {
  PolicyParameters ready = context.parameters;
  std::string& path = ready.at(kModelParameter);
  if (path.empty()) {
    path = model_for(context);
  }
  learning::warn_if_out_of_range(load(ready), kName, context);
  return ready;
}

std::unique_ptr<Policy> make(const PolicyContext& context) {
  const std::string& path = context.parameters.at(kModelParameter);
  if (path.empty()) {
    throw learning::no_model(kName);
  }
  if (context.sites != 3) {
    throw PolicyError(
        fmt::format("policy {}: made for three sites (device, edge, cloud); there are {}", kName,
                    context.sites));
  }
  const auto precision = learning::weight_precision(context.parameters);
  Model model = load(context.parameters);
  try {
    if (model.head == HeadKind::step) {
      return std::make_unique<drl::StepDecider>(std::move(model), precision);
    }
    return std::make_unique<drl::ValueDecider>(model, precision);
  } catch (const UserError& error) {
    throw UserError(fmt::format("{}: {}", path, error.what()));
  }
}

}  // namespace

PolicyEntry drl_policy() {
  return {kName,
          "a network that has learned by trying placements (deep Q-learning)",
          "Chen, Zeng, Yu, Chen 2020, Section 5.1",
          parameters(),
          make,
          prepare,
          learning::kStaticAbilities};
}

}  // namespace mec
