#include "policies/learning/model/onnx_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/errors.hpp"
#include "core/text.hpp"

namespace mec::learning {

namespace {

using onnx::NodeProto;

constexpr std::array<std::pair<std::string_view, Operation>, 15> kOperations = {{
    {"Add", Operation::add},
    {"Sub", Operation::subtract},
    {"Mul", Operation::multiply},
    {"Div", Operation::divide},
    {"Gemm", Operation::gemm},
    {"MatMul", Operation::matmul},
    {"Relu", Operation::relu},
    {"Identity", Operation::identity},
    {"Dropout", Operation::dropout},
    {"Reshape", Operation::reshape},
    {"Flatten", Operation::flatten},
    {"Unsqueeze", Operation::unsqueeze},
    {"Softmax", Operation::softmax},
    {"LogSoftmax", Operation::softmax},
    {"Concat", Operation::concat},
}};

bool is_standard(const NodeProto& node) {
  return node.domain().empty() || node.domain() == "ai.onnx";
}

bool is(const NodeProto& node, std::string_view type) {
  return is_standard(node) && node.op_type() == type;
}

std::string who(const NodeProto& node) {
  if (!node.name().empty()) {
    return fmt::format("node \"{}\"", node.name());
  }
  return fmt::format("the node that makes \"{}\"", node.output_size() > 0 ? node.output(0) : "");
}

std::string type_of(const NodeProto& node) {
  return is_standard(node) ? node.op_type() : fmt::format("{}.{}", node.domain(), node.op_type());
}

bool swaps_matrix(const NodeProto& node) {
  if (!is(node, "Transpose")) {
    return false;
  }
  const auto* const order = find_attribute(node, "perm");  // without it, all extents are reversed
  return order == nullptr ||
         (order->ints_size() == 2 && order->ints(0) == 1 && order->ints(1) == 0);
}

FloatTensor transposed(const NodeProto& user, const FloatTensor& tensor) {
  if (tensor.shape.size() != 2) {
    fail(user, "a Transpose of what is no matrix");
  }
  const std::size_t rows = tensor.shape[0];
  const std::size_t columns = tensor.shape[1];
  FloatTensor result{{columns, rows}, std::vector<float>(tensor.values.size())};
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      result.values[j * rows + i] = tensor.values[i * columns + j];
    }
  }
  return result;
}

// The numbers of a Constant node that has them as an attribute of its own and not in a tensor.
FloatTensor attribute_floats(const NodeProto& user, const NodeProto& constant) {
  if (const auto* const one = find_attribute(constant, "value_float")) {
    return {{}, {one->f()}};
  }
  if (const auto* const many = find_attribute(constant, "value_floats")) {
    return {{static_cast<std::size_t>(many->floats_size())},
            {many->floats().begin(), many->floats().end()}};
  }
  fail(user, "a Constant of float numbers was expected");
}

std::vector<std::int64_t> attribute_integers(const NodeProto& user, const NodeProto& constant) {
  if (const auto* const one = find_attribute(constant, "value_int")) {
    return {one->i()};
  }
  if (const auto* const many = find_attribute(constant, "value_ints")) {
    return {many->ints().begin(), many->ints().end()};
  }
  fail(user, "a Constant of whole numbers was expected");
}

std::string only_name(const std::vector<std::string>& names, const char* what) {
  if (names.size() != 1) {
    throw UserError(fmt::format("{} {}{}; one was expected", names.size(), what,
                                names.empty() ? "" : fmt::format(" ({})", join(names))));
  }
  return names.front();
}

}  // namespace

void fail(const NodeProto& node, const std::string& message) {
  throw UserError(fmt::format("{} ({}): {}", who(node), type_of(node), message));
}

Operation operation_of(const NodeProto& node) {
  const auto* const found =
      std::find_if(kOperations.begin(), kOperations.end(),
                   [&node](const auto& entry) { return is(node, entry.first); });
  if (found == kOperations.end()) {
    const std::string type = type_of(node);
    const bool vowel =
        !type.empty() && std::string_view("AEIOU").find(type[0]) != std::string::npos;
    throw UserError(
        fmt::format("{} is {} {}; a perceptron of Gemm, MatMul, Add and Relu was expected",
                    who(node), vowel ? "an" : "a", type));
  }
  return found->second;
}

const onnx::AttributeProto* find_attribute(const NodeProto& node, const char* name) {
  const auto found = std::find_if(node.attribute().begin(), node.attribute().end(),
                                  [name](const auto& entry) { return entry.name() == name; });
  return found == node.attribute().end() ? nullptr : &*found;
}

std::int64_t integer_attribute(const NodeProto& node, const char* name, std::int64_t otherwise) {
  const auto* const found = find_attribute(node, name);
  return found == nullptr ? otherwise : found->i();
}

