// Facts
//   name:       online-dil
//   decides:    where the next subtask goes: where the forecast plan, corrected by a network, says;
//               what comes after it as the forecast plans it, until it is asked again
//   ignores:    queues
//   parameters: the network, its training, its episodes: training.hpp
//   cost:       O(n K^2) expected transfers for each site, and O(parameters of the network)
//   reference:  ours, after Chen, Zeng, Yu, Chen 2020, Section 3.3; labels by roll-out: Ross,
//               Bagnell, "Reinforcement and Imitation Learning via Interactive No-Regret Learning",
//               2014
#include "policies/online_dil/online_dil.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/solvers.hpp"
#include "policies/latency_only.hpp"
#include "policies/learning/hidden_layers.hpp"
#include "policies/learning/learning_parameters.hpp"
#include "policies/learning/model/model_file.hpp"
#include "policies/online_dil/training.hpp"

namespace mec {

namespace {

using learning::FusedNetwork;
using learning::Model;
using learning::number;
using learning::whole;
using Type = PolicyParameter::Type;
constexpr const char* kName = "online-dil";

class OnlinePolicy final : public Policy {
 public:
  OnlinePolicy(const Model& model, learning::WeightPrecision precision, const Network& network,
               const std::string& plan)
      : network_(model.networks, model.normalisation, precision, model.feature_low,
                 model.feature_high),
        features_(network, plan),
        values_(model.features.size()) {}

  Placement decide(const DecisionRequest& request) override {
    require_latency(request, "policy online-dil");
    if (request.observed.history.empty()) {  // nothing moves
      return solve_dp(request.costs, request.task, request.at).placement;
    }
    features_.look(request, values_);
    std::array<float, online::kSites> scores{};
    network_.run(values_.data(), scores.data());
    return features_.plan(online::best_site(scores.data(), features_.excess()));
  }

