// Model files are ONNX: they open in Netron, run in other runtimes, and a multi-layer perceptron
// that was trained elsewhere loads. policies/learning/README.md documents the graph and the
// metadata.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policies/learning/model/model.hpp"

namespace mec::learning {

/// Writes the whole model, weights and metadata, to PATH.part and renames it. The same model gives
/// the same bytes. Throws UserError when the file cannot be opened, OutputError when writing fails.
void save_model(const Model& model, const std::string& path);

/// For files without our metadata (a PyTorch export): what its inputs and outputs mean.
struct ForeignModel {
  std::optional<FeatureSchema> features;
  std::optional<HeadKind> head;
};

/// Reads and checks. Throws UserError that starts with the path: not there, no ONNX, truncated, an
/// operator or a graph that is no perceptron (which), wrong shapes (which, and what was expected),
/// a feature schema that this version does not know or whose hash differs.
[[nodiscard]] Model load_model(const std::string& path, const ForeignModel& foreign = {});

/// Extra named arrays, for checkpoints: optimiser state and the like.
struct NamedArray {
  std::string name;
  std::vector<float> values;
};
void save_model(const Model& model, const std::vector<NamedArray>& extra, const std::string& path);
[[nodiscard]] Model load_model(const std::string& path, std::vector<NamedArray>& extra);

}  // namespace mec::learning
