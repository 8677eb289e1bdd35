#include "policies/learning/model/model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/errors.hpp"
#include "core/hash.hpp"
#include "core/text.hpp"

namespace mec::learning {

namespace {

constexpr std::size_t kSites = 3;
constexpr std::array<std::string_view, 7> kHeads = {"per-subtask", "joint", "plan", "crf",
                                                    "value",       "step",  "site"};

bool all_finite(const std::vector<float>& values) {
  return std::all_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); });
}

class Check {
 public:
  explicit Check(const std::string& origin) : origin_(origin) {}

  template <class... Arguments>
  void that(bool holds, fmt::format_string<Arguments...> message, Arguments&&... arguments) const {
    if (!holds) {
      throw UserError(fmt::format("{}: {}", origin_,
                                  fmt::format(message, std::forward<Arguments>(arguments)...)));
    }
  }

  void layer(const DenseLayer& layer, std::size_t network, std::size_t index) const {
    that(layer.weights.size() == layer.inputs * layer.outputs && layer.bias.size() == layer.outputs,
         "network {}, layer {}: {} weights and {} biases; expected {} x {} and {}", network, index,
         layer.weights.size(), layer.bias.size(), layer.outputs, layer.inputs, layer.outputs);
    that(all_finite(layer.weights) && all_finite(layer.bias),
         "network {}, layer {}: a weight is not a finite number", network, index);
  }

  void network(const Mlp& mlp, const NetworkShape& shape, std::size_t network) const {
    that(!mlp.layers.empty(), "network {} has no layers", network);
    std::size_t width = mlp.inputs();
    for (std::size_t i = 0; i < mlp.layers.size(); ++i) {
      layer(mlp.layers[i], network, i);
      that(mlp.layers[i].inputs == width, "network {}, layer {}: {} inputs; expected {}", network,
           i, mlp.layers[i].inputs, width);
      width = mlp.layers[i].outputs;
    }
    that(mlp.inputs() == shape.inputs && mlp.outputs() == shape.outputs,
         "network {}: {} inputs and {} outputs; expected {} and {}", network, mlp.inputs(),
         mlp.outputs(), shape.inputs, shape.outputs);
  }

 private:
  const std::string& origin_;
};

}  // namespace

std::string_view name_of(HeadKind head) { return kHeads[static_cast<std::size_t>(head)]; }

HeadKind parse_head(std::string_view name) {
  const auto* const found = std::find(kHeads.begin(), kHeads.end(), name);
  if (found == kHeads.end()) {
    const std::vector<std::string> names(kHeads.begin(), kHeads.end());
    throw UserError(fmt::format("unknown head \"{}\"; expected one of {}{}", name, join(names),
                                did_you_mean(name, names)));
  }
  return static_cast<HeadKind>(found - kHeads.begin());
}

std::size_t parameter_count(const Model& model) {
  std::size_t count = 0;
  for (const Mlp& network : model.networks) {
    for (const DenseLayer& layer : network.layers) {
      count += layer.weights.size() + layer.bias.size();
    }
  }
  return count;
}

std::string model_hash(const Model& model) {
  std::uint64_t hash = fnv1a64(model.features.text() + std::string(name_of(model.head)));
  const auto add = [&hash](const auto& values) {
    using Value = typename std::decay_t<decltype(values)>::value_type;
    hash = fnv1a64({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Value)},
                   hash);
  };
  for (const Placement& plan : model.plans) {
    add(plan);
  }
  add(model.normalisation.mean);
  add(model.normalisation.scale);
  for (const Mlp& network : model.networks) {
    for (const DenseLayer& layer : network.layers) {
      add(layer.weights);
      add(layer.bias);
    }
  }
  return fmt::format("{:016x}", hash);
}

NetworkShape expected_shape(HeadKind head, const FeatureSchema& features, std::size_t plans) {
  const std::size_t n = features.subtasks;
  const std::size_t inputs = features.size();
  switch (head) {
    case HeadKind::per_subtask:
      return {n, inputs, kSites};
    case HeadKind::joint:
      return {1, inputs, kSites * n};
    case HeadKind::plan:
      return {1, inputs, plans};
    case HeadKind::crf:
      return {1, inputs, kSites * n + kSites * kSites * (n - 1)};
    case HeadKind::value:
      return {1, inputs + kSites * n, 1};
    case HeadKind::step:
      return {1, inputs + kSites, kSites};
    case HeadKind::site:
      break;
  }
  return {1, inputs, kSites};
}

void check_model(const Model& model, const std::string& origin) {
  const Check check(origin);
  const std::size_t inputs = model.features.size();
  const NetworkShape shape = expected_shape(model.head, model.features, model.plans.size());
  check.that(
      (model.head == HeadKind::site) == (model.features.kind == FeatureKind::moving),
      "head {} with features \"{}\": head site has features of kind moving, and no other has",
      name_of(model.head), model.features.text());
  check.that(model.networks.size() == shape.networks, "{} networks; head {} has {}",
             model.networks.size(), name_of(model.head), shape.networks);
  for (std::size_t i = 0; i < model.networks.size(); ++i) {
    check.network(model.networks[i], shape, i);
  }
  const Normalisation& normal = model.normalisation;
  check.that(normal.mean.size() == inputs && normal.scale.size() == inputs,
             "normalisation of {} and {} values; expected {}", normal.mean.size(),
             normal.scale.size(), inputs);
  check.that(all_finite(normal.mean) && all_finite(normal.scale),
             "a value of the normalisation is not a finite number");
  const auto range_fits = [inputs](const std::vector<float>& range) {
    return range.empty() || range.size() == inputs;
  };
  check.that(range_fits(model.feature_low) && range_fits(model.feature_high) &&
                 all_finite(model.feature_low) && all_finite(model.feature_high),
             "feature ranges of {} and {} values; expected {} finite numbers",
             model.feature_low.size(), model.feature_high.size(), inputs);
  check.that(model.head != HeadKind::plan || !model.plans.empty(), "head plan without plans");
  for (const Placement& plan : model.plans) {
    check.that(plan.size() == model.features.subtasks &&
                   std::all_of(plan.begin(), plan.end(), [](SiteIndex s) { return s < kSites; }),
               "a plan that is not {} sites below {}", model.features.subtasks, kSites);
  }
}

}  // namespace mec::learning
