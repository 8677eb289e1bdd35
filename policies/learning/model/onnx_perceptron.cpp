#include "policies/learning/model/onnx_perceptron.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/errors.hpp"

namespace mec::learning {

namespace {

using onnx::NodeProto;

// x' = (x - mean) * scale, from any sequence of additions and multiplications by constants. In
// double, so that a subtraction and a multiplication keep their constants exactly.
class NormalisationReader {
 public:
  void take(const OnnxGraph& graph, const NodeProto& node) {
    const int constant = graph.is_constant(node.input(0)) ? 0 : 1;
    const Operation operation = operation_of(node);
    const bool commutes = operation == Operation::add || operation == Operation::multiply;
    if (constant == 0 && !commutes) {
      fail(node, "the constant was expected as its second operand");
    }
    FloatTensor tensor = graph.float_constant(node, constant);
    if (tensor.values.empty()) {
      fail(node, "a constant without values");
    }
    steps_.push_back({&node, operation, std::move(tensor.values)});
  }

  [[nodiscard]] Normalisation finish(std::size_t inputs) const {
    Normalisation result;
    for (std::size_t i = 0; i < inputs; ++i) {
      double mean = 0.0;
      double scale = 1.0;
      for (const Step& step : steps_) {
        if (step.values.size() != 1 && step.values.size() != inputs) {
          fail(*step.node, fmt::format("{} constants for {} inputs", step.values.size(), inputs));
        }
        const float value = step.values[step.values.size() == 1 ? 0 : i];
        apply(step.operation, static_cast<double>(value), mean, scale);
      }
      result.mean.push_back(static_cast<float>(mean));
      result.scale.push_back(static_cast<float>(scale));
    }
    return result;
  }

 private:
  struct Step {
    const NodeProto* node;
    Operation operation;
    std::vector<float> values;
  };

  static void apply(Operation operation, double value, double& mean, double& scale) {
    switch (operation) {
      case Operation::subtract:
        // The first one as it is: 0 + value / 1 would lose the sign of a zero.
        mean = mean == 0.0 && scale == 1.0 ? value : mean + value / scale;
        break;
      case Operation::add:
        mean -= value / scale;
        break;
      case Operation::multiply:
        scale *= value;
        break;
      default:
        scale /= value;
    }
  }

  std::vector<Step> steps_;
};

// [outputs x inputs], whichever way the node stores it.
DenseLayer layer_of(const NodeProto& node, FloatTensor weights, bool outputs_first) {
  if (weights.shape.size() != 2 || weights.values.empty()) {
    fail(node,
         fmt::format("weights of shape {}; a matrix was expected", shape_text(weights.shape)));
  }
  DenseLayer layer;
  layer.outputs = weights.shape[outputs_first ? 0 : 1];
  layer.inputs = weights.shape[outputs_first ? 1 : 0];
  if (outputs_first) {
    layer.weights = std::move(weights.values);
  } else {
    layer.weights.resize(weights.values.size());
    for (std::size_t in = 0; in < layer.inputs; ++in) {
      for (std::size_t out = 0; out < layer.outputs; ++out) {
        layer.weights[out * layer.inputs + in] = weights.values[in * layer.outputs + out];
      }
    }
  }
  layer.bias.assign(layer.outputs, 0.0F);
  return layer;
}

class PerceptronReader {
 public:
  explicit PerceptronReader(const OnnxGraph& graph) : graph_(graph) {}

  void take(const NodeProto& node) {
    const Operation operation = operation_of(node);
    switch (operation) {
      case Operation::gemm:
        return take_gemm(node);
      case Operation::matmul:
        begin_layer(node, false);
        wants_bias_ = true;
        return;
      case Operation::relu:
        return take_relu(node);
      case Operation::add:
        if (wants_bias_) {
          return take_bias(node, graph_.is_constant(node.input(0)) ? 0 : 1);
        }
        [[fallthrough]];
      case Operation::subtract:
      case Operation::multiply:
      case Operation::divide:
        if (!mlp_.layers.empty()) {
          fail(node, "after the first layer; normalisation was expected before it");
        }
        return normalisation_.take(graph_, node);
      default:
        wants_bias_ = wants_bias_ && operation == Operation::identity;
        apply_to_scores(graph_, node, scores_);
    }
  }

  [[nodiscard]] Perceptron finish() {
    if (mlp_.layers.empty()) {
      throw UserError("no layer between input and output");
    }
    if (relu_ != nullptr) {
      fail(*relu_, "after the last layer; scores were expected there");
    }
    Normalisation normalisation = normalisation_.finish(mlp_.inputs());
    return {std::move(mlp_), std::move(normalisation), scores_};
  }

 private:
  void begin_layer(const NodeProto& node, bool outputs_first) {
    if ((!mlp_.layers.empty() && relu_ == nullptr) || !scores_.is_plain()) {
      fail(node, "a Relu was expected between it and the layer before");
    }
    relu_ = nullptr;
    mlp_.layers.push_back(layer_of(node, graph_.float_constant(node, 1), outputs_first));
    scores_.total = scores_.width = mlp_.outputs();
  }

  void take_gemm(const NodeProto& node) {
    const auto is_one = [&node](const char* name) {
      const auto* const attribute = find_attribute(node, name);
      return attribute == nullptr || attribute->f() == 1.0F;
    };
    if (integer_attribute(node, "transA", 0) != 0 || !is_one("alpha") || !is_one("beta")) {
      fail(node, "transA 0, alpha 1 and beta 1 were expected");
    }
    begin_layer(node, integer_attribute(node, "transB", 0) != 0);
    wants_bias_ = node.input_size() < 3 || node.input(2).empty();
    if (!wants_bias_) {
      take_bias(node, 2);
    }
  }

  void take_bias(const NodeProto& node, int input) {
    DenseLayer& layer = mlp_.layers.back();
    FloatTensor bias = graph_.float_constant(node, input);
    if (bias.values.size() == 1) {
      bias.values.resize(layer.outputs, bias.values.front());
    }
    if (bias.values.size() != layer.outputs) {
      fail(node, fmt::format("network layer {} has {} outputs; its bias has {} values",
                             mlp_.layers.size() - 1, layer.outputs, bias.values.size()));
    }
    layer.bias = std::move(bias.values);
    wants_bias_ = false;
  }

  void take_relu(const NodeProto& node) {
    if (mlp_.layers.empty() || relu_ != nullptr || !scores_.is_plain()) {
      fail(node, "a layer was expected before it");
    }
    relu_ = &node;
    wants_bias_ = false;
  }

  const OnnxGraph& graph_;
  NormalisationReader normalisation_;
  Mlp mlp_;
  ScoreLayout scores_;
  const NodeProto* relu_ = nullptr;  // after the latest layer
  bool wants_bias_ = false;          // an Add may follow that belongs to the latest layer
};

}  // namespace

Perceptron read_perceptron(const OnnxGraph& graph, const std::vector<const NodeProto*>& path) {
  PerceptronReader reader(graph);
  for (const NodeProto* node : path) {
    reader.take(*node);
  }
  return reader.finish();
}

}  // namespace mec::learning
