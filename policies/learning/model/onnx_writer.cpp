#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <onnx/onnx_pb.h>

#include <limits>
#include <set>
#include <stdexcept>

#include "core/errors.hpp"
#include "core/text.hpp"
#include "policies/learning/model/onnx_file.hpp"

namespace mec::learning {

namespace {

constexpr std::int64_t kIrVersion = 7;  // the pair that belongs together, and that runtimes from
constexpr std::int64_t kOpset = 13;     // 2021 on understand
constexpr const char* kInput = "features";
constexpr const char* kOutput = "scores";

class GraphWriter {
 public:
  explicit GraphWriter(onnx::GraphProto& graph) : graph_(graph) {}

  void initialiser(const std::string& name, const std::vector<std::size_t>& shape,
                   const std::vector<float>& values) {
    onnx::TensorProto& tensor = *graph_.add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    for (const std::size_t extent : shape) {
      tensor.add_dims(static_cast<std::int64_t>(extent));
    }
    tensor.set_raw_data(values.data(), values.size() * sizeof(float));
  }

  onnx::NodeProto& node(const char* type, const std::string& name,
                        const std::vector<std::string>& inputs, const std::string& output) {
    onnx::NodeProto& node = *graph_.add_node();
    node.set_op_type(type);
    node.set_name(name);
    for (const std::string& input : inputs) {
      node.add_input(input);
    }
    node.add_output(output);
    return node;
  }

  static void attribute(onnx::NodeProto& node, const char* name, std::int64_t value) {
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::INT);
    attribute.set_i(value);
  }

  // [batch, width]
  static void value(onnx::ValueInfoProto& info, const char* name, std::size_t width) {
    info.set_name(name);
    auto& tensor = *info.mutable_type()->mutable_tensor_type();
    tensor.set_elem_type(onnx::TensorProto::FLOAT);
    tensor.mutable_shape()->add_dim()->set_dim_param("batch");
    tensor.mutable_shape()->add_dim()->set_dim_value(static_cast<std::int64_t>(width));
  }

  void network(const Mlp& mlp, const std::string& name, const std::string& input,
               const std::string& output) {
    std::string value_name = input;
    for (std::size_t i = 0; i < mlp.layers.size(); ++i) {
      const DenseLayer& layer = mlp.layers[i];
      const std::string here = fmt::format("{}/layer{}", name, i);
      const bool last = i + 1 == mlp.layers.size();
      initialiser(here + "/weight", {layer.outputs, layer.inputs}, layer.weights);
      initialiser(here + "/bias", {layer.outputs}, layer.bias);
      const std::string sums = last ? output : here + "/sums";
      attribute(node("Gemm", here + "/gemm", {value_name, here + "/weight", here + "/bias"}, sums),
                "transB", 1);
      if (!last) {
        value_name = here + "/activations";
        node("Relu", here + "/relu", {sums}, value_name);
      }
    }
  }

 private:
  onnx::GraphProto& graph_;
};

// As many values as the networks have inputs: what follows the features is taken as it is.
void write_normalisation(GraphWriter& writer, const Model& model) {
  const std::size_t inputs = model.networks.front().inputs();
  std::vector<float> mean = model.normalisation.mean;
  std::vector<float> scale = model.normalisation.scale;
  mean.resize(inputs, 0.0F);
  scale.resize(inputs, 1.0F);
  writer.initialiser("normalise/mean", {inputs}, mean);
  writer.initialiser("normalise/scale", {inputs}, scale);
  writer.node("Sub", "normalise/subtract", {kInput, "normalise/mean"}, "normalise/centred");
  writer.node("Mul", "normalise/multiply", {"normalise/centred", "normalise/scale"},
              "normalise/inputs");
}

void write_networks(GraphWriter& writer, const Model& model) {
  if (model.networks.size() == 1) {
    writer.network(model.networks.front(), "net0", "normalise/inputs", kOutput);
    return;
  }
  std::vector<std::string> branches;
  for (std::size_t i = 0; i < model.networks.size(); ++i) {
    const std::string name = fmt::format("net{}", i);
    branches.push_back(name + "/scores");
    writer.network(model.networks[i], name, "normalise/inputs", branches.back());
  }
  GraphWriter::attribute(writer.node("Concat", "concat", branches, kOutput), "axis", 1);
}

// In words, for the description of the input.
const char* after_features(HeadKind head) {
  switch (head) {
    case HeadKind::value:
      return ", then each subtask's site, one-hot";
    case HeadKind::step:
      return ", then the site that the data are on, one-hot";
    default:
      return "";
  }
}

void write_graph(const Model& model, const std::vector<NamedArray>& extra,
                 onnx::GraphProto& graph) {
  graph.set_name(kProducer);
  GraphWriter writer(graph);
  std::size_t outputs = 0;
  for (const Mlp& network : model.networks) {
    outputs += network.outputs();
  }
  GraphWriter::value(*graph.add_input(), kInput, model.networks.front().inputs());
  graph.mutable_input(0)->set_doc_string(join(model.features.names()) + after_features(model.head));
  GraphWriter::value(*graph.add_output(), kOutput, outputs);
  write_normalisation(writer, model);
  write_networks(writer, model);
  std::set<std::string> names;
  for (const NamedArray& array : extra) {
    if (!names.insert(array.name).second) {
      throw std::invalid_argument("save_model: two extra arrays named " + array.name);
    }
    writer.initialiser("extra/" + array.name, {array.values.size()}, array.values);
  }
}

std::string serialised(const onnx::ModelProto& model) {
  if (model.ByteSizeLong() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw UserError("the model is larger than the 2 GB that an ONNX file can hold");
  }
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  if (!model.SerializeToCodedStream(&coded)) {
    throw std::logic_error("save_model: protobuf refused the model");
  }
  coded.Trim();
  return bytes;
}

}  // namespace

std::string write_onnx(const Model& model, const Metadata& metadata,
                       const std::vector<NamedArray>& extra) {
  onnx::ModelProto file;
  file.set_ir_version(kIrVersion);
  file.set_producer_name(kProducer);
  file.set_doc_string(
      fmt::format("Offloading policy of mecsim: from the state of a task and its sites ({}) to "
                  "scores of placements (head {}).",
                  model.features.text(), name_of(model.head)));
  write_graph(model, extra, *file.mutable_graph());
  file.add_opset_import()->set_version(kOpset);
  for (const auto& [key, value] : metadata) {
    onnx::StringStringEntryProto& entry = *file.add_metadata_props();
    entry.set_key(key);
    entry.set_value(value);
  }
  return serialised(file);
}

}  // namespace mec::learning