OnnxGraph::OnnxGraph(const onnx::GraphProto& graph, std::int64_t opset)
    : nodes_(static_cast<std::size_t>(graph.node_size())), opset_(opset) {
  for (const onnx::TensorProto& tensor : graph.initializer()) {
    if (!initialisers_.emplace(tensor.name(), &tensor).second) {
      throw UserError(fmt::format("two initialisers are named \"{}\"", tensor.name()));
    }
  }
  for (const NodeProto& node : graph.node()) {
    // Further outputs (a Dropout's mask) are nothing that a perceptron uses.
    if (node.output_size() > 0 && !producers_.emplace(node.output(0), &node).second) {
      throw UserError(fmt::format("two nodes make \"{}\"", node.output(0)));
    }
  }
  std::vector<std::string> inputs;
  for (const auto& input : graph.input()) {
    if (!initialisers_.contains(input.name())) {
      inputs.push_back(input.name());
    }
  }
  std::vector<std::string> outputs;
  for (const auto& output : graph.output()) {
    outputs.push_back(output.name());
  }
  input_ = only_name(inputs, "inputs");
  output_ = only_name(outputs, "outputs");
}

const NodeProto* OnnxGraph::producer(const std::string& value) const {
  const auto found = producers_.find(value);
  return found == producers_.end() ? nullptr : found->second;
}

OnnxGraph::Source OnnxGraph::source_of(const std::string& value) const {
  Source source;
  const std::string* name = &value;
  for (std::size_t step = 0; step <= nodes_; ++step) {  // a cycle ends here
    const auto found = initialisers_.find(*name);
    if (found != initialisers_.end()) {
      source.tensor = found->second;
      return source;
    }
    const NodeProto* const node = producer(*name);
    if (node == nullptr) {
      return {};
    }
    if (is(*node, "Constant")) {
      const auto* const tensor = find_attribute(*node, "value");
      source.node = node;
      source.tensor = tensor == nullptr ? nullptr : &tensor->t();
      return source;
    }
    const bool turns = swaps_matrix(*node);
    if (node->input_size() != 1 || !(turns || is(*node, "Identity"))) {
      return {};
    }
    source.transposed = source.transposed != turns;
    name = &node->input(0);
  }
  return {};
}

bool OnnxGraph::is_constant(const std::string& value) const {
  const Source source = source_of(value);
  return source.tensor != nullptr || source.node != nullptr;
}

OnnxGraph::Source OnnxGraph::constant_operand(const NodeProto& node, int index) const {
  const Source source = index < node.input_size() ? source_of(node.input(index)) : Source{};
  if (source.tensor == nullptr && source.node == nullptr) {
    fail(node, fmt::format("input {} is not a constant", index));
  }
  return source;
}

FloatTensor OnnxGraph::float_constant(const NodeProto& node, int index) const {
  const Source source = constant_operand(node, index);
  FloatTensor tensor = source.tensor != nullptr ? float_tensor(*source.tensor)
                                                : attribute_floats(node, *source.node);
  return source.transposed ? transposed(node, tensor) : tensor;
}

std::vector<std::int64_t> OnnxGraph::integer_constant(const NodeProto& node, int index) const {
  const Source source = constant_operand(node, index);
  return source.tensor != nullptr ? integer_tensor(*source.tensor)
                                  : attribute_integers(node, *source.node);
}

const std::string& OnnxGraph::variable_operand(const NodeProto& node) const {
  if (node.input_size() == 0) {
    fail(node, "no input");
  }
  switch (operation_of(node)) {
    case Operation::add:
    case Operation::subtract:
    case Operation::multiply:
    case Operation::divide: {
      if (node.input_size() != 2 || is_constant(node.input(0)) == is_constant(node.input(1))) {
        fail(node, "two operands were expected, one of them a constant");
      }
      return node.input(is_constant(node.input(0)) ? 1 : 0);
    }
    default:
      return node.input(0);
  }
}

std::vector<const NodeProto*> OnnxGraph::path_to(const std::string& value) const {
  std::vector<const NodeProto*> path;
  const std::string* name = &value;
  while (*name != input_) {
    const NodeProto* const node = producer(*name);
    if (node == nullptr || is(*node, "Constant")) {
      throw UserError(fmt::format(R"("{}" does not come from the input "{}")", *name, input_));
    }
    if (path.size() == nodes_) {
      throw UserError(fmt::format("the way to \"{}\" is a cycle", value));
    }
    path.push_back(node);
    if (operation_of(*node) == Operation::concat) {
      break;
    }
    name = &variable_operand(*node);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace mec::learning
