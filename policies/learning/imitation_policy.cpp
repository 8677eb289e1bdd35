#include "policies/learning/imitation_policy.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "core/hash.hpp"
#include "policies/learning/hidden_layers.hpp"
#include "policies/learning/inference/decider.hpp"
#include "policies/learning/learning_parameters.hpp"
#include "policies/learning/model/model_file.hpp"
#include "policies/learning/training/training_run.hpp"

namespace mec::learning {

namespace {

using Type = PolicyParameter::Type;

class ImitationPolicy final : public Policy {
 public:
  ImitationPolicy(Model model, WeightPrecision precision) : decider_(std::move(model), precision) {}

  Placement decide(const DecisionRequest& request) override { return decider_.decide(request); }
  void decide_batch(std::span<const DecisionRequest> requests,
                    std::span<Placement> placements) override {
    decider_.decide_batch(requests, placements);
  }

 private:
  Decider decider_;
};

PolicyParameter integer(std::string name, std::string value, std::string summary, double low,
                        double high) {
  return {std::move(name), Type::integer, std::move(value), std::move(summary), {}, low, high};
}

PolicyParameter real(std::string name, std::string value, std::string summary, double low,
                     double high) {
  return {std::move(name), Type::number, std::move(value), std::move(summary), {}, low, high};
}

bool is_distribution(HeadKind head) {
  return head != HeadKind::value && head != HeadKind::step && head != HeadKind::site;
}

// Does the file say itself what its inputs and outputs mean?
bool explains_itself(const std::string& path, const Model& model) {
  try {
    const Model alone = load_model(path);
    return alone.features == model.features && alone.head == model.head;
  } catch (const UserError&) {
    return false;
  }
}

std::string import_model(const Model& model, const std::string& path, const std::string& cache) {
  std::error_code ignored;  // save_model says what is wrong with the folder
  std::filesystem::create_directories(cache, ignored);
  const std::string words = path + model.features.text() + std::string(name_of(model.head));
  std::string copy = fmt::format("{}/imported-{:016x}.onnx", cache, fnv1a64(words));
  save_model(model, copy);
  return copy;
}

}  // namespace

std::vector<PolicyParameter> imitation_parameters(const ImitationDefaults& d) {
  std::vector<PolicyParameter> all = {
      {"head",
       Type::text,
       d.head,
       "what the outputs mean: plan (a softmax over frequent whole placements), joint (a softmax a "
       "subtask, one network), per-subtask (a network a subtask, as in the paper), crf (scores of "
       "subtasks and neighbours, Viterbi)",
       {"plan", "joint", "per-subtask", "crf"}},
      features_parameter("features", d.features),
      {"hidden", Type::text, d.hidden, "hidden layers: 64x2 is two of 64, 256-128 one of each", {}},
      integer("plans", d.plans, "head plan: most placements to tell apart", 1, 1e5),
      samples_parameter("samples", d.samples, "labelled samples to learn from"),
      samples_from_parameter(d.samples_from),
      integer("epochs", d.epochs, "passes over the samples, at most", 1, 1e6),
      integer("batch", d.batch, "samples a step", 1, 1e6),
      real("rate", d.rate, "Adam's learning rate at the start; falls linearly to 0", 1e-9, 1e3),
      integer("patience", d.patience, "stops after so many epochs without a better validation loss",
              1, 1e6),
      real("validation", "0.1", "share of the samples kept for validation", 0.0, 0.9),
      real("soft_cost", d.soft_cost,
           "above 0: labels are the Gibbs distribution of the true costs, of this temperature in "
           "optima, so that a placement nearly as good is nearly as right",
           0.0, 1e3),
      real("regret", d.regret, "weight of the expected relative cost in the loss", 0.0, 1e6),
  };
  for (PolicyParameter& parameter : common_parameters()) {
    all.push_back(std::move(parameter));
  }
  return all;
}

ImitationOptions imitation_options(const std::string& policy, const PolicyParameters& parameters) {
  ImitationOptions options;
  options.head = parse_head(parameters.at("head"));
  options.hidden = parse_hidden(policy, "hidden", parameters.at("hidden"));
  options.plans = whole(parameters, "plans");
  options.epochs = whole(parameters, "epochs");
  options.batch = whole(parameters, "batch");
  options.rate = number(parameters, "rate");
  options.patience = whole(parameters, "patience");
  options.validation = number(parameters, "validation");
  options.soft_cost = number(parameters, "soft_cost");
  options.regret = number(parameters, "regret");
  options.seed = whole(parameters, "train_seed");
  options.arithmetic = arithmetic(parameters);
  return options;
}

PolicyParameters prepare_imitation(const std::string& policy, SamplePart part,
                                   const PreparationContext& context) {
  PolicyParameters ready = context.parameters;
  if (!ready.at("model").empty()) {
    const GivenModel given = given_model(policy, context);
    ready["model"] = given.path;
    warn_if_out_of_range(given.model, policy, context);
    return ready;
  }
  const ImitationOptions options = imitation_options(policy, ready);
  const Scenario scenario = sample_scenario(ready, context.scenario);
  const SampleRequest request{scenario, feature_schema(ready, "features", context.scenario),
                              whole(ready, "samples"), options.seed,
                              static_cast<std::uint64_t>(part)};
  ready["model"] = trained_model(context, policy, describe(options) + describe(request),
                                 [&](const TrainingRun& run) {
                                   const SampleSet samples = cached_samples(request, context.cache);
                                   return train_imitation(options, {samples}, nullptr, run);
                                 });
  warn_if_out_of_range(load_model(ready["model"]), policy, context);
  return ready;
}

GivenModel given_model(const std::string& policy, const PreparationContext& context) {
  const PolicyParameters& parameters = context.parameters;
  ForeignModel foreign;
  if (parameters.at("features") != "auto") {
    foreign.features = feature_schema(parameters, "features", context.scenario);
  }
  if (parameters.at("head") != "plan") {
    foreign.head = parse_head(parameters.at("head"));
  }
  GivenModel given{load_model(parameters.at("model"), foreign), parameters.at("model")};
  if (!is_distribution(given.model.head)) {
    throw UserError(fmt::format(
        "{}: a model of head {}; policy {} expects one of plan, joint, per-subtask, crf",
        given.path, name_of(given.model.head), policy));
  }
  if (!explains_itself(given.path, given.model)) {
    given.path = import_model(given.model, given.path, context.cache);
  }
  return given;
}

std::unique_ptr<Policy> make_imitation_policy(const std::string& policy,
                                              const PolicyContext& context) {
  const std::string& path = context.parameters.at("model");
  if (path.empty()) {
    throw no_model(policy);
  }
  if (context.sites != 3) {
    throw PolicyError(
        fmt::format("policy {}: made for three sites (device, edge, cloud); there are {}", policy,
                    context.sites));
  }
  return std::make_unique<ImitationPolicy>(load_model(path), weight_precision(context.parameters));
}

}  // namespace mec::learning
