// Learning to place from labelled samples (paper, Section 3.3), with or without a teacher (Section
// 4): mini-batch training of one network, or of one network a subtask, with early stopping,
// learning curve, checkpoints, and the same model for the same options and samples on every machine
// (Arithmetic::reproducible).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "policies/learning/arithmetic/matmul.hpp"
#include "policies/learning/model/model.hpp"
#include "policies/learning/training/head.hpp"
#include "policies/learning/training/samples.hpp"
#include "policies/learning/training/training_run.hpp"

namespace mec::learning {

struct ImitationOptions {
  HeadKind head = HeadKind::plan;
  std::vector<std::size_t> hidden = {64, 64};
  std::size_t plans = 128;    // head plan: most placements to tell apart
  std::uint64_t epochs = 30;  // at most; the learning rate falls linearly to 0 over them
  std::size_t batch = 256;
  double rate = 2e-3;           // Adam's, at the start
  double validation = 0.1;      // share of the samples that is kept for validation, at least one
  std::uint64_t patience = 10;  // epochs without a better validation loss before it stops
  double soft_cost = 0.0;       // > 0: cost-sensitive labels, of this temperature (gibbs_scores)
  double regret = 0.0;          // weight of the expected relative cost in the loss
  std::uint64_t seed = 1;
  Arithmetic arithmetic = Arithmetic::reproducible;
};

/// A trained network whose outputs are a student's labels.
struct Teacher {
  const Model& model;
  double temperature = 5.0;  // T of the paper's Section 4
  double hard_weight = 0.0;  // share of the loss that is on the true labels
};

/// `labelled`: the student's own samples. `unlabelled`: further samples that only the teacher
/// labels; may be empty (count 0). Both have the schema of the model to be made; the teacher's may
/// differ in kind.
struct ImitationData {
  const SampleSet& labelled;
  const SampleSet* unlabelled = nullptr;
  /// The same samples as the teacher sees them, if it has another schema; else null.
  const SampleSet* labelled_for_teacher = nullptr;
  const SampleSet* unlabelled_for_teacher = nullptr;
};

/// All that the result depends on besides the samples, in words.
[[nodiscard]] std::string describe(const ImitationOptions& options);

/// Trains; `teacher` null: on the true labels only. Throws TrainingError, PreparationStopped,
/// OutputError.
[[nodiscard]] Model train_imitation(const ImitationOptions& options, const ImitationData& data,
                                    const Teacher* teacher, const TrainingRun& run);

}  // namespace mec::learning
