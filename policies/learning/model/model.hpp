// A trained model as plain data: what the trainer makes, the model file stores, and the decision
// kernels are compiled from.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/placement.hpp"
#include "policies/learning/features/feature_schema.hpp"

namespace mec::learning {

/// A fully connected layer, y = W x + b. W is [outputs x inputs], row-major: PyTorch's Linear, and
/// ONNX's Gemm with transB = 1.
struct DenseLayer {
  std::size_t inputs = 0;
  std::size_t outputs = 0;
  std::vector<float> weights;
  std::vector<float> bias;
};

/// Fully connected layers with ReLU between them and none after the last.
struct Mlp {
  std::vector<DenseLayer> layers;
  [[nodiscard]] std::size_t inputs() const { return layers.front().inputs; }
  [[nodiscard]] std::size_t outputs() const { return layers.back().outputs; }
};

/// What a network's outputs (scores, before any softmax) mean. n subtasks, three sites.
///
/// per_subtask: n networks of 3 scores, one network a subtask. The paper's 1.6M and 10K parameters.
/// joint:       one network of 3n scores, 3 a subtask. The paper's text (Section 3.3).
/// plan:        one network of K scores, one for each of K whole placements.
/// crf:         one network of 3n + 9(n-1) scores: 3 a subtask, then for each two neighbours t, t+1
/// nine, at
///              3 * site(t) + site(t+1). The placement of the greatest sum, by Viterbi.
/// value:       Q(S, placement), one score; inputs: features, then one-hot sites, 3 a subtask (deep
///              Q-learning as the paper has it).
/// step:        Q(what is left of the chain, site), 3 scores; inputs: features of what is left,
/// then
///              the site that its data are on, one-hot (sequential deep Q-learning:
///              policies/drl/step_features.hpp).
/// site:        one network of 3 scores, one for each site that the next subtask may go to, to be
///              added to those of a forecast plan (policies/online_dil). Features `moving` only.
enum class HeadKind { per_subtask, joint, plan, crf, value, step, site };

[[nodiscard]] std::string_view name_of(HeadKind head);
/// Throws UserError that lists the names.
[[nodiscard]] HeadKind parse_head(std::string_view name);

/// x' = (x - mean) * scale, element-wise, before the first layer.
struct Normalisation {
  std::vector<float> mean;
  std::vector<float> scale;
};

struct Model {
  FeatureSchema features;
  HeadKind head = HeadKind::plan;
  Normalisation normalisation;      // of features.size() values
  std::vector<Mlp> networks;        // per_subtask: n of them; else one
  std::vector<Placement> plans;     // plan: K placements of n sites, in the order of the outputs
  std::vector<float> feature_low;   // range of each feature in the training samples; may be empty
  std::vector<float> feature_high;  // (a foreign model)
  std::map<std::string, std::string> provenance;  // how it was made: keys and values of one line
};

[[nodiscard]] std::size_t parameter_count(const Model& model);

/// FNV-1a of all that decides: schema, head, plans, normalisation and weights. 16 hexadecimal
/// digits.
[[nodiscard]] std::string model_hash(const Model& model);

/// Inputs and outputs that each network of the model must have. (value, step: inputs beyond the
/// features are listed at HeadKind.)
struct NetworkShape {
  std::size_t networks;
  std::size_t inputs;
  std::size_t outputs;
};
[[nodiscard]] NetworkShape expected_shape(HeadKind head, const FeatureSchema& features,
                                          std::size_t plans);

/// Throws UserError "PATH: ..." when shapes, lengths, sites or values (NaN, infinite) do not fit
/// together: names what was expected. `origin` is the path or another name for messages.
void check_model(const Model& model, const std::string& origin);

}  // namespace mec::learning
