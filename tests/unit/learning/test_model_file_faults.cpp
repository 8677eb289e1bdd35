// Files that are refused, and how: every message starts with the path and says what was expected.
#include <boost/random/uniform_int_distribution.hpp>
#include <cmath>

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

// What is said of these bytes, without the path, which is checked to be in front.
std::string refusal(const std::string& bytes, const ForeignModel& meaning = kHandMeaning) {
  // One directory, and a name each: writing one file over and over waits for the disk every time.
  static const Scratch scratch;
  static int files = 0;
  const std::string path = scratch.write(std::to_string(++files), bytes);
  const std::string message = message_of<UserError>([&] { return load_model(path, meaning); });
  const std::string front = path + ": ";
  return message.starts_with(front) ? message.substr(front.size()) : "no path in " + message;
}

std::string refusal(const ForeignFile& file, const ForeignModel& meaning = kHandMeaning) {
  return refusal(file.bytes(), meaning);
}

// The file of `hand_file` up to "scores", and an output for what a test adds after it.
ForeignFile open_end() {
  ForeignFile file;
  file.input("input", 7);
  file.output("output", 3);
  add_hand_layers(file, "input", "scores");
  return file;
}

ForeignFile open_front() {
  ForeignFile file;
  file.input("input", 7);
  file.output("output", 3);
  add_hand_layers(file, "front", "output");
  return file;
}

onnx::NodeProto& node_named(ForeignFile& file, const std::string& name) {
  for (onnx::NodeProto& node : *file.graph().mutable_node()) {
    if (node.name() == name) {
      return node;
    }
  }
  throw std::logic_error("no node " + name);
}

std::string saved(const Model& model) {
  const Scratch scratch;
  save_model(model, scratch / "model.onnx");
  return read_file(scratch / "model.onnx");
}

}  // namespace

TEST_CASE("What is no file of an ONNX model is refused", "[model-file][faults]") {
  const Scratch scratch;
  const auto said = [&](const std::string& name) {
    return message_of<UserError>([&] { return load_model(scratch / name); });
  };
  CHECK(said("missing.onnx") == scratch / "missing.onnx: No such file or directory");
  CHECK(said("") == scratch / ": is a directory; an ONNX model was expected");
  CHECK(refusal("") == "an empty file; an ONNX model was expected");
  CHECK(refusal("policies: [local, edge]\n") == "not an ONNX model");
  CHECK(refusal("# A plain text\n\nof three lines.\n") == "not an ONNX model");
  CHECK(refusal("\x89PNG\r\n\x1a\n") == "not an ONNX model");
  CHECK(refusal(std::string(100, '\0')) == "not an ONNX model");
  CHECK(refusal("\x08") == "truncated or damaged");
  CHECK(refusal("\x08\x07") == "truncated or damaged");

  scratch.write("sparse.onnx", "");
  std::filesystem::resize_file(scratch / "sparse.onnx", std::uintmax_t{1} << 31U);
  CHECK(said("sparse.onnx") ==
        scratch / "sparse.onnx: larger than the 2 GB that an ONNX file can hold");
}

TEST_CASE("A file of ours that ends anywhere before its end is truncated", "[model-file][faults]") {
  const std::string bytes = saved(random_model(HeadKind::plan));
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    INFO("first " << size << " of " << bytes.size() << " bytes");
    const std::string said = refusal(bytes.substr(0, size), {});
    CHECK(said.starts_with("truncated or damaged"));
  }
}

TEST_CASE("Operators that no perceptron has are refused by name", "[model-file][faults]") {
  ForeignFile file = hand_file();
  const std::string expected = "; a perceptron of Gemm, MatMul, Add and Relu was expected";
  onnx::NodeProto& node = node_named(file, "/net/1/Relu");
  node.set_op_type("Conv");
  CHECK(refusal(file) == "node \"/net/1/Relu\" is a Conv" + expected);
  node.set_name("");
  node.set_op_type("Elu");
  CHECK(refusal(file) == "the node that makes \"/net/1/Relu_output_0\" is an Elu" + expected);
  node.set_op_type("Relu");
  node.set_domain("com.microsoft");
  CHECK(refusal(file) ==
        "the node that makes \"/net/1/Relu_output_0\" is a com.microsoft.Relu" + expected);
}

