#include "policies/drl/deciders.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/errors.hpp"
#include "policies/drl/dueling.hpp"
#include "policies/drl/input_range.hpp"

namespace mec::drl {

using learning::FeatureSchema;
using learning::FusedNetwork;
using learning::Model;
using learning::WeightPrecision;

namespace {

constexpr std::size_t kRows = 64;  // tasks at a time

const Model& checked(const Model& model, const StepFeatures& layout) {
  if (model.head != learning::HeadKind::step) {
    throw UserError(fmt::format("a model of head {}; sites are chosen one by one by head step",
                                name_of(model.head)));
  }
  learning::check_model(model, "model");
  const auto inputs = model.provenance.find(kInputsKey);  // a foreign model has none
  if (inputs != model.provenance.end() && inputs->second != layout.identity()) {
    throw UserError(fmt::format("inputs of another meaning, {}; expected {}", inputs->second,
                                layout.identity()));
  }
  return model;
}

FusedNetwork fuse(const Model& model, const StepFeatures& layout, WeightPrecision precision) {
  const InputRange features = feature_range(model);
  const InputRange range = layout.range(features, model.normalisation);
  return {model.networks, model.normalisation, precision, range.low, range.high};
}

}  // namespace

StepDecider::StepDecider(Model model, WeightPrecision precision)
    : model_(std::move(model)),
      layout_(model_.features),
      network_(fuse(checked(model_, layout_), layout_, precision)),
      fits_(kRows),
      features_(kRows * model_.features.size()),
      inputs_(kRows * layout_.size()),
      values_(kRows * kActions),
      sites_(kRows * model_.features.subtasks) {}

void StepDecider::extract(const DecisionRequest& request, std::size_t row) {
  const FeatureSchema& schema = model_.features;
  fits_[row].fit(request.task, schema.subtasks);
  learning::extract_features(schema, {fits_[row].fitted(), request.state, request.costs},
                             {features_.data() + row * schema.size(), schema.size()});
}

void StepDecider::place(std::size_t rows, std::size_t steps) {
  const std::size_t n = model_.features.subtasks;
  const std::size_t size = model_.features.size();
  for (std::size_t t = 0; t < steps; ++t) {
    for (std::size_t row = 0; row < rows; ++row) {
      const SiteIndex at = t == 0 ? kDevice : sites_[row * n + t - 1];
      layout_.fill({features_.data() + row * size, size}, t, at,
                   inputs_.data() + row * layout_.size());
    }
    network_.run_batch(inputs_.data(), rows, values_.data());
    for (std::size_t row = 0; row < rows; ++row) {
      sites_[row * n + t] = static_cast<SiteIndex>(best_action(values_.data() + row * kActions));
    }
  }
}

Placement StepDecider::decide(const DecisionRequest& request) {
  Placement placement;
  decide_batch({&request, 1}, {&placement, 1});
  return placement;
}

void StepDecider::decide_batch(std::span<const DecisionRequest> requests,
                               std::span<Placement> placements) {
  const std::size_t n = model_.features.subtasks;
  for (std::size_t first = 0; first < requests.size(); first += kRows) {
    const std::size_t rows = std::min(kRows, requests.size() - first);
    std::size_t longest = 0;
    for (std::size_t row = 0; row < rows; ++row) {
      extract(requests[first + row], row);
      longest = std::max(longest, requests[first + row].task.size());
    }
    // A shorter chain has nothing left to place after its last subtask.
    place(rows, std::min(n, longest));
    for (std::size_t row = 0; row < rows; ++row) {
      fits_[row].expand({sites_.data() + row * n, n}, placements[first + row]);
    }
  }
}

ValueDecider::ValueDecider(const Model& model, WeightPrecision precision)
    : schema_(model.features),
      scorer_(model, precision),
      features_(schema_.size()),
      sites_(schema_.subtasks) {}

Placement ValueDecider::decide(const DecisionRequest& request) {
  fit_.fit(request.task, schema_.subtasks);
  learning::extract_features(schema_, {fit_.fitted(), request.state, request.costs}, features_);
  unpack_placement(scorer_.best(features_).placement, sites_);
  Placement placement;
  fit_.expand(sites_, placement);
  return placement;
}

}  // namespace mec::drl
