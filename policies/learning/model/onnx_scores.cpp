#include "policies/learning/model/onnx_scores.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mec::learning {

namespace {

using onnx::NodeProto;

// The `axis` of a node, counted from the front.
std::int64_t axis_of(const NodeProto& node, std::int64_t otherwise, std::size_t rank) {
  const std::int64_t axis = integer_attribute(node, "axis", otherwise);
  return axis < 0 ? axis + static_cast<std::int64_t>(rank) : axis;
}

// The target of a Reshape; 0 where it is computed: torch's view(x.size(0), 6, 3) is a Concat of the
// batch size and constants.
std::vector<std::int64_t> target_shape(const OnnxGraph& graph, const NodeProto& node) {
  if (node.input_size() < 2) {
    fail(node, "no shape");
  }
  const NodeProto* const source = graph.producer(node.input(1));
  if (source == nullptr || source->op_type() != "Concat") {
    return graph.integer_constant(node, 1);
  }
  std::vector<std::int64_t> shape;
  for (int i = 0; i < source->input_size(); ++i) {
    if (graph.is_constant(source->input(i))) {
      const auto part = graph.integer_constant(*source, i);
      shape.insert(shape.end(), part.begin(), part.end());
    } else {
      shape.push_back(0);
    }
  }
  return shape;
}

void reshape(const OnnxGraph& graph, const NodeProto& node, ScoreLayout& layout) {
  std::vector<std::int64_t> shape = target_shape(graph, node);
  if (layout.total == 0 && shape.size() == 2) {
    return;  // before the first layer: the layer says how wide its input is
  }
  const auto total = static_cast<std::int64_t>(layout.total);
  std::int64_t product = 1;
  std::int64_t* open = nullptr;
  bool fits = shape.size() >= 2 && total > 0;
  for (std::size_t i = 1; fits && i < shape.size(); ++i) {
    if (shape[i] == -1 && open == nullptr && shape[0] != -1) {
      open = &shape[i];
    } else {
      fits = shape[i] >= 1 && shape[i] <= total && product <= total;
      product *= fits ? shape[i] : 1;
    }
  }
  if (fits && open != nullptr) {
    *open = total / product;
    product *= *open;
  }
  if (!fits || product != total) {
    fail(node, "a shape of the batch and all of a sample's scores was expected");
  }
  layout.rank = shape.size();
  layout.width = static_cast<std::size_t>(shape.back());
}

void flatten(const NodeProto& node, ScoreLayout& layout) {
  if (axis_of(node, 1, layout.rank) != 1) {
    fail(node, "axis 1 was expected: one row a sample");
  }
  layout.rank = 2;
  layout.width = layout.total;
}

void unsqueeze(const OnnxGraph& graph, const NodeProto& node, ScoreLayout& layout) {
  std::vector<std::int64_t> axes;
  if (const auto* const attribute = find_attribute(node, "axes")) {  // before opset 13
    axes.assign(attribute->ints().begin(), attribute->ints().end());
  } else {
    axes = graph.integer_constant(node, 1);
  }
  if (layout.rank != 2 || axes.size() != 1 || (axes[0] != 1 && axes[0] != -2)) {
    fail(node, "axis 1 of two was expected");
  }
  layout.rank = 3;
}

void softmax(const OnnxGraph& graph, const NodeProto& node, ScoreLayout& layout) {
  const bool flattens = graph.opset() < 13;  // takes all axes from `axis` on as one
  const std::int64_t axis = axis_of(node, flattens ? 1 : -1, layout.rank);
  const bool last = axis == static_cast<std::int64_t>(layout.rank) - 1;
  if (layout.total == 0 || layout.softmax != 0 || !(last || (flattens && axis == 1))) {
    fail(node, "one Softmax, after the last layer and along the last axis, was expected");
  }
  layout.softmax = last ? layout.width : layout.total;
}

void check_dropout(const OnnxGraph& graph, const NodeProto& node) {
  if (node.input_size() < 3 || node.input(2).empty()) {
    return;
  }
  const std::vector<std::int64_t> training = graph.integer_constant(node, 2);
  if (std::any_of(training.begin(), training.end(), [](std::int64_t x) { return x != 0; })) {
    fail(node, "it is in training mode; export the network for inference");
  }
}

}  // namespace

void apply_to_scores(const OnnxGraph& graph, const NodeProto& node, ScoreLayout& layout) {
  switch (operation_of(node)) {
    case Operation::identity:
      return;
    case Operation::dropout:
      return check_dropout(graph, node);
    case Operation::reshape:
      return reshape(graph, node, layout);
    case Operation::flatten:
      return flatten(node, layout);
    case Operation::unsqueeze:
      return unsqueeze(graph, node, layout);
    case Operation::softmax:
      return softmax(graph, node, layout);
    default:
      fail(node, "after the networks' last layers only Softmax and Reshape were expected");
  }
}

ScoreLayout concatenated(const NodeProto& node, const std::vector<ScoreLayout>& branches) {
  if (branches.empty()) {
    fail(node, "no input");
  }
  ScoreLayout all = branches.front();
  all.total = 0;
  bool fits = axis_of(node, 0, all.rank) == 1;
  for (const ScoreLayout& one : branches) {
    fits = fits && one.rank == all.rank && (one.rank == 2 || one.width == all.width) &&
           (one.softmax == 0) == (all.softmax == 0);
    all.total += one.total;
  }
  if (!fits) {
    fail(node, "networks of equal outputs, joined along axis 1, were expected");
  }
  if (all.rank == 2) {
    all.width = all.total;
  }
  return all;
}

}  // namespace mec::learning
