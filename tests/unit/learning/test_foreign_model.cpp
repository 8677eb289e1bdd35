// Files that other programs export: the same numbers whichever way the layers are written down.
#include <cstring>

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

const ForeignModel kHandMeaning = {FeatureSchema{FeatureKind::raw, 1, false}, HeadKind::joint};

Model load(const ForeignFile& file, const ForeignModel& meaning = kHandMeaning) {
  const Scratch scratch;
  return load_model(scratch.write("foreign.onnx", file.bytes()), meaning);
}

// Like hand_file, but with MatMul and Add, as torch exports a Linear on more than two dimensions,
// and TensorFlow every dense layer.
ForeignFile matmul_file(bool bias_first) {
  ForeignFile file(13);
  file.input("input", 7);
  file.output("output", 3);
  file.weights("onnx::MatMul_10", {7, 2}, kHandTurned0);
  file.weights("net.0.bias", {2}, kHandBias0);
  file.weights("onnx::MatMul_11", {2, 3}, kHandTurned1);
  file.weights("net.2.bias", {1, 3}, kHandBias1);
  const auto add = [&](const char* name, const char* bias, const char* sums, const char* to) {
    file.node(
        "Add", name,
        bias_first ? std::vector<std::string>{bias, sums} : std::vector<std::string>{sums, bias},
        to);
  };
  file.node("MatMul", "/net/0/MatMul", {"input", "onnx::MatMul_10"}, "a");
  add("/net/0/Add", "net.0.bias", "a", "b");
  file.node("Relu", "/net/1/Relu", {"b"}, "c");
  file.node("MatMul", "/net/2/MatMul", {"c", "onnx::MatMul_11"}, "d");
  add("/net/2/Add", "net.2.bias", "d", "output");
  return file;
}

ForeignFile normalised_file() {
  ForeignFile file;
  file.input("x", 7);
  file.output("y", 3);
  add_hand_layers(file, "normalised", "y");
  return file;
}

// Six networks of one layer, 17 raw features to 3 scores: network i scores (i, i + 1, i + 2).
ForeignFile six_networks() {
  ForeignFile file;
  file.input("state", 17);
  file.output("scores", 18);
  for (int i = 0; i < 6; ++i) {
    const std::string name = "nets." + std::to_string(i);
    const auto base = static_cast<float>(i);
    file.weights(name + ".weight", {3, 17}, std::vector<float>(51, base));
    file.weights(name + ".bias", {3}, {base, base + 1, base + 2});
    auto& gemm = file.node("Gemm", "/" + name + "/Gemm",
                           {"state", name + ".weight", name + ".bias"}, name + ".scores");
    ForeignFile::attribute(gemm, "transB", std::int64_t{1});
  }
  return file;
}

std::vector<std::string> branch_outputs(const std::string& ending) {
  std::vector<std::string> names(6);
  for (std::size_t i = 0; i < 6; ++i) {
    names[i] = "nets." + std::to_string(i) + ending;
  }
  return names;
}

void check_six_networks(const Model& model) {
  CHECK(model.head == HeadKind::per_subtask);
  CHECK(model.features == FeatureSchema{FeatureKind::raw, 6, false});
  REQUIRE(model.networks.size() == 6);
  for (std::size_t i = 0; i < 6; ++i) {
    const auto base = static_cast<float>(i);
    CHECK(model.networks[i].layers[0].bias == std::vector<float>{base, base + 1, base + 2});
  }
}

}  // namespace

TEST_CASE("A network of Gemm and Relu as PyTorch exports it computes what was worked by hand",
          "[model-file][foreign]") {
  const Model model = load(hand_file());
  CHECK(forward(model, kHandInput) == kHandScores);
  CHECK(model.normalisation.mean == std::vector<float>(7, 0.0F));
  CHECK(model.normalisation.scale == std::vector<float>(7, 1.0F));
  CHECK(model.feature_low.empty());
  CHECK(model.provenance.empty());
}

TEST_CASE("MatMul and Add are a layer, whichever operand the bias is", "[model-file][foreign]") {
  CHECK(forward(load(matmul_file(false)), kHandInput) == kHandScores);
  CHECK(forward(load(matmul_file(true)), kHandInput) == kHandScores);
}

