// The ONNX side of a model file: bytes to and from what a model is made of. Protobuf and ONNX are
// known behind this header only.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "policies/learning/model/model.hpp"
#include "policies/learning/model/model_file.hpp"

namespace mec::learning {

/// Keys and values of `metadata_props`, in the order of the file.
using Metadata = std::vector<std::pair<std::string, std::string>>;

/// What is in a file, before anything is known of its meaning.
struct OnnxContents {
  std::vector<Mlp> networks;    // at least one, in the order of the outputs
  Normalisation normalisation;  // one value an input, features or not
  std::size_t softmax = 0;      // how many scores share a Softmax; 0: there is none
  std::string producer;         // "mecsim", "pytorch", ...
  Metadata metadata;
  std::vector<NamedArray> extra;
};

inline constexpr const char* kProducer = "mecsim";

/// The file's bytes; equal for equal arguments. The model has passed check_model. Throws UserError
/// (without the path) past the 2 GB that ONNX can hold.
[[nodiscard]] std::string write_onnx(const Model& model, const Metadata& metadata,
                                     const std::vector<NamedArray>& extra);

/// Throws UserError (without the path).
[[nodiscard]] OnnxContents read_onnx(const std::string& bytes);

}  // namespace mec::learning