 private:
  FusedNetwork network_;
  online::MovingFeatures features_;
  std::vector<float> values_;
};

std::vector<PolicyParameter> parameters() {
  std::vector<PolicyParameter> all = {
      {"plan",
       Type::text,
       "estimated",
       "what the network corrects: plans on forecasts of estimated dynamics, or of a weighted mean "
       "of the window (ewma), so that the network alone has to learn what dynamics do",
       {"estimated", "ewma"}},
      {"hidden", Type::text, "128x2", "hidden layers: 64x2 is two of 64, 256-128 one of each", {}},
      learning::samples_parameter("samples", "30000", "labelled decisions of an epoch"),
      learning::samples_from_parameter("training"),
      {"epochs", Type::integer, "60", "each with new episodes, of the policy so far", {}, 1, 1e6},
      {"batch", Type::integer, "512", "decisions a step", {}, 1, 1e6},
      {"rate",
       Type::number,
       "0.002",
       "Adam's learning rate at the start; falls linearly to 0",
       {},
       1e-9,
       1e3},
      {"labels",
       Type::text,
       "roll-out",
       "what the rest of the task costs in a label: as the policy itself goes on (roll-out), or as "
       "who knows the future would (hindsight)",
       {"roll-out", "hindsight"}},
      {"explore",
       Type::number,
       "0.1",
       "share of the decisions after which an episode goes on from a random site",
       {},
       0,
       1},
      {"soft_share", Type::number, "0.02", "share of cross-entropy in the loss", {}, 0, 1e3},
      {"soft_cost",
       Type::number,
       "0.1",
       "temperature of its labels, in mean latencies",
       {},
       1e-6,
       1e3},
      {"validation_tasks",
       Type::integer,
       "4000",
       "tasks set aside to choose the best epoch on, and as many to see whether it beats the "
       "forecast plan",
       {},
       1,
       1e7},
  };
  all.push_back({"teacher",
                 Type::text,
                 "",
                 "hidden layers of a teacher to distil from: a network that is trained first, in "
                 "the same way, and whose softened choices this one learns; empty: none",
                 {}});
  all.push_back({"temperature", Type::number, "2", "of the distillation", {}, 1e-3, 1e3});
  for (PolicyParameter& parameter : learning::common_parameters()) {
    if (parameter.name != "subtasks") {  // it sees plans, whatever their length
      all.push_back(std::move(parameter));
    }
  }
  return all;
}

online::OnlineOptions options_of(const PolicyParameters& p) {
  online::OnlineOptions options;
  options.plan = p.at("plan");
  options.hidden = learning::parse_hidden(kName, "hidden", p.at("hidden"));
  options.samples = whole(p, "samples");
  options.epochs = whole(p, "epochs");
  options.batch = whole(p, "batch");
  options.rate = number(p, "rate");
  options.labels =
      p.at("labels") == "hindsight" ? online::Label::hindsight : online::Label::roll_out;
  options.explore = number(p, "explore");
  options.soft_share = number(p, "soft_share");
  options.soft_cost = number(p, "soft_cost");
  options.validation_tasks = whole(p, "validation_tasks");
  options.seed = whole(p, "train_seed");
  options.temperature = number(p, "temperature");
  options.arithmetic = learning::arithmetic(p);
  return options;
}

// The path of the model; trains it, or takes it from the cache.
std::string model_of(const PreparationContext& context, const online::OnlineOptions& options,
                     const Scenario& scenario, const std::string& description,
                     const Model* teacher) {
  return learning::trained_model(context, kName, description,
                                 [&](const learning::TrainingRun& run) {
                                   return train_online(options, scenario, run, teacher);
                                 });
}

std::string distilled_model(const PreparationContext& context, const online::OnlineOptions& options,
                            const Scenario& scenario) {
  online::OnlineOptions large = options;
  large.hidden = learning::parse_hidden(kName, "teacher", context.parameters.at("teacher"));
  const std::string taught_by = online::describe(large, scenario);
  const Model teacher =
      learning::load_model(model_of(context, large, scenario, taught_by, nullptr));
  return model_of(context, options, scenario,
                  fmt::format("{}temperature={}\nteacher: {}", online::describe(options, scenario),
                              options.temperature, taught_by),
                  &teacher);
}

void check_scenario(const Scenario& scenario) {
  if (!scenario.objective.is_latency()) {
    throw PolicyError("policy online-dil minimises latency only; expected objective: latency");
  }
  if (scenario.network.graph) {
    throw PolicyError("policy online-dil is made for three sites (device, edge, cloud)");
  }
}

PolicyParameters prepare(const PreparationContext& context) {
  check_scenario(context.scenario);
  PolicyParameters ready = context.parameters;
  if (!ready.at("model").empty()) {
    return ready;
  }
  const online::OnlineOptions options = options_of(ready);
  Scenario scenario = learning::sample_scenario(ready, context.scenario);
  scenario.network.devices = 1;
  ready["model"] =
      ready.at("teacher").empty()
          ? model_of(context, options, scenario, online::describe(options, scenario), nullptr)
          : distilled_model(context, options, scenario);
  return ready;
}

std::unique_ptr<Policy> make(const PolicyContext& context) {
  const std::string& path = context.parameters.at("model");
  if (path.empty()) {
    throw learning::no_model(kName);
  }
  if (context.network == nullptr || context.sites != online::kSites ||
      !context.network->three_tier) {
    throw PolicyError(
        "policy online-dil: made for the network of device, edge and cloud, and to be told of it");
  }
  const Model model = learning::load_model(path);
  if (model.head != learning::HeadKind::site) {
    throw UserError(fmt::format("{}: a model of head {}; policy {} expects head site", path,
                                name_of(model.head), kName));
  }
  const std::size_t moving = online::moving_schema(*context.network, 0).channels;
  if (model.features.channels != moving) {
    throw UserError(fmt::format("{}: a model for {} moving channels; the scenario has {}", path,
                                model.features.channels, moving));
  }
  const auto plan = model.provenance.find(online::kPlanKey);
  return std::make_unique<OnlinePolicy>(
      model, learning::weight_precision(context.parameters), *context.network,
      plan == model.provenance.end() ? context.parameters.at("plan") : plan->second);
}

}  // namespace

PolicyEntry online_dil_policy() {
  return {kName,
          "a forecast plan that a network corrects before every subtask",
          "ours, after Chen, Zeng, Yu, Chen 2020, Section 3.3; Ross, Bagnell 2014",
          parameters(),
          make,
          prepare,
          {.any_sites = false}};
}

}  // namespace mec
