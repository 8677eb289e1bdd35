#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <string_view>

#include "core/errors.hpp"
#include "core/task.hpp"
#include "policies/learning/model/onnx_file.hpp"
#include "policies/learning/model/onnx_graph.hpp"
#include "policies/learning/model/onnx_perceptron.hpp"
#include "policies/learning/model/onnx_scores.hpp"

namespace mec::learning {

namespace {

constexpr std::string_view kExtra = "extra/";
constexpr std::int64_t kOldestOpset = 7;  // before it, Gemm and Add broadcast by other rules
// As many as the largest file can hold. Networks that share layers count them each.
constexpr std::size_t kMostParameters = std::size_t{1} << 29U;

// Protobuf writes fields in order, and a model's first is ir_version: tag 8, then a small number.
bool looks_like_onnx(const std::string& bytes) {
  return bytes[0] == '\x08' && (bytes.size() == 1 || (bytes[1] > 0 && bytes[1] < 127));
}

onnx::ModelProto parse(const std::string& bytes) {
  if (bytes.empty()) {
    throw UserError("an empty file; an ONNX model was expected");
  }
  onnx::ModelProto model;
  const bool parsed = model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  if (!parsed || !model.has_graph() || model.opset_import_size() == 0) {
    throw UserError(looks_like_onnx(bytes) ? "truncated or damaged" : "not an ONNX model");
  }
  return model;
}

std::int64_t opset_of(const onnx::ModelProto& model) {
  for (const auto& imported : model.opset_import()) {
    if (imported.domain().empty() || imported.domain() == "ai.onnx") {
      if (imported.version() < kOldestOpset) {
        throw UserError(fmt::format("operators of opset {}; {} or later was expected",
                                    imported.version(), kOldestOpset));
      }
      return imported.version();
    }
  }
  throw UserError("no standard operators (opset_import of domain \"ai.onnx\")");
}

std::vector<Perceptron> read_branches(const OnnxGraph& graph, const onnx::NodeProto& concat) {
  if (static_cast<std::size_t>(concat.input_size()) > kMaxSubtasks) {
    fail(concat,
         fmt::format("{} networks; at most {} were expected", concat.input_size(), kMaxSubtasks));
  }
  std::vector<Perceptron> branches;
  std::size_t parameters = 0;
  for (const std::string& value : concat.input()) {
    branches.push_back(read_perceptron(graph, graph.path_to(value)));
    for (const DenseLayer& layer : branches.back().mlp.layers) {
      parameters += layer.weights.size();
    }
    if (parameters > kMostParameters) {
      fail(concat, fmt::format("networks of more than {} weights", kMostParameters));
    }
  }
  return branches;
}

void check_equal_normalisation(const onnx::NodeProto& concat, const Perceptron& one,
                               const Perceptron& first) {
  const bool comparable = one.mlp.inputs() == first.mlp.inputs();  // if not, check_model says so
  if (comparable && (one.normalisation.mean != first.normalisation.mean ||
                     one.normalisation.scale != first.normalisation.scale)) {
    fail(concat, "its networks normalise their inputs in different ways");
  }
}

void read_networks(const OnnxGraph& graph, OnnxContents& contents) {
  const std::vector<const onnx::NodeProto*> path = graph.path_to(graph.output());
  if (path.empty() || operation_of(*path.front()) != Operation::concat) {
    Perceptron only = read_perceptron(graph, path);
    contents.networks.push_back(std::move(only.mlp));
    contents.normalisation = std::move(only.normalisation);
    contents.softmax = only.scores.softmax;
    return;
  }
  const onnx::NodeProto& concat = *path.front();
  std::vector<Perceptron> branches = read_branches(graph, concat);
  std::vector<ScoreLayout> layouts;
  for (Perceptron& branch : branches) {
    check_equal_normalisation(concat, branch, branches.front());
    layouts.push_back(branch.scores);
  }
  ScoreLayout scores = concatenated(concat, layouts);
  for (std::size_t i = 1; i < path.size(); ++i) {
    apply_to_scores(graph, *path[i], scores);
  }
  contents.softmax = scores.softmax;
  contents.normalisation = std::move(branches.front().normalisation);
  for (Perceptron& branch : branches) {
    contents.networks.push_back(std::move(branch.mlp));
  }
}

}  // namespace

OnnxContents read_onnx(const std::string& bytes) {
  const onnx::ModelProto model = parse(bytes);
  const OnnxGraph graph(model.graph(), opset_of(model));
  OnnxContents contents;
  contents.producer = model.producer_name();
  for (const auto& entry : model.metadata_props()) {
    contents.metadata.emplace_back(entry.key(), entry.value());
  }
  read_networks(graph, contents);
  for (const onnx::TensorProto& tensor : model.graph().initializer()) {
    if (std::string_view(tensor.name()).starts_with(kExtra)) {
      contents.extra.push_back({tensor.name().substr(kExtra.size()), float_tensor(tensor).values});
    }
  }
  return contents;
}

}  // namespace mec::learning
