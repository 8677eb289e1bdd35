// The words of a model file: what a model's inputs and outputs mean, as keys and values, and back.
// README.md ("Model files") documents the keys.
#pragma once

#include "policies/learning/model/model.hpp"
#include "policies/learning/model/model_file.hpp"
#include "policies/learning/model/onnx_file.hpp"

namespace mec::learning {

/// The order is fixed, and the hash is last: a file that is cut within its metadata lacks it.
[[nodiscard]] Metadata metadata_of(const Model& model);

/// A model from a file's contents. Takes from `foreign` what the metadata does not say, and deduces
/// what neither does. Throws UserError (without the path); check_model has not been called.
[[nodiscard]] Model interpret(OnnxContents contents, const ForeignModel& foreign);

}  // namespace mec::learning