TEST_CASE("Gemm without transB takes its weights the other way round", "[model-file][foreign]") {
  ForeignFile file;
  file.input("input", 7);
  file.output("output", 3);
  file.weights("w0", {7, 2}, kHandTurned0);
  file.weights("b0", {2}, kHandBias0);
  file.weights("w1", {2, 3}, kHandTurned1);
  file.weights("b1", {3}, kHandBias1);
  file.node("Gemm", "one", {"input", "w0", "b0"}, "a");
  file.node("Relu", "two", {"a"}, "b");
  file.node("Gemm", "three", {"b", "w1", "b1"}, "output");
  CHECK(forward(load(file), kHandInput) == kHandScores);
}

TEST_CASE("A layer without bias adds nothing, and one number is the bias of all outputs",
          "[model-file][foreign]") {
  ForeignFile file;
  file.input("input", 7);
  file.output("output", 3);
  file.weights("w0", {7, 2}, kHandTurned0);
  file.weights("w1", {2, 3}, kHandTurned1);
  file.weights("b1", {1}, {100});
  file.node("MatMul", "one", {"input", "w0"}, "a");
  file.node("Relu", "two", {"a"}, "b");
  file.node("Gemm", "three", {"b", "w1", "b1"}, "output");
  // Hidden 28 and 4: 28 + 2 * 4, -28, 14 + 3 * 4; 100 more each.
  CHECK(forward(load(file), kHandInput) == std::vector<float>{136, 72, 126});
}

TEST_CASE("Operations that do nothing in inference are passed over", "[model-file][foreign]") {
  ForeignFile file;
  file.input("input", 7);
  file.output("output", 3);
  file.node("Flatten", "flat", {"input"}, "rows");
  file.node("Dropout", "drop", {"rows"}, "kept").add_output("mask");
  add_hand_layers(file, "kept", "scores");
  file.node("Identity", "same", {"scores"}, "same scores");
  auto& softmax = file.node("LogSoftmax", "soft", {"same scores"}, "output");
  ForeignFile::attribute(softmax, "axis", std::int64_t{-1});
  CHECK(forward(load(file), kHandInput) == kHandScores);
}

TEST_CASE("Constants before the first layer are its normalisation", "[model-file][foreign]") {
  SECTION("minus a mean, over a deviation") {
    ForeignFile file = normalised_file();
    file.weights("mean", {1, 7}, std::vector<float>(7, 1.0F));
    file.weights("deviation", {7}, std::vector<float>(7, 0.5F));
    file.node("Sub", "sub", {"x", "mean"}, "centred");
    file.node("Div", "div", {"centred", "deviation"}, "normalised");
    // x' = 2 (x - 1): hidden 2 * (28 - 7) - 8 = 34, and 2 * (4 - 1) - 10 < 0.
    const Model model = load(file);
    CHECK(forward(model, kHandInput) == std::vector<float>{34.5F, -34, 16});
    CHECK(model.normalisation.scale == std::vector<float>(7, 2.0F));
  }
  SECTION("times a number, plus another") {
    ForeignFile file = normalised_file();
    file.weights("two", {}, {2});
    file.weights("three", {1}, {3});
    file.node("Mul", "mul", {"two", "x"}, "doubled");
    file.node("Add", "add", {"doubled", "three"}, "normalised");
    // x' = 2 x + 3: hidden 56 + 21 - 8 = 69, and 2 * 4 + 3 - 10 = 1.
    const Model model = load(file);
    CHECK(forward(model, kHandInput) == std::vector<float>{71.5F, -69, 36.5F});
    CHECK(model.normalisation.mean == std::vector<float>(7, -1.5F));
  }
}

