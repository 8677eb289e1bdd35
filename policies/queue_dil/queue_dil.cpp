// Facts
//   name:       queue-dil
//   decides:    the whole placement that a network scores highest, from task, state and the waits
//               that are seen
//   imitates:   optimal with queues: wait and a toll (policies/optimal/priced.hpp)
//   ignores:    rates that are another one downwards (the planner that it learns from does not)
//   parameters: toll; the network, its samples and its training: training.hpp
//   cost:       O(parameters of the network)
//   reference:  ours, after Chen, Zeng, Yu, Chen 2020, Section 3.3
#include "policies/queue_dil/queue_dil.hpp"

#include <fmt/format.h>

#include <cmath>

#include "policies/latency_only.hpp"
#include "policies/learning/hidden_layers.hpp"
#include "policies/learning/inference/decider.hpp"
#include "policies/learning/learning_parameters.hpp"
#include "policies/learning/model/model_file.hpp"
#include "policies/queue_dil/moments.hpp"
#include "policies/queue_dil/training.hpp"

namespace mec {

namespace {

using learning::FeatureKind;
using learning::FeatureSchema;
using learning::Model;
using learning::number;
using learning::whole;
using Type = PolicyParameter::Type;
constexpr const char* kName = "queue-dil";
constexpr const char* kPolicy = "policy queue-dil";

class QueuePolicy final : public Policy {
 public:
  QueuePolicy(Model model, learning::WeightPrecision precision)
      : decider_(std::move(model), precision) {}

  Placement decide(const DecisionRequest& request) override {
    require_latency(request, kPolicy);
    return decider_.decide(request);
  }
  void decide_batch(std::span<const DecisionRequest> requests,
                    std::span<Placement> placements) override {
    for (const DecisionRequest& request : requests) {
      require_latency(request, kPolicy);
    }
    decider_.decide_batch(requests, placements);
  }

 private:
  learning::Decider decider_;
};

std::vector<PolicyParameter> parameters() {
  std::vector<PolicyParameter> all = {
      {"toll",
       Type::number,
       "0.3",
       "of the planner that is imitated: added to the latency for each second of service taken "
       "from a server or link that devices share",
       {},
       0,
       1e6},
      {"hidden", Type::text, "32x2", "hidden layers: 64x2 is two of 64, 256-128 one of each", {}},
      {"plans", Type::integer, "64", "most placements to tell apart", {}, 1, 1e5},
      learning::samples_parameter("samples", "100000", "labelled samples to learn from"),
      learning::samples_from_parameter("training"),
      learning::samples_parameter("validation_samples", "50000",
                                  "further samples, to choose the best epoch on"),
      {"epochs", Type::integer, "40", "passes over the samples", {}, 1, 1e6},
      {"batch", Type::integer, "128", "samples a step", {}, 1, 1e6},
      {"rate",
       Type::number,
       "0.005",
       "Adam's learning rate at the start; falls linearly to 0",
       {},
       1e-9,
       1e3},
      {"soft_cost",
       Type::number,
       "0.02",
       "temperature of the labels, in costs of the planner's placement: one nearly as good is "
       "nearly as right",
       {},
       1e-6,
       1e3},
      {"regret",
       Type::number,
       "10",
       "weight of the expected relative cost in the loss",
       {},
       0,
       1e6},
  };
  for (PolicyParameter& parameter : learning::common_parameters()) {
    all.push_back(std::move(parameter));
  }
  return all;
}

queued::QueuedOptions options_of(const PolicyParameters& p) {
  queued::QueuedOptions options;
  options.toll = number(p, "toll");
  options.hidden = learning::parse_hidden(kName, "hidden", p.at("hidden"));
  options.plans = whole(p, "plans");
  options.samples = whole(p, "samples");
  options.validation_samples = whole(p, "validation_samples");
  options.epochs = whole(p, "epochs");
  options.batch = whole(p, "batch");
  options.rate = number(p, "rate");
  options.loss.soft_cost = number(p, "soft_cost");
  options.loss.regret = number(p, "regret");
  options.seed = whole(p, "train_seed");
  options.arithmetic = learning::arithmetic(p);
  return options;
}

void check_scenario(const Scenario& scenario) {
  if (!scenario.objective.is_latency()) {
    throw PolicyError(
        fmt::format("{} minimises latency only; expected objective: latency", kPolicy));
  }
  if (!scenario.network.is_three_tier()) {
    throw PolicyError(fmt::format("{} is made for three sites (device, edge, cloud)", kPolicy));
  }
  if (scenario.observation.backlog == ObservationModel::Backlog::none) {
    throw PolicyError(fmt::format(
        "{} looks at queues, and none is seen; expected observation.backlog: own or all", kPolicy));
  }
}

FeatureSchema schema_of(const PolicyParameters& parameters, const Scenario& scenario) {
  FeatureSchema schema;
  schema.kind = FeatureKind::queued;
  schema.subtasks = learning::network_subtasks(parameters, scenario);
  schema.cloud_compute = std::isfinite(support(scenario.network.cloud_speed).low);
  return schema;
}

// Of a file that a user may have named.
Model model_of(const std::string& path) {
  Model model = learning::load_model(path);
  if (model.features.kind != FeatureKind::queued) {
    throw UserError(fmt::format("{}: a model of features {}; {} expects queued", path,
                                name_of(model.features.kind), kPolicy));
  }
  return model;
}

PolicyParameters prepare(const PreparationContext& context) {
  check_scenario(context.scenario);
  PolicyParameters ready = context.parameters;
  if (ready.at("model").empty()) {
    const queued::QueuedOptions options = options_of(ready);
    const Scenario scenario = learning::sample_scenario(ready, context.scenario);
    const FeatureSchema schema = schema_of(ready, context.scenario);
    ready["model"] =
        learning::trained_model(context, kName, queued::describe(options, scenario, schema),
                                [&](const learning::TrainingRun& run) {
                                  return train_queued(options, scenario, schema, run);
                                });
  }
  warn_if_out_of_range(model_of(ready.at("model")), kName, context);
  return ready;
}

std::unique_ptr<Policy> make(const PolicyContext& context) {
  const std::string& path = context.parameters.at("model");
  if (path.empty()) {
    throw learning::no_model(kName);
  }
  if (context.sites != queued::kSites ||
      (context.network != nullptr && !context.network->three_tier)) {
    throw PolicyError(fmt::format("{}: made for three sites (device, edge, cloud); there are {}",
                                  kPolicy, context.sites));
  }
  return std::make_unique<QueuePolicy>(model_of(path),
                                       learning::weight_precision(context.parameters));
}

}  // namespace

PolicyEntry queue_dil_policy() {
  return {kName,
          "a network that imitates priced planning among queues",
          "ours, after Chen, Zeng, Yu, Chen 2020, Section 3.3",
          parameters(),
          make,
          prepare,
          learning::kStaticAbilities};
}

}  // namespace mec
