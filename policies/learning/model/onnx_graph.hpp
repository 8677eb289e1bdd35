// An ONNX graph as something to walk: which node makes a value, which values are constants, and the
// way from the graph's one input to its one output. Knows the operators that a perceptron is made
// of, and refuses the others by name. Internal to the model file.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "policies/learning/model/onnx_tensor.hpp"

namespace mec::learning {

enum class Operation {
  add,
  subtract,
  multiply,
  divide,
  gemm,
  matmul,
  relu,
  identity,
  dropout,
  reshape,
  flatten,
  unsqueeze,
  softmax,
  concat,
};

/// Throws UserError that says what a perceptron is made of.
[[nodiscard]] Operation operation_of(const onnx::NodeProto& node);

/// UserError: `node "conv1" (Conv): MESSAGE`; an unnamed node is told by what it makes.
[[noreturn]] void fail(const onnx::NodeProto& node, const std::string& message);

[[nodiscard]] const onnx::AttributeProto* find_attribute(const onnx::NodeProto& node,
                                                         const char* name);
[[nodiscard]] std::int64_t integer_attribute(const onnx::NodeProto& node, const char* name,
                                             std::int64_t otherwise);

class OnnxGraph {
 public:
  /// Keeps a reference. Throws UserError unless there is one input (besides initialisers, which old
  /// exporters list too) and one output.
  OnnxGraph(const onnx::GraphProto& graph, std::int64_t opset);

  [[nodiscard]] std::int64_t opset() const { return opset_; }
  [[nodiscard]] const std::string& output() const { return output_; }

  /// The nodes between the input, or a Concat (the first of the path then), and `value`, in the
  /// order of computation.
  [[nodiscard]] std::vector<const onnx::NodeProto*> path_to(const std::string& value) const;

  /// An initialiser or a Constant node, or one of these through Identity or a matrix Transpose.
  [[nodiscard]] bool is_constant(const std::string& value) const;
  /// Input `index` of the node, which must be a constant.
  [[nodiscard]] FloatTensor float_constant(const onnx::NodeProto& node, int index) const;
  [[nodiscard]] std::vector<std::int64_t> integer_constant(const onnx::NodeProto& node,
                                                           int index) const;
  /// The node that makes `value`, or null.
  [[nodiscard]] const onnx::NodeProto* producer(const std::string& value) const;

 private:
  // Where a constant's numbers are: in a tensor, or in the attributes of a Constant node.
  struct Source {
    const onnx::TensorProto* tensor = nullptr;
    const onnx::NodeProto* node = nullptr;
    bool transposed = false;
  };
  [[nodiscard]] Source source_of(const std::string& value) const;
  [[nodiscard]] Source constant_operand(const onnx::NodeProto& node, int index) const;
  [[nodiscard]] const std::string& variable_operand(const onnx::NodeProto& node) const;

  std::unordered_map<std::string, const onnx::TensorProto*> initialisers_;
  std::unordered_map<std::string, const onnx::NodeProto*> producers_;
  std::size_t nodes_;
  std::int64_t opset_;
  std::string input_;
  std::string output_;
};

}  // namespace mec::learning