TEST_CASE("Known operators in the wrong place are refused", "[model-file][faults]") {
  ForeignFile end = open_end();
  ForeignFile front = open_front();
  const std::string after =
      "after the networks' last layers only Softmax and Reshape were expected";
  SECTION("Relu last") {
    end.node("Relu", "r", {"scores"}, "output");
    CHECK(refusal(end) == "node \"r\" (Relu): after the last layer; scores were expected there");
  }
  SECTION("Relu first") {
    front.node("Relu", "r", {"input"}, "front");
    CHECK(refusal(front) == "node \"r\" (Relu): a layer was expected before it");
  }
  SECTION("two layers with nothing between") {
    node_named(front, "/net/1/Relu").set_op_type("Identity");
    front.node("Identity", "i", {"input"}, "front");
    CHECK(refusal(front) ==
          "node \"/net/2/Gemm\" (Gemm): a Relu was expected between it and the layer before");
  }
  SECTION("arithmetic after a layer") {
    end.weights("two", {}, {2});
    end.node("Mul", "m", {"scores", "two"}, "output");
    CHECK(refusal(end) ==
          "node \"m\" (Mul): after the first layer; normalisation was expected before it");
  }
  SECTION("a sum of two variables") {
    end.node("Add", "a", {"scores", "scores"}, "output");
    CHECK(refusal(end) == "node \"a\" (Add): two operands were expected, one of them a constant");
  }
  SECTION("a constant minus the input") {
    front.weights("one", {}, {1});
    front.node("Sub", "s", {"one", "input"}, "front");
    CHECK(refusal(front) == "node \"s\" (Sub): the constant was expected as its second operand");
  }
  SECTION("constants for another number of inputs") {
    front.weights("five", {5}, {1, 2, 3, 4, 5});
    front.node("Sub", "s", {"input", "five"}, "front");
    CHECK(refusal(front) == "node \"s\" (Sub): 5 constants for 7 inputs");
  }
  SECTION("division by zero") {
    front.weights("zero", {}, {0});
    front.node("Div", "d", {"input", "zero"}, "front");
    CHECK(refusal(front) == "a value of the normalisation is not a finite number");
  }
  SECTION("Softmax in the middle") {
    node_named(front, "/net/1/Relu").set_op_type("Softmax");
    front.node("Identity", "i", {"input"}, "front");
    CHECK(refusal(front) ==
          "node \"/net/2/Gemm\" (Gemm): a Relu was expected between it and the layer before");
  }
  SECTION("Softmax over the batch") {
    ForeignFile::attribute(end.node("Softmax", "s", {"scores"}, "output"), "axis", std::int64_t{0});
    CHECK(refusal(end) ==
          "node \"s\" (Softmax): one Softmax, after the last layer and along the last axis, was "
          "expected");
  }
  SECTION("Reshape that mixes samples") {
    end.integers("shape", {-1, 2});
    end.node("Reshape", "r", {"scores", "shape"}, "output");
    CHECK(refusal(end) ==
          "node \"r\" (Reshape): a shape of the batch and all of a sample's scores was expected");
  }
  SECTION("Dropout in training") {
    end.weights("ratio", {}, {0.5F});
    end.integers("training", {1});
    end.node("Dropout", "d", {"scores", "ratio", "training"}, "output");
    CHECK(refusal(end) ==
          "node \"d\" (Dropout): it is in training mode; export the network for inference");
  }
  SECTION("Concat of the inputs") {
    ForeignFile::attribute(front.node("Concat", "c", {"input", "input"}, "front"), "axis",
                           std::int64_t{1});
    CHECK(refusal(front) == "no layer between input and output");
  }
  SECTION("a layer after Concat") {
    ForeignFile::attribute(end.node("Concat", "c", {"scores", "scores"}, "two"), "axis",
                           std::int64_t{1});
    end.node("Relu", "r", {"two"}, "output");
    CHECK(refusal(end) == "node \"r\" (Relu): " + after);
  }
  SECTION("Concat along the batch") {
    ForeignFile::attribute(end.node("Concat", "c", {"scores", "scores"}, "output"), "axis",
                           std::int64_t{0});
    CHECK(refusal(end) ==
          "node \"c\" (Concat): networks of equal outputs, joined along axis 1, were expected");
  }
}

