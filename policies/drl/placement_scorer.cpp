#include "policies/drl/placement_scorer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/errors.hpp"
#include "policies/drl/input_range.hpp"

namespace mec::drl {

using learning::DenseLayer;
using learning::FusedNetwork;
using learning::Mlp;
using learning::Model;
using learning::WeightPrecision;

namespace {

constexpr std::size_t kSites = 3;
constexpr std::size_t kRows = 81;  // placements at a time

const Mlp& network_of(const Model& model) {
  if (model.head != learning::HeadKind::value) {
    throw UserError(fmt::format("a model of head {}; placements are scored by head value",
                                name_of(model.head)));
  }
  learning::check_model(model, "model");
  if (model.networks.front().layers.size() < 2) {
    throw UserError("a network without a hidden layer cannot tell placements apart");
  }
  if (placement_count(model.features.subtasks, kMostPlacements) > kMostPlacements) {
    throw UserError(fmt::format("{} subtasks have more than {} placements to try",
                                model.features.subtasks, kMostPlacements));
  }
  return model.networks.front();
}

// The first layer's weights of the features alone.
DenseLayer feature_layer(const Model& model) {
  const DenseLayer& whole = network_of(model).layers.front();
  const std::size_t features = model.features.size();
  DenseLayer layer{features, whole.outputs, {}, whole.bias};
  for (std::size_t o = 0; o < whole.outputs; ++o) {
    const auto row = whole.weights.begin() + static_cast<std::ptrdiff_t>(o * whole.inputs);
    layer.weights.insert(layer.weights.end(), row, row + static_cast<std::ptrdiff_t>(features));
  }
  return layer;
}

std::vector<float> site_columns(const Model& model) {
  const DenseLayer& whole = network_of(model).layers.front();
  std::vector<float> columns;
  for (std::size_t i = model.features.size(); i < whole.inputs; ++i) {
    for (std::size_t o = 0; o < whole.outputs; ++o) {
      columns.push_back(whole.weights[o * whole.inputs + i]);
    }
  }
  return columns;
}

// Of the first hidden layer, for integers: no more than what the largest inputs can add up to.
InputRange hidden_range(const Model& model) {
  const InputRange inputs = normalised(feature_range(model), model.normalisation);
  const DenseLayer layer = feature_layer(model);
  const std::vector<float> columns = site_columns(model);
  InputRange range{std::vector<float>(layer.outputs, 0.0F), {}};
  for (std::size_t o = 0; o < layer.outputs; ++o) {
    float most = layer.bias[o];
    for (std::size_t i = 0; i < layer.inputs; ++i) {
      const float weight = layer.weights[o * layer.inputs + i];
      most += std::max(weight * inputs.low[i], weight * inputs.high[i]);
    }
    for (std::size_t t = 0; t < model.features.subtasks; ++t) {
      const float* column = columns.data() + t * kSites * layer.outputs + o;
      most += std::max({column[0], column[layer.outputs], column[2 * layer.outputs]});
    }
    range.high.push_back(std::max(most, 1e-6F));
  }
  return range;
}

FusedNetwork feature_network(const Model& model, WeightPrecision precision) {
  const InputRange range = normalised(feature_range(model), model.normalisation);
  return {{Mlp{{feature_layer(model)}}}, model.normalisation, precision, range.low, range.high};
}

FusedNetwork later_network(const Model& model, WeightPrecision precision) {
  Mlp rest = network_of(model);
  rest.layers.erase(rest.layers.begin());
  const InputRange range = hidden_range(model);
  return {{std::move(rest)}, {}, precision, range.low, range.high};
}

}  // namespace

std::size_t placement_count(std::size_t subtasks, std::size_t most) {
  std::size_t count = 1;
  for (std::size_t t = 0; t < subtasks; ++t) {
    count *= kSites;
    if (count > most) {
      return most + 1;
    }
  }
  return count;
}

void unpack_placement(std::size_t number, std::span<SiteIndex> sites) {
  for (std::size_t t = sites.size(); t-- > 0; number /= kSites) {
    sites[t] = static_cast<SiteIndex>(number % kSites);
  }
}

std::size_t pack_placement(PlacementView sites) {
  std::size_t number = 0;
  for (const SiteIndex site : sites) {
    number = kSites * number + site;
  }
  return number;
}

PlacementScorer::PlacementScorer(const Model& model, WeightPrecision precision)
    : subtasks_(model.features.subtasks),
      placements_(placement_count(subtasks_, kMostPlacements)),
      width_(network_of(model).layers.front().outputs),
      first_(feature_network(model, precision)),
      rest_(later_network(model, precision)),
      columns_(site_columns(model)),
      sums_((subtasks_ + 1) * width_),
      sites_(subtasks_),
      rows_(kRows * width_),
      values_(kRows) {}

void PlacementScorer::add_site(std::size_t subtask, std::size_t site) {
  const float* from = sums_.data() + subtask * width_;
  const float* column = columns_.data() + (subtask * kSites + site) * width_;
  float* to = sums_.data() + (subtask + 1) * width_;
  for (std::size_t j = 0; j < width_; ++j) {
    to[j] = from[j] + column[j];
  }
}

// From the placement before to this one, or to the very first.
void PlacementScorer::advance(std::size_t placement) {
  std::size_t moved = 0;
  if (placement != 0) {
    for (moved = subtasks_ - 1; sites_[moved] == kSites - 1; --moved) {
      sites_[moved] = 0;
    }
    ++sites_[moved];
  }
  for (std::size_t t = moved; t < subtasks_; ++t) {
    add_site(t, sites_[t]);
  }
}

PlacementScorer::Best PlacementScorer::best(std::span<const float> features) {
  first_.run(features.data(), sums_.data());
  std::fill(sites_.begin(), sites_.end(), SiteIndex{0});
  Best best;
  for (std::size_t start = 0; start < placements_; start += kRows) {
    const std::size_t rows = std::min(kRows, placements_ - start);
    for (std::size_t r = 0; r < rows; ++r) {
      advance(start + r);
      const float* sums = sums_.data() + subtasks_ * width_;
      float* row = rows_.data() + r * width_;
      for (std::size_t j = 0; j < width_; ++j) {
        row[j] = sums[j] > 0.0F ? sums[j] : 0.0F;
      }
    }
    rest_.run_batch(rows_.data(), rows, values_.data());
    for (std::size_t r = 0; r < rows; ++r) {
      if (start + r == 0 || values_[r] > best.value) {
        best = {start + r, values_[r]};
      }
    }
  }
  return best;
}

}  // namespace mec::drl
