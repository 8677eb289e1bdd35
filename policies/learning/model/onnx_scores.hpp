// What happens to a network's scores on their way to the output of an ONNX graph: reshaped to
// groups, through a Softmax, joined with other networks' scores. None of it changes which score of
// a group is the greatest, and so none of it is kept; but it must be checked that this is so.
// Internal to the model file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "policies/learning/model/onnx_graph.hpp"

namespace mec::learning {

/// The layout of one sample's scores, in the order of the networks' outputs.
struct ScoreLayout {
  std::size_t total = 0;    // scores of a sample; 0: not known, before the first layer
  std::size_t width = 0;    // extent of the last axis
  std::size_t rank = 2;     // with the batch
  std::size_t softmax = 0;  // how many scores share a Softmax; 0: there was none

  /// Takes part in further layers: [batch, total], and no Softmax yet.
  [[nodiscard]] bool is_plain() const { return rank == 2 && softmax == 0; }
};

/// Applies a node (Identity, Dropout, Reshape, Flatten, Unsqueeze, Softmax, LogSoftmax). Throws
/// UserError where scores would be dropped, mixed with another sample's, or compared across groups.
void apply_to_scores(const OnnxGraph& graph, const onnx::NodeProto& node, ScoreLayout& layout);

/// Of branches side by side in each sample. That their outputs are as many as the head wants is
/// left to check_model.
[[nodiscard]] ScoreLayout concatenated(const onnx::NodeProto& node,
                                       const std::vector<ScoreLayout>& branches);

}  // namespace mec::learning