TEST_CASE("Gemm in a form that is no layer is refused", "[model-file][faults]") {
  ForeignFile file = hand_file();
  onnx::NodeProto& gemm = node_named(file, "/net/0/Gemm");
  const std::string front = "node \"/net/0/Gemm\" (Gemm): ";
  SECTION("alpha") {
    gemm.mutable_attribute(0)->set_f(0.5F);
    CHECK(refusal(file) == front + "transA 0, alpha 1 and beta 1 were expected");
  }
  SECTION("transA") {
    ForeignFile::attribute(gemm, "transA", std::int64_t{1});
    CHECK(refusal(file) == front + "transA 0, alpha 1 and beta 1 were expected");
  }
  SECTION("weights that are computed") {
    gemm.set_input(1, "onnx::Gemm_0");
    CHECK(refusal(file) == front + "input 1 is not a constant");
  }
  SECTION("weights that are no matrix") {
    file.graph().mutable_initializer(0)->add_dims(1);
    CHECK(refusal(file) == front + "weights of shape 2 x 7 x 1; a matrix was expected");
  }
  SECTION("a bias of another length") {
    gemm.set_input(2, "net.2.bias");
    CHECK(refusal(file) == front + "network layer 0 has 2 outputs; its bias has 3 values");
  }
  SECTION("an input from nowhere") {
    gemm.set_input(0, "elsewhere");
    CHECK(refusal(file) == "\"elsewhere\" does not come from the input \"onnx::Gemm_0\"");
  }
  SECTION("a cycle") {
    gemm.set_input(0, "/net/1/Relu_output_0");
    CHECK(refusal(file) == "the way to \"9\" is a cycle");
  }
}

TEST_CASE("Widths that do not fit say which network and layer", "[model-file][faults]") {
  ForeignFile file = hand_file();
  CHECK(refusal(file, {FeatureSchema{FeatureKind::raw, 2, false}, HeadKind::joint}) ==
        "network 0: 7 inputs and 3 outputs; expected 9 and 6");
  CHECK(refusal(file, {FeatureSchema{FeatureKind::raw, 2, false}, HeadKind::per_subtask}) ==
        "1 networks; head per-subtask has 2");
  onnx::TensorProto& last = *file.graph().mutable_initializer(2);
  REQUIRE(last.name() == "net.2.weight");
  last.set_dims(1, 1);
  last.set_raw_data(last.raw_data().substr(0, 12));
  CHECK(refusal(file) == "network 0, layer 1: 1 inputs; expected 2");
}

