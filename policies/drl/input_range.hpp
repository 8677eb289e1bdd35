// The range of each feature that a network meets, which integer weights have to know.
#pragma once

#include <algorithm>
#include <vector>

#include "policies/learning/model/model.hpp"

namespace mec::drl {

struct InputRange {
  std::vector<float> low;
  std::vector<float> high;
};

/// Of the features before normalisation. A foreign model need not say: then what `time` and `cost`
/// are capped at (feature_schema.hpp), and for `raw` four deviations.
[[nodiscard]] inline InputRange feature_range(const learning::Model& model) {
  if (!model.feature_low.empty() && !model.feature_high.empty()) {
    return {model.feature_low, model.feature_high};
  }
  const auto cap = static_cast<float>(model.features.subtasks);
  const bool raw = model.features.kind == learning::FeatureKind::raw;
  InputRange range;
  for (std::size_t i = 0; i < model.features.size(); ++i) {
    const float scale = model.normalisation.scale[i];
    const float mean = model.normalisation.mean[i];
    const float spread = 4.0F / (scale == 0.0F ? 1.0F : scale);
    range.low.push_back(raw ? mean - spread : 0.0F);
    range.high.push_back(raw ? mean + spread : cap);
  }
  return range;
}

/// The same after normalisation.
[[nodiscard]] inline InputRange normalised(const InputRange& range,
                                           const learning::Normalisation& normalisation) {
  InputRange result = range;
  for (std::size_t i = 0; i < normalisation.mean.size(); ++i) {
    const float a = (range.low[i] - normalisation.mean[i]) * normalisation.scale[i];
    const float b = (range.high[i] - normalisation.mean[i]) * normalisation.scale[i];
    result.low[i] = std::min(a, b);
    result.high[i] = std::max(a, b);
  }
  return result;
}

}  // namespace mec::drl
