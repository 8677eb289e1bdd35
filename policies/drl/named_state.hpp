// The state of a training as named arrays of floats, which is what a checkpoint holds
// (policies/learning/model/model_file.hpp). Whole numbers and doubles go bit by bit, 22 bits a
// float, so that they come back as they were.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "policies/learning/model/model_file.hpp"
#include "policies/learning/training/trainable_mlp.hpp"

namespace mec::drl {

class StateWriter {
 public:
  void put(const std::string& name, std::span<const float> values);
  void put(const std::string& name, std::uint64_t value);
  void put(const std::string& name, double value);
  /// Parameters and Adam's memory.
  void put(const std::string& name, const learning::TrainableMlp& network);

  [[nodiscard]] const std::vector<learning::NamedArray>& arrays() const { return arrays_; }

 private:
  std::vector<learning::NamedArray> arrays_;
};

/// Throws UserError for what is missing, or not of the length expected.
class StateReader {
 public:
  explicit StateReader(std::vector<learning::NamedArray> arrays) : arrays_(std::move(arrays)) {}

  [[nodiscard]] const std::vector<float>& values(const std::string& name) const;
  [[nodiscard]] std::uint64_t whole(const std::string& name) const;
  [[nodiscard]] double number(const std::string& name) const;
  void restore(const std::string& name, learning::TrainableMlp& network) const;

 private:
  std::vector<learning::NamedArray> arrays_;
};

}  // namespace mec::drl