TEST_CASE("Constant nodes, and constants through Identity and Transpose, are weights too",
          "[model-file][foreign]") {
  ForeignFile file = hand_file();
  onnx::GraphProto& graph = file.graph();
  REQUIRE(graph.initializer(0).name() == "net.0.weight");
  graph.mutable_initializer(0)->set_name("shared");
  file.node("Identity", "alias", {"shared"}, "net.0.weight");
  graph.mutable_initializer(2)->set_name("ignored");
  auto& constant = file.node("Constant", "constant", {}, "turned");
  onnx::AttributeProto& value = *constant.add_attribute();
  value.set_name("value");
  *value.mutable_t() = file.weights("moved", {2, 3}, kHandTurned1);
  auto& transpose = file.node("Transpose", "turn", {"turned"}, "net.2.weight");
  ForeignFile::attribute(transpose, "perm", std::vector<std::int64_t>{1, 0});
  CHECK(forward(load(file), kHandInput) == kHandScores);
}

TEST_CASE("Initialisers that an old exporter lists as inputs are no inputs",
          "[model-file][foreign]") {
  ForeignFile file = hand_file();
  file.input("net.0.weight", 7);
  file.input("net.0.bias", 2);
  CHECK(forward(load(file), kHandInput) == kHandScores);
}

TEST_CASE("Weights of any floating type and storage are read", "[model-file][foreign]") {
  ForeignFile file = hand_file();
  onnx::TensorProto& bias = *file.graph().mutable_initializer(1);  // -8, -10
  REQUIRE(bias.name() == "net.0.bias");
  const auto bytes_of = [](const auto& values) {
    return std::string(reinterpret_cast<const char*>(values.data()),
                       values.size() * sizeof(values[0]));
  };
  SECTION("float_data") {
    bias.clear_raw_data();
    bias.add_float_data(-8);
    bias.add_float_data(-10);
  }
  SECTION("double, raw") {
    bias.set_data_type(onnx::TensorProto::DOUBLE);
    bias.set_raw_data(bytes_of(std::vector<double>{-8, -10}));
  }
  SECTION("double_data") {
    bias.set_data_type(onnx::TensorProto::DOUBLE);
    bias.clear_raw_data();
    bias.add_double_data(-8);
    bias.add_double_data(-10);
  }
  SECTION("float16, raw: -1.0 * 2^3 is 1 10010 0000000000, -1.25 * 2^3 is 1 10010 0100000000") {
    bias.set_data_type(onnx::TensorProto::FLOAT16);
    bias.set_raw_data(bytes_of(std::vector<std::uint16_t>{0xC800, 0xC900}));
  }
  SECTION("float16 in int32_data") {
    bias.set_data_type(onnx::TensorProto::FLOAT16);
    bias.clear_raw_data();
    bias.add_int32_data(0xC800);
    bias.add_int32_data(0xC900);
  }
  SECTION("bfloat16: the upper half of 0xC1000000 and of 0xC1200000") {
    bias.set_data_type(onnx::TensorProto::BFLOAT16);
    bias.set_raw_data(bytes_of(std::vector<std::uint16_t>{0xC100, 0xC120}));
  }
  CHECK(forward(load(file), kHandInput) == kHandScores);
}

TEST_CASE("Half precision is read exactly from its least to its greatest number",
          "[model-file][foreign]") {
  ForeignFile file = hand_file();
  onnx::TensorProto& bias = *file.graph().mutable_initializer(3);  // net.2.bias, three values
  bias.set_data_type(onnx::TensorProto::FLOAT16);
  bias.clear_raw_data();
  bias.add_int32_data(0x0001);  // 2^-24, subnormal
  bias.add_int32_data(0x0400);  // 2^-14, the least normal number
  bias.add_int32_data(0xFBFF);  // -(2 - 2^-10) * 2^15
  CHECK(load(file).networks[0].layers[1].bias == std::vector<float>{0x1p-24F, 0x1p-14F, -65504});
}