TEST_CASE("A graph of several inputs, outputs or makers of one value is refused",
          "[model-file][faults]") {
  ForeignFile file = hand_file();
  SECTION("inputs") {
    file.input("more", 3);
    CHECK(refusal(file) == "2 inputs (onnx::Gemm_0, more); one was expected");
  }
  SECTION("outputs") {
    file.output("more", 3);
    CHECK(refusal(file) == "2 outputs (9, more); one was expected");
  }
  SECTION("no output") {
    file.graph().clear_output();
    CHECK(refusal(file) == "0 outputs; one was expected");
  }
  SECTION("no layer") {
    file.graph().mutable_output(0)->set_name("onnx::Gemm_0");
    CHECK(refusal(file) == "no layer between input and output");
  }
  SECTION("makers") {
    node_named(file, "/net/2/Gemm").set_output(0, "/net/1/Relu_output_0");
    CHECK(refusal(file) == "two nodes make \"/net/1/Relu_output_0\"");
  }
  SECTION("initialisers") {
    file.weights("net.0.bias", {2}, kHandBias0);
    CHECK(refusal(file) == "two initialisers are named \"net.0.bias\"");
  }
  SECTION("an old set of operators") {
    file.model().mutable_opset_import(0)->set_version(6);
    CHECK(refusal(file) == "operators of opset 6; 7 or later was expected");
  }
  SECTION("only foreign operators") {
    file.model().mutable_opset_import(0)->set_domain("com.microsoft");
    CHECK(refusal(file) == "no standard operators (opset_import of domain \"ai.onnx\")");
  }
}

TEST_CASE("Tensors that are not whole and in the file are refused", "[model-file][faults]") {
  ForeignFile file = hand_file();
  onnx::TensorProto& bias = *file.graph().mutable_initializer(1);
  REQUIRE(bias.name() == "net.0.bias");
  SECTION("external data") {
    bias.set_data_location(onnx::TensorProto::EXTERNAL);
    CHECK(
        refusal(file) ==
        "tensor \"net.0.bias\" is stored in another file; one file with all weights was expected");
  }
  SECTION("too few values") {
    bias.set_raw_data(std::string(4, '\0'));
    CHECK(refusal(file) == "tensor \"net.0.bias\" of shape 2 has 1 values");
  }
  SECTION("half a value") {
    bias.set_raw_data(std::string(10, '\0'));
    CHECK(refusal(file) == "tensor \"net.0.bias\" of shape 2 has 2 values");
  }
  SECTION("a negative extent") {
    bias.set_dims(0, -2);
    CHECK(refusal(file) == "tensor \"net.0.bias\" has an extent of -2");
  }
  SECTION("extents whose product is past any number") {
    bias.clear_dims();
    for (int i = 0; i < 5; ++i) {
      bias.add_dims(std::int64_t{1} << 31U);
    }
    CHECK(refusal(file) == "tensor \"net.0.bias\" is larger than any file");
  }
  SECTION("another type") {
    bias.set_data_type(onnx::TensorProto::INT8);
    CHECK(refusal(file) ==
          "tensor \"net.0.bias\" is INT8; FLOAT, DOUBLE, FLOAT16 or BFLOAT16 was expected");
  }
  SECTION("a type of the future") {
    bias.set_data_type(999);
    CHECK(refusal(file) ==
          "tensor \"net.0.bias\" is of type 999; FLOAT, DOUBLE, FLOAT16 or BFLOAT16 was expected");
  }
  SECTION("a weight that is no number") {
    const std::vector<float> values = {1.0F, std::nanf("")};
    bias.set_raw_data(values.data(), 8);
    CHECK(refusal(file) == "network 0, layer 0: a weight is not a finite number");
  }
}

