// What a training looks at: inputs and targets of every sample, side by side, split into training
// and validation.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "policies/learning/training/imitation.hpp"

namespace mec::learning {

/// Rows [0, training) and [labelled, all) train; [training, labelled) validate (row 0 where it is
/// the only one). Labelled samples come first, then those that only the teacher labels.
class ImitationRows {
 public:
  ImitationRows(const ImitationOptions& options, const ImitationData& data, const Teacher* teacher,
                const TrainingRun& run);

  [[nodiscard]] std::size_t all() const { return all_; }
  [[nodiscard]] std::size_t labelled() const { return labelled_; }
  /// Rows [first_validation(), labelled()).
  [[nodiscard]] std::size_t first_validation() const { return labelled_ == 1 ? 0 : training_; }
  [[nodiscard]] bool trains(std::size_t row) const { return row < training_ || row >= labelled_; }

  /// Normalised features: one row, and all of them in order.
  [[nodiscard]] std::span<const float> input(std::size_t row) const {
    return {inputs_.data() + row * model_.features.size(), model_.features.size()};
  }

  /// Loss of a row's scores; adds `share` times its gradient.
  double loss(std::size_t row, std::span<const float> scores, double share,
              std::span<float> gradient) const;

  [[nodiscard]] const Head& head() const { return *head_; }
  /// Everything but the networks: features, head, plans, normalisation, ranges.
  [[nodiscard]] const Model& model() const { return model_; }
  [[nodiscard]] const SampleSet& samples() const { return data_.labelled; }

 private:
  void split();
  void choose_plans();
  void normalise();
  void label();
  void imitate(const SampleSet& samples, std::size_t first_row);

  const ImitationOptions& options_;
  const ImitationData& data_;
  const Teacher* teacher_;
  const TrainingRun& run_;
  Model model_;
  std::unique_ptr<Head> head_;
  std::size_t labelled_ = 0;
  std::size_t all_ = 0;
  std::size_t training_ = 0;
  std::vector<float> inputs_;  // [all x features]
  std::vector<float> hard_;    // [labelled x outputs] targets
  std::vector<float> soft_;    // [all x outputs]; empty without a teacher
};

}  // namespace mec::learning