TEST_CASE("Six networks joined in any usual way are a model of head per-subtask",
          "[model-file][foreign]") {
  ForeignFile file = six_networks();
  SECTION("torch.cat(..., dim=1), the shape known") {
    auto& concat = file.node("Concat", "cat", branch_outputs(".scores"), "scores");
    ForeignFile::attribute(concat, "axis", std::int64_t{-1});
  }
  SECTION("torch.stack(..., dim=1), then Softmax over each network's scores") {
    file.integers("axes", {1});
    for (const std::string& name : branch_outputs("")) {
      file.node("Unsqueeze", name + "/unsqueeze", {name + ".scores", "axes"}, name + ".row");
    }
    auto& concat = file.node("Concat", "stack", branch_outputs(".row"), "rows");
    ForeignFile::attribute(concat, "axis", std::int64_t{1});
    file.node("Softmax", "soft", {"rows"}, "scores");
  }
  SECTION("a Softmax each") {
    for (const std::string& name : branch_outputs("")) {
      file.node("Softmax", name + "/softmax", {name + ".scores"}, name + ".soft");
    }
    auto& concat = file.node("Concat", "cat", branch_outputs(".soft"), "scores");
    ForeignFile::attribute(concat, "axis", std::int64_t{1});
  }
  check_six_networks(load(file, {}));
}

TEST_CASE("Layers that two networks share are in both", "[model-file][foreign]") {
  ForeignFile file;
  file.input("state", 9);
  file.output("scores", 6);
  file.weights("trunk", {9, 4}, std::vector<float>(36, 2.0F));
  file.weights("left", {4, 3}, std::vector<float>(12, 3.0F));
  file.weights("right", {4, 3}, std::vector<float>(12, 4.0F));
  file.node("MatMul", "t", {"state", "trunk"}, "sums");
  file.node("Relu", "r", {"sums"}, "hidden");
  file.node("MatMul", "a", {"hidden", "left"}, "a");
  file.node("MatMul", "b", {"hidden", "right"}, "b");
  auto& concat = file.node("Concat", "cat", {"a", "b"}, "scores");
  ForeignFile::attribute(concat, "axis", std::int64_t{1});
  // Nine raw features are those of two subtasks.
  const Model model = load(file, {FeatureSchema{FeatureKind::raw, 2, false}, std::nullopt});
  CHECK(model.head == HeadKind::per_subtask);
  REQUIRE(model.networks.size() == 2);
  CHECK(model.networks[0].layers[0].weights == model.networks[1].layers[0].weights);
  CHECK(model.networks[1].layers[1].weights == std::vector<float>(12, 4.0F));
}

TEST_CASE("A joint network may end in a Softmax over each subtask's scores",
          "[model-file][foreign]") {
  ForeignFile file;
  file.input("state", 26);
  file.output("probabilities", 18);
  file.weights("w", {26, 18}, std::vector<float>(468, 1.0F));
  file.node("MatMul", "layer", {"state", "w"}, "sums");
  SECTION("view(-1, 6, 3)") {
    file.integers("shape", {-1, 6, 3});
    file.node("Reshape", "view", {"sums", "shape"}, "rows");
  }
  SECTION("view(x.size(0), 6, 3): the shape is put together from the batch and constants") {
    file.node("Shape", "shape of", {"state"}, "extents");
    file.integers("first", {0});
    file.node("Gather", "batch", {"extents", "first"}, "batch");
    file.integers("six", {6});
    file.integers("three", {3});
    file.node("Concat", "shape", {"batch", "six", "three"}, "shape");
    file.node("Reshape", "view", {"sums", "shape"}, "rows");
  }
  file.node("Softmax", "soft", {"rows"}, "soft");
  file.node("Flatten", "flat", {"soft"}, "probabilities");
  const Model model = load(file, {});
  CHECK(model.head == HeadKind::joint);
  CHECK(model.features == FeatureSchema{FeatureKind::time, 6, false});
}

TEST_CASE("Metadata that a user added says what a file means", "[model-file][foreign]") {
  ForeignFile file = hand_file();
  file.metadata("mecsim.features", "raw/1 n=1");
  file.metadata("mecsim.head", "plan");
  file.metadata("mecsim.plans", "2,0,1");
  file.metadata("author", "somebody");
  const Model model = load(file, {});
  CHECK(model.head == HeadKind::plan);
  CHECK(model.plans == std::vector<Placement>{Placement{2}, Placement{0}, Placement{1}});
  CHECK(model.provenance.empty());
}
