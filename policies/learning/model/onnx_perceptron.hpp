// One path of an ONNX graph, from the input to scores, read as a perceptron: normalisation, then
// layers with ReLU between them. Internal to the model file.
#pragma once

#include <vector>

#include "policies/learning/model/model.hpp"
#include "policies/learning/model/onnx_graph.hpp"
#include "policies/learning/model/onnx_scores.hpp"

namespace mec::learning {

struct Perceptron {
  Mlp mlp;
  Normalisation normalisation;  // of mlp.inputs() values
  ScoreLayout scores;
};

/// Throws UserError that names the node that does not fit. That the widths of layers fit together
/// is left to check_model.
[[nodiscard]] Perceptron read_perceptron(const OnnxGraph& graph,
                                         const std::vector<const onnx::NodeProto*>& path);

}  // namespace mec::learning
