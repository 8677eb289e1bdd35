// ONNX files as other programs write them, made from protobuf itself and so independent of our
// writer.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <string>
#include <vector>

namespace mec::test {

class ForeignFile {
 public:
  explicit ForeignFile(std::int64_t opset = 17) {
    model_.set_ir_version(8);
    model_.set_producer_name("pytorch");
    model_.set_producer_version("2.1.0");
    model_.mutable_graph()->set_name("main_graph");
    model_.add_opset_import()->set_version(opset);
  }

  onnx::ModelProto& model() { return model_; }
  onnx::GraphProto& graph() { return *model_.mutable_graph(); }

  void input(const std::string& name, std::int64_t width) {
    value(*graph().add_input(), name, width);
  }
  void output(const std::string& name, std::int64_t width) {
    value(*graph().add_output(), name, width);
  }

  onnx::TensorProto& weights(const std::string& name, const std::vector<std::int64_t>& shape,
                             const std::vector<float>& values) {
    onnx::TensorProto& tensor = shaped(*graph().add_initializer(), name, shape);
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    tensor.set_raw_data(values.data(), values.size() * sizeof(float));
    return tensor;
  }

  void integers(const std::string& name, const std::vector<std::int64_t>& values) {
    onnx::TensorProto& tensor =
        shaped(*graph().add_initializer(), name, {static_cast<std::int64_t>(values.size())});
    tensor.set_data_type(onnx::TensorProto::INT64);
    for (const std::int64_t value : values) {
      tensor.add_int64_data(value);
    }
  }

  onnx::NodeProto& node(const std::string& type, const std::string& name,
                        const std::vector<std::string>& inputs, const std::string& output) {
    onnx::NodeProto& node = *graph().add_node();
    node.set_op_type(type);
    node.set_name(name);
    for (const std::string& input : inputs) {
      node.add_input(input);
    }
    node.add_output(output);
    return node;
  }

  static void attribute(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::INT);
    attribute.set_i(value);
  }
  static void attribute(onnx::NodeProto& node, const std::string& name, float value) {
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::FLOAT);
    attribute.set_f(value);
  }
  static void attribute(onnx::NodeProto& node, const std::string& name,
                        const std::vector<std::int64_t>& values) {
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::INTS);
    for (const std::int64_t value : values) {
      attribute.add_ints(value);
    }
  }

  void metadata(const std::string& key, const std::string& value) {
    onnx::StringStringEntryProto& entry = *model_.add_metadata_props();
    entry.set_key(key);
    entry.set_value(value);
  }

  [[nodiscard]] std::string bytes() const { return model_.SerializeAsString(); }

 private:
  static onnx::TensorProto& shaped(onnx::TensorProto& tensor, const std::string& name,
                                   const std::vector<std::int64_t>& shape) {
    tensor.set_name(name);
    for (const std::int64_t extent : shape) {
      tensor.add_dims(extent);
    }
    return tensor;
  }

  static void value(onnx::ValueInfoProto& info, const std::string& name, std::int64_t width) {
    info.set_name(name);
    auto& tensor = *info.mutable_type()->mutable_tensor_type();
    tensor.set_elem_type(onnx::TensorProto::FLOAT);
    tensor.mutable_shape()->add_dim()->set_dim_param("batch");
    tensor.mutable_shape()->add_dim()->set_dim_value(width);
  }

  onnx::ModelProto model_;
};

// One network worked by hand, on the seven raw features of a task of one subtask and head joint.
//
// On (1, 2, 3, 4, 5, 6, 7): the first hidden unit sums to 28 - 8 = 20; the second to
// 1 - 2 + 3 - 4 + 5 - 6 + 7 - 10 = -6, which ReLU makes 0. The scores are
// 1 * 20 + 2 * 0 + 0.5, -1 * 20 + 0 * 0 and 0.5 * 20 + 3 * 0 - 1.
inline const std::vector<float> kHandInput = {1, 2, 3, 4, 5, 6, 7};
inline const std::vector<float> kHandScores = {20.5F, -20.0F, 9.0F};
inline const std::vector<float> kHandWeight0 = {1, 1, 1, 1, 1, 1, 1, 1, -1, 1, -1, 1, -1, 1};
inline const std::vector<float> kHandBias0 = {-8, -10};
inline const std::vector<float> kHandWeight1 = {1, 2, -1, 0, 0.5F, 3};
inline const std::vector<float> kHandBias1 = {0.5F, 0, -1};
// The same matrices as MatMul takes them, [inputs x outputs].
inline const std::vector<float> kHandTurned0 = {1, 1, 1, -1, 1, 1, 1, -1, 1, 1, 1, -1, 1, 1};
inline const std::vector<float> kHandTurned1 = {1, -1, 0.5F, 2, 0, 3};

/// The middle of a file: layers from `from` to `to` with Gemm, as torch.onnx.export writes
/// Sequential(Linear, ReLU, Linear).
inline void add_hand_layers(ForeignFile& file, const std::string& from, const std::string& to) {
  file.weights("net.0.weight", {2, 7}, kHandWeight0);
  file.weights("net.0.bias", {2}, kHandBias0);
  file.weights("net.2.weight", {3, 2}, kHandWeight1);
  file.weights("net.2.bias", {3}, kHandBias1);
  auto& first = file.node("Gemm", "/net/0/Gemm", {from, "net.0.weight", "net.0.bias"},
                          "/net/0/Gemm_output_0");
  ForeignFile::attribute(first, "alpha", 1.0F);
  ForeignFile::attribute(first, "beta", 1.0F);
  ForeignFile::attribute(first, "transB", std::int64_t{1});
  file.node("Relu", "/net/1/Relu", {"/net/0/Gemm_output_0"}, "/net/1/Relu_output_0");
  auto& last =
      file.node("Gemm", "/net/2/Gemm", {"/net/1/Relu_output_0", "net.2.weight", "net.2.bias"}, to);
  ForeignFile::attribute(last, "transB", std::int64_t{1});
}

/// The whole of it.
inline ForeignFile hand_file() {
  ForeignFile file;
  file.input("onnx::Gemm_0", 7);
  file.output("9", 3);
  add_hand_layers(file, "onnx::Gemm_0", "9");
  return file;
}

}  // namespace mec::test
