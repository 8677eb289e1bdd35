// One pass over rows, in batches and a random order, with Adam's rate falling in a line from the
// first batch of a training to its last: what all trainers of networks on rows have in common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "policies/learning/training/trainable_mlp.hpp"
#include "policies/learning/training/training_run.hpp"

namespace mec::learning {

/// Fisher and Yates', the same on every machine.
void shuffle(std::vector<std::size_t>& order, RandomEngine& random);

struct EpochPlan {
  std::uint64_t epoch = 0;   // that have been trained
  std::uint64_t epochs = 1;  // of the whole training, at most
  std::size_t batch = 1;     // rows of a step
  double rate = 1e-3;        // Adam's, at the start of the training
};

/// `set_gradient(rows)` leaves the gradient of the rows' mean loss in the network and returns that
/// loss; `step` then moves the weights. Returns the mean loss over all of `order`. Throws
/// TrainingError on a loss that is no number, PreparationStopped.
double train_epoch(std::span<const std::size_t> order, const EpochPlan& plan,
                   const TrainingRun& run,
                   const std::function<double(std::span<const std::size_t>)>& set_gradient,
                   const std::function<void(const AdamOptions&)>& step);

/// Throws a TrainingError that says what went wrong, which checkpoint is good, and what to try.
[[noreturn]] void training_diverged(const TrainingRun& run, const std::string& what, double rate);

}  // namespace mec::learning
