// Our own files: what is written is what is read.
#include <bit>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <utility>

#include "core/errors.hpp"
#include "policies/learning/model/model_file.hpp"
#include "tests/catch.hpp"
#include "tests/support/scratch.hpp"
#include "tests/unit/learning/foreign_file.hpp"
#include "tests/unit/learning/model_support.hpp"

using namespace mec;
using namespace mec::learning;
using namespace mec::test;

namespace {

constexpr HeadKind kHeads[] = {HeadKind::per_subtask, HeadKind::joint, HeadKind::plan,
                               HeadKind::crf,         HeadKind::value, HeadKind::step};

// Tells -0 from 0, which == does not.
std::vector<std::uint32_t> bits(const std::vector<float>& values) {
  std::vector<std::uint32_t> result;
  result.reserve(values.size());
  for (const float value : values) {
    result.push_back(std::bit_cast<std::uint32_t>(value));
  }
  return result;
}

void check_equal(const Model& a, const Model& b) {
  CHECK(a.features == b.features);
  CHECK(a.head == b.head);
  CHECK(a.plans == b.plans);
  CHECK(a.provenance == b.provenance);
  CHECK(bits(a.normalisation.mean) == bits(b.normalisation.mean));
  CHECK(bits(a.normalisation.scale) == bits(b.normalisation.scale));
  CHECK(bits(a.feature_low) == bits(b.feature_low));
  CHECK(bits(a.feature_high) == bits(b.feature_high));
  REQUIRE(a.networks.size() == b.networks.size());
  for (std::size_t i = 0; i < a.networks.size(); ++i) {
    REQUIRE(a.networks[i].layers.size() == b.networks[i].layers.size());
    for (std::size_t j = 0; j < a.networks[i].layers.size(); ++j) {
      const DenseLayer& left = a.networks[i].layers[j];
      const DenseLayer& right = b.networks[i].layers[j];
      CHECK(left.inputs == right.inputs);
      CHECK(left.outputs == right.outputs);
      CHECK(bits(left.weights) == bits(right.weights));
      CHECK(bits(left.bias) == bits(right.bias));
    }
  }
}

onnx::ModelProto parsed(const std::string& path) {
  onnx::ModelProto file;
  REQUIRE(file.ParseFromString(read_file(path)));
  return file;
}

}  // namespace

TEST_CASE("A model of every head is read back to the last bit", "[model-file]") {
  const Scratch scratch;
  for (const HeadKind head : kHeads) {
    INFO(name_of(head));
    const Model model = random_model(head);
    save_model(model, scratch / "model.onnx");
    check_equal(load_model(scratch / "model.onnx"), model);
    CHECK_FALSE(std::filesystem::exists(scratch / "model.onnx.part"));
  }
}

TEST_CASE("Optional parts of a model may be absent from its file", "[model-file]") {
  const Scratch scratch;
  Model model = random_model(HeadKind::joint);
  model.feature_low.clear();
  model.feature_high.clear();
  model.provenance.clear();
  RandomEngine random = engine("linear");
  model.networks = {random_mlp(random, {14, 9})};
  save_model(model, scratch / "linear.onnx");
  check_equal(load_model(scratch / "linear.onnx"), model);
}

TEST_CASE("Equal models give equal bytes, and another weight gives others", "[model-file]") {
  const Scratch scratch;
  for (const HeadKind head : kHeads) {
    Model model = random_model(head);
    save_model(model, scratch / "a.onnx");
    save_model(load_model(scratch / "a.onnx"), scratch / "b.onnx");
    CHECK(read_file(scratch / "a.onnx") == read_file(scratch / "b.onnx"));
    model.networks[0].layers[1].weights[2] += 1.0F;
    save_model(model, scratch / "c.onnx");
    CHECK(read_file(scratch / "a.onnx") != read_file(scratch / "c.onnx"));
  }
}

// README.md, "Model files", promises these names to Netron and other runtimes.
TEST_CASE("The graph of a file is the documented one", "[model-file]") {
  const Scratch scratch;
  save_model(random_model(HeadKind::per_subtask), scratch / "model.onnx");
  const onnx::ModelProto file = parsed(scratch / "model.onnx");
  CHECK(file.producer_name() == "mecsim");
  CHECK(file.ir_version() == 7);
  REQUIRE(file.opset_import_size() == 1);
  CHECK(file.opset_import(0).version() == 13);
  const onnx::GraphProto& graph = file.graph();
  REQUIRE(graph.input_size() == 1);
  CHECK(graph.input(0).name() == "features");
  CHECK(graph.input(0).type().tensor_type().shape().dim(0).dim_param() == "batch");
  CHECK(graph.input(0).type().tensor_type().shape().dim(1).dim_value() == 14);  // 4 * 3 + 2
  REQUIRE(graph.output_size() == 1);
  CHECK(graph.output(0).name() == "scores");
  CHECK(graph.output(0).type().tensor_type().shape().dim(1).dim_value() == 9);
  std::string nodes;
  for (const onnx::NodeProto& node : graph.node()) {
    nodes += node.op_type() + " ";
  }
  const std::string network = "Gemm Relu Gemm Relu Gemm ";
  CHECK(nodes == "Sub Mul " + network + network + network + "Concat ");
  CHECK(graph.initializer(2).name() == "net0/layer0/weight");
  CHECK(graph.initializer(2).dims(0) == 5);
  CHECK(graph.initializer(2).dims(1) == 14);
  CHECK(graph.initializer(13).name() == "net1/layer2/bias");
}

