// One training of one policy: where its model, checkpoint and learning curve lie, and what to tell
// the user on the way.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/policy.hpp"
#include "policies/learning/model/model.hpp"

namespace mec::learning {

/// A point of a learning curve. Validation is on samples that are not trained on.
struct CurvePoint {
  std::uint64_t epoch = 0;  // or another unit of progress: the curve's CSV says which
  double train_loss = 0.0;
  double validation_loss = 0.0;
  double validation_ratio = 0.0;  // mean cost over mean optimal cost
};

/// "epoch,train_loss,validation_loss,validation_ratio" and a line for each point.
[[nodiscard]] std::string curve_csv(const std::vector<CurvePoint>& curve);
/// Reads what curve_csv wrote, at most `most` points; what is torn or missing ends the curve.
[[nodiscard]] std::vector<CurvePoint> read_curve(const std::string& path, std::size_t most);

/// What a trainer is given beside its own options.
struct TrainingRun {
  std::string name;         // of the policy, for messages
  std::string description;  // all that the model depends on, on one line
  std::string
      checkpoint;     // path; a trainer that finds one of the same training there goes on from it
  std::string curve;  // path of the learning curve
  PreparationObserver& observer;
  const std::atomic<bool>& stop;
  /// At least so long from one checkpoint to the next; 0: one after every epoch.
  std::chrono::steady_clock::duration checkpoint_every = std::chrono::seconds(3);

  /// Throws PreparationStopped that names the checkpoint if a stop is asked for.
  void check_stop() const;
  void progress(const std::string& what, double done, double loss) const;
};

/// Training went wrong on its own: a loss that is not a number. Says where, and which checkpoint is
/// good. Exit code 1.
class TrainingError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// `description`: everything that the model depends on, in words; two trainings of one description
/// are the same. Returns the path of the model in `context.cache`: NAME-HASH.onnx, beside it
/// NAME-HASH.curve.csv and, while training, NAME-HASH.checkpoint.onnx and NAME-HASH.lock. What is
/// there already is not trained again; a file that is damaged, or of another description with the
/// same hash, is. What another process trains is waited for; where the folder's file system knows
/// no locks, it is trained twice.
[[nodiscard]] std::string trained_model(const PreparationContext& context, const std::string& name,
                                        const std::string& description,
                                        const std::function<Model(const TrainingRun&)>& train);

/// Warns if tasks of the scenario lie outside the range of the model's training samples: names the
/// feature, the ranges and the share of tasks. Draws its own tasks, or looks at the recorded ones.
void warn_if_out_of_range(const Model& model, const std::string& name,
                          const PreparationContext& context);

}  // namespace mec::learning