TEST_CASE("Metadata that this version cannot take is refused", "[model-file][faults]") {
  ForeignFile file = hand_file();
  SECTION("a schema that is not known") {
    file.metadata("mecsim.features", "raw/9 n=1");
    CHECK(refusal(file, {}) ==
          "unknown feature schema \"raw/9 n=1\"; expected one like \"time/1 n=6\"");
  }
  SECTION("a schema that meant something else") {
    const std::string ours = FeatureSchema{FeatureKind::raw, 1, false}.hash();
    file.metadata("mecsim.features", "raw/1 n=1");
    file.metadata("mecsim.features.hash", "0123456789abcdef");
    CHECK(refusal(file, {}) ==
          "features \"raw/1 n=1\" have hash 0123456789abcdef in the file and " + ours +
              " in this version of mecsim: their meaning has changed");
  }
  SECTION("a head that is not known") {
    file.metadata("mecsim.head", "plans");
    CHECK(refusal(file, {}) ==
          "unknown head \"plans\"; expected one of per-subtask, joint, plan, crf, value, step, "
          "site; did "
          "you mean \"plan\"?");
  }
  SECTION("a format of the future") {
    file.metadata("mecsim.format", "2");
    file.metadata("mecsim.features.hash", "0");
    CHECK(refusal(file) == "model format 2; this version of mecsim reads 1");
  }
  SECTION("plans that are no sites") {
    file.metadata("mecsim.plans", "0,1,3");
    CHECK(refusal(file) ==
          "metadata mecsim.plans: \"3\"; a digit 0, 1 or 2 for the site of each subtask was "
          "expected");
  }
  SECTION("no plans") {
    CHECK(refusal(file, {kHandMeaning.features, HeadKind::plan}) ==
          "head plan needs the placement of each of its 3 outputs: metadata mecsim.plans, such as "
          "\"000000,001122\"");
  }
  SECTION("a plan too few") {
    file.metadata("mecsim.plans", "0,1");
    CHECK(refusal(file, {kHandMeaning.features, HeadKind::plan}) ==
          "network 0: 7 inputs and 3 outputs; expected 7 and 2");
  }
  SECTION("a range that is no number") {
    file.metadata("mecsim.feature_low", "1,2,x,4,5,6,7");
    CHECK(refusal(file) == "metadata mecsim.feature_low: \"x\" is no number");
  }
}

TEST_CASE("A file that does not say what it means is refused with what to give",
          "[model-file][faults]") {
  const ForeignFile file = hand_file();
  CHECK(
      refusal(file, {}) ==
      "1 network of 7 inputs and 3 outputs: the file does not say what they mean; give `features` "
      "(\"raw/1 n=6\", \"time/1 n=6\", ...) and `head` (per-subtask, joint, plan, crf, value, "
      "step). Head plan also needs the metadata mecsim.plans");
  CHECK(refusal(file, {kHandMeaning.features, std::nullopt}) ==
        "1 network of 7 inputs and 3 outputs: the file does not say what they mean, and these fit: "
        "features \"raw/1 n=1\" with head per-subtask, features \"raw/1 n=1\" with head joint, "
        "features \"raw/1 n=1\" with head crf; give `head` "
        "(per-subtask, joint, plan, crf, value, step). Head plan also needs the metadata "
        "mecsim.plans");
}

TEST_CASE("A Softmax that would change the decision is refused", "[model-file][faults]") {
  ForeignFile file = open_end();
  file.node("Softmax", "s", {"scores"}, "output");
  CHECK(refusal(file, {kHandMeaning.features, HeadKind::crf}) ==
        "a Softmax over 3 of 3 scores does not fit head crf");
}

TEST_CASE("Damaged bytes give a UserError or a sound model", "[model-file][faults][fuzz]") {
  const Scratch scratch;
  RandomEngine random = engine("damaged model files");
  const std::string originals[] = {saved(random_model(HeadKind::plan)),
                                   saved(random_model(HeadKind::per_subtask)), hand_file().bytes()};
  int refused = 0;
  for (int round = 0; round < 1500; ++round) {
    std::string bytes = originals[round % 3];
    for (std::size_t flips = 1 + index_below(random, 3); flips > 0; --flips) {
      // Half of them in the first 300 bytes: names and shapes, which the weights outnumber.
      const std::size_t range =
          flips % 2 == 0 ? bytes.size() : std::min<std::size_t>(300, bytes.size());
      char& byte = bytes[index_below(random, range)];
      byte = static_cast<char>(byte ^ (1 << index_below(random, 8)));
    }
    const std::string path = scratch.write(std::to_string(round), bytes);
    try {
      check_model(load_model(path, round % 3 == 2 ? kHandMeaning : ForeignModel{}), path);
    } catch (const UserError& fault) {
      CHECK(std::string_view(fault.what()).starts_with(path));
      ++refused;
    }
  }
  CHECK(refused > 150);  // of 1500: the damage was not all in the weights' low bits
}