TEST_CASE("Inputs beyond the features are written as not normalised", "[model-file]") {
  const Scratch scratch;
  save_model(random_model(HeadKind::value), scratch / "model.onnx");
  const onnx::ModelProto file = parsed(scratch / "model.onnx");
  const onnx::TensorProto& mean = file.graph().initializer(0);
  const onnx::TensorProto& scale = file.graph().initializer(1);
  REQUIRE(mean.name() == "normalise/mean");
  REQUIRE(mean.raw_data().size() == 23 * sizeof(float));  // 14 features, 3 * 3 one-hot sites
  REQUIRE(scale.raw_data().size() == 23 * sizeof(float));
  std::vector<float> means(23);
  std::vector<float> scales(23);
  std::memcpy(means.data(), mean.raw_data().data(), mean.raw_data().size());
  std::memcpy(scales.data(), scale.raw_data().data(), scale.raw_data().size());
  CHECK(std::vector<float>(means.begin() + 14, means.end()) == std::vector<float>(9, 0.0F));
  CHECK(std::vector<float>(scales.begin() + 14, scales.end()) == std::vector<float>(9, 1.0F));
}

TEST_CASE("The metadata of a file is the documented one, in its order", "[model-file]") {
  const Scratch scratch;
  Model model = random_model(HeadKind::plan);
  model.feature_low.assign(14, 0.1F);
  model.feature_high.assign(14, 3.0F);
  save_model(model, scratch / "model.onnx");
  const onnx::ModelProto file = parsed(scratch / "model.onnx");
  std::string low = "0.1";
  std::string high = "3";
  for (std::size_t i = 1; i < 14; ++i) {
    low += ",0.1";
    high += ",3";
  }
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"mecsim.format", "1"},
      {"mecsim.head", "plan"},
      {"mecsim.plans", "000,111,021,222"},
      {"mecsim.feature_low", low},
      {"mecsim.feature_high", high},
      {"mecsim.provenance.command", "mecsim train a=b, \"c\""},
      {"mecsim.provenance.seed", "7"},
      {"mecsim.features", "time/1 n=3"},
      {"mecsim.features.hash", model.features.hash()}};
  std::vector<std::pair<std::string, std::string>> there;
  for (const auto& entry : file.metadata_props()) {
    there.emplace_back(entry.key(), entry.value());
  }
  CHECK(there == expected);
}

TEST_CASE("Extra arrays come back in their order and leave the model alone", "[model-file]") {
  const Scratch scratch;
  const Model model = random_model(HeadKind::crf);
  const std::vector<NamedArray> extra = {
      {"adam/second", {1.5F, -0.0F}}, {"adam/first", {0.25F}}, {"nothing", {}}};
  save_model(model, extra, scratch / "checkpoint.onnx");
  std::vector<NamedArray> there = {{"left over", {}}};
  check_equal(load_model(scratch / "checkpoint.onnx", there), model);
  REQUIRE(there.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(there[i].name == extra[i].name);
    CHECK(bits(there[i].values) == bits(extra[i].values));
  }
  check_equal(load_model(scratch / "checkpoint.onnx"), model);
  CHECK_THROWS_AS(save_model(model, {{"a", {}}, {"a", {}}}, scratch / "checkpoint.onnx"),
                  std::invalid_argument);
}

TEST_CASE("What the user says of a file's meaning must agree with its metadata", "[model-file]") {
  const Scratch scratch;
  const std::string path = scratch / "model.onnx";
  const Model model = random_model(HeadKind::joint);
  save_model(model, path);
  check_equal(load_model(path, {model.features, HeadKind::joint}), model);
  CHECK(message_of<UserError>([&] {
          return load_model(path, {std::nullopt, HeadKind::crf});
        }) == path + ": head is \"joint\" in the file; \"crf\" was given");
  CHECK(message_of<UserError>([&] {
          return load_model(path, {FeatureSchema{}, std::nullopt});
        }) == path + ": features is \"time/1 n=3\" in the file; \"time/1 n=6\" was given");
}

TEST_CASE("A model that is not sound is not written", "[model-file]") {
  const Scratch scratch;
  const std::string path = scratch / "model.onnx";
  Model model = random_model(HeadKind::joint);
  model.networks[0].layers[1].bias[0] = std::numeric_limits<float>::quiet_NaN();
  CHECK(message_of<UserError>([&] {
          save_model(model, path);
          return 0;
        }) == path + ": network 0, layer 1: a weight is not a finite number");
  CHECK_FALSE(std::filesystem::exists(path));
  CHECK_FALSE(std::filesystem::exists(path + ".part"));
}

TEST_CASE("A model file that cannot be written is told apart from one that cannot be opened",
          "[model-file]") {
  const Model model = random_model(HeadKind::joint);
  CHECK(message_of<OutputError>([&] {
          save_model(model, "/dev/full");
          return 0;
        }) == "cannot write /dev/full: No space left on device");
  const Scratch scratch;
  const std::string path = scratch / "missing/model.onnx";
  CHECK(message_of<UserError>([&] {
          save_model(model, path);
          return 0;
        }) == "cannot write " + path + ": No such file or directory");
}
