// The networks of one model while they train: one, or one a subtask that all see the same input.
// Scores stand side by side, as if there were one network.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "policies/learning/model/model_file.hpp"
#include "policies/learning/training/trainable_mlp.hpp"

namespace mec::learning {

/// (x - mean) * scale, in place, row by row.
void normalise(const Normalisation& normalisation, std::span<float> rows);

/// The values of the array of this name; throws std::out_of_range.
[[nodiscard]] const std::vector<float>& array_of(const std::vector<NamedArray>& arrays,
                                                 const std::string& name);

class NetworkGroup {
 public:
  /// `networks` of them, each inputs -> hidden -> outputs. Their first weights come from stream
  /// "init" of `streams`, index by index.
  NetworkGroup(std::size_t networks, std::size_t inputs, const std::vector<std::size_t>& hidden,
               std::size_t outputs, const RandomStreams& streams, Arithmetic arithmetic);
  NetworkGroup(const std::vector<Mlp>& networks, Arithmetic arithmetic);

  [[nodiscard]] std::size_t inputs() const { return networks_.front().inputs(); }
  [[nodiscard]] std::size_t outputs() const;

  /// Scores [rows x outputs()]; valid until the next forward.
  std::span<const float> forward(const float* input, std::size_t rows);
  void backward(std::span<const float> gradient);
  void step(const AdamOptions& options);

  [[nodiscard]] std::vector<Mlp> weights() const;
  /// Adam's memory and parameters as named arrays, for checkpoints, and back. `restore` returns
  /// false if they are another group's, and throws std::out_of_range if one is missing.
  void store(std::vector<NamedArray>& arrays) const;
  [[nodiscard]] bool restore(const std::vector<NamedArray>& arrays);

 private:
  std::vector<TrainableMlp> networks_;
  std::size_t rows_ = 0;
  std::vector<float> scores_;
  std::vector<float> slice_;  // of one network
};

}  // namespace mec::learning
