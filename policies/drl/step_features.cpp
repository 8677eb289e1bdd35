#include "policies/drl/step_features.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "core/hash.hpp"

namespace mec::drl {

using learning::FeatureKind;
using learning::FeatureSchema;

StepFeatures::StepFeatures(const FeatureSchema& schema)
    : schema_(schema), features_(schema.size()), text_(fmt::format("step/1 of {}", schema.text())) {
  const std::size_t n = schema.subtasks;
  std::vector<std::size_t> sizes;
  switch (schema.kind) {
    case FeatureKind::raw:
      sizes = {n, n + 1, 1, 1, 1, 1};
      break;
    case FeatureKind::time:
      sizes.assign(schema.cloud_compute ? 3 : 2, n);
      sizes.insert(sizes.end(), 2, n + 1);
      break;
    case FeatureKind::cost:
      sizes.assign(3, n);
      sizes.insert(sizes.end(), 6, n + 1);
      break;
    case FeatureKind::moving:
    case FeatureKind::queued:
      throw std::invalid_argument("features of moving bandwidths or queues have no steps");
  }
  std::size_t first = 0;
  for (const std::size_t size : sizes) {
    blocks_.push_back({first, size});
    first += size;
  }
  for (std::size_t t = 0; t < n; ++t) {
    for (const Block& block : blocks_) {
      for (std::size_t i = 0; i < block.size; ++i) {
        sources_.push_back(source(block, i, t));
      }
    }
  }
}

std::size_t StepFeatures::source(const Block& block, std::size_t index, std::size_t t) const {
  const std::size_t n = schema_.subtasks;
  if (block.size == 1) {
    return block.first;  // a quantity of the system, or the only subtask
  }
  if (index + t < block.size) {
    return block.first + index + t;
  }
  return block.size == n ? kEmpty : block.first + n;  // no work; or the output once more
}

std::vector<std::string> StepFeatures::names() const {
  std::vector<std::string> names = schema_.names();
  names.insert(names.end(), {"at device", "at edge", "at cloud"});
  return names;
}

std::string StepFeatures::hash() const {
  std::string described = text();
  for (const std::string& name : names()) {
    described += '\n' + name;
  }
  return fmt::format("{:016x}", fnv1a64(described));
}

void StepFeatures::fill(std::span<const float> features, std::size_t t, SiteIndex at,
                        float* inputs) const {
  const std::size_t* source = sources_.data() + t * features_;
  for (std::size_t i = 0; i < features_; ++i) {
    inputs[i] = source[i] == kEmpty ? 0.0F : features[source[i]];
  }
  std::fill_n(inputs + features_, 3, 0.0F);
  inputs[features_ + at] = 1.0F;
}

void StepFeatures::fill(std::span<const float> features,
                        const learning::Normalisation& normalisation, std::size_t t, SiteIndex at,
                        float* inputs) const {
  fill(features, t, at, inputs);
  for (std::size_t i = 0; i < features_; ++i) {
    inputs[i] = (inputs[i] - normalisation.mean[i]) * normalisation.scale[i];
  }
}

learning::Normalisation StepFeatures::normalisation(const learning::SampleSet& samples) const {
  learning::Normalisation result{std::vector<float>(features_), std::vector<float>(features_)};
  for (const Block& block : blocks_) {
    double sum = 0.0;
    double squares = 0.0;
    for (std::size_t s = 0; s < samples.count; ++s) {
      for (const float x : samples.features_of(s).subspan(block.first, block.size)) {
        sum += static_cast<double>(x);
        squares += static_cast<double>(x) * static_cast<double>(x);
      }
    }
    const double count = static_cast<double>(samples.count) * static_cast<double>(block.size);
    const double mean = sum / count;
    const double variance = squares / count - mean * mean;
    // Rounding leaves a little variance to what is constant.
    const bool varies = variance > 1e-12 * (squares / count);
    const auto scale = static_cast<float>(varies ? 1.0 / std::sqrt(variance) : 1.0);
    for (std::size_t i = block.first; i < block.first + block.size; ++i) {
      result.mean[i] = static_cast<float>(mean);
      result.scale[i] = std::isfinite(scale) ? scale : 1.0F;
    }
  }
  return result;
}

InputRange StepFeatures::range(const InputRange& features,
                               const learning::Normalisation& normalisation) const {
  InputRange range{std::vector<float>(size(), 0.0F), std::vector<float>(size(), 1.0F)};
  for (std::size_t i = 0; i < features_; ++i) {
    range.low[i] = features.low[i];
    range.high[i] = features.high[i];
    for (std::size_t t = 1; t < subtasks(); ++t) {
      const std::size_t source = sources_[t * features_ + i];
      range.low[i] = std::min(range.low[i], source == kEmpty ? 0.0F : features.low[source]);
      range.high[i] = std::max(range.high[i], source == kEmpty ? 0.0F : features.high[source]);
    }
  }
  return normalised(range, normalisation);
}

}  // namespace mec::drl
