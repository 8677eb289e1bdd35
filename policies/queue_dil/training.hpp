// Learns to place as the planner behind queues does, from moments of all kinds of load: a softmax
// over the planner's most frequent placements, cross-entropy to their Gibbs distribution and the
// expected cost (plan_loss.hpp). The network that costs least on moments set aside is kept; if it
// costs 5 % more than the planner there, the user is warned.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/scenario.hpp"
#include "policies/learning/arithmetic/matmul.hpp"
#include "policies/learning/model/model.hpp"
#include "policies/learning/training/training_run.hpp"
#include "policies/queue_dil/plan_loss.hpp"

namespace mec::queued {

struct QueuedOptions {
  double toll = 0.3;  // of the planner: priced.hpp
  std::vector<std::size_t> hidden = {32, 32};
  std::size_t plans = 64;  // most placements to tell apart
  std::size_t samples = 100'000;
  std::size_t validation_samples = 50'000;
  std::uint64_t epochs = 40;
  std::size_t batch = 128;
  double rate = 5e-3;  // Adam's, at the start; falls in a line to 0
  LossOptions loss;
  std::uint64_t seed = 1;
  learning::Arithmetic arithmetic = learning::Arithmetic::reproducible;
};

/// All that the result depends on: the options, and the scenario that moments are drawn from.
[[nodiscard]] std::string describe(const QueuedOptions& options, const Scenario& scenario,
                                   const learning::FeatureSchema& schema);

/// A model of head `plan` with features `queued`. Throws TrainingError, PreparationStopped,
/// OutputError; UserError where nothing costs anything.
[[nodiscard]] learning::Model train_queued(const QueuedOptions& options, const Scenario& scenario,
                                           const learning::FeatureSchema& schema,
                                           const learning::TrainingRun& run);

}  // namespace mec::queued
