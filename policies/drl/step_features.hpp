// What the sequential agent sees before it places subtask t: the features of what is left of the
// chain, [t, n), then where its data are.
//
// What is left is a chain as policies/learning/features/chain_fit.hpp makes it: shifted to the
// front, empty subtasks at the end, each with the output as its input. All values keep the scale of
// the whole chain (of FeatureKind::time: over the mean time of a subtask on the device, of the
// whole chain). So they are the whole chain's features in other places, and nothing is computed
// twice.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/placement.hpp"
#include "policies/drl/input_range.hpp"
#include "policies/learning/features/feature_schema.hpp"
#include "policies/learning/model/model.hpp"
#include "policies/learning/training/samples.hpp"

namespace mec::drl {

/// Key in the provenance of models: what their inputs mean, StepFeatures::identity.
inline constexpr const char* kInputsKey = "inputs";

/// Of three sites. Inputs of a network of HeadKind::step: schema.size() features, then the site
/// before subtask t, one-hot.
class StepFeatures {
 public:
  explicit StepFeatures(const learning::FeatureSchema& schema);

  [[nodiscard]] std::size_t size() const { return features_ + 3; }
  [[nodiscard]] std::size_t subtasks() const { return sources_.size() / features_; }
  /// "step/1 of time/1 n=6": the version changes when the meaning of an input does.
  [[nodiscard]] std::string text() const { return text_; }
  /// Of the features, then "at device", "at edge", "at cloud".
  [[nodiscard]] std::vector<std::string> names() const;
  /// FNV-1a of text and names, 16 hexadecimal digits.
  [[nodiscard]] std::string hash() const;
  /// Text and hash: what a model file must say that was made for these inputs.
  [[nodiscard]] std::string identity() const { return text() + ", hash " + hash(); }

  /// The inputs at step t, from the features of the whole chain; `inputs` takes size() of them.
  void fill(std::span<const float> features, std::size_t t, SiteIndex at, float* inputs) const;
  /// The same, normalised, for a network that does not do that itself.
  void fill(std::span<const float> features, const learning::Normalisation& normalisation,
            std::size_t t, SiteIndex at, float* inputs) const;

  /// A normalisation to mean 0 and deviation 1 over samples, the same for all features that move
  /// through the same places.
  [[nodiscard]] learning::Normalisation normalisation(const learning::SampleSet& samples) const;

  /// Of each input at any step, after normalisation, from that of the whole chain's features.
  [[nodiscard]] InputRange range(const InputRange& features,
                                 const learning::Normalisation& normalisation) const;

 private:
  struct Block {
    std::size_t first;
    std::size_t size;
  };
  static constexpr std::size_t kEmpty = static_cast<std::size_t>(-1);

  [[nodiscard]] std::size_t source(const Block& block, std::size_t index, std::size_t t) const;

  learning::FeatureSchema schema_;
  std::size_t features_;
  std::string text_;
  std::vector<Block> blocks_;         // features of one quantity: one per subtask, or per flow
  std::vector<std::size_t> sources_;  // [n x features_]: which feature comes here, or kEmpty
};

}  // namespace mec::drl
