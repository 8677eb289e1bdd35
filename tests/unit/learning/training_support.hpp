// What tests of learning share: small sample sets, all placements of a chain, an observer that
// remembers, and a place to train in.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "policies/learning/training/samples.hpp"
#include "policies/learning/training/training_run.hpp"
#include "tests/support/paper_scenario.hpp"
#include "tests/support/random_problems.hpp"
#include "tests/support/scratch.hpp"

namespace mec::test {

/// All 3^n placements, the last subtask's site changing fastest.
inline std::vector<Placement> all_placements(std::size_t subtasks) {
  std::vector<Placement> all = {Placement(subtasks, kDevice)};
  for (;;) {
    Placement next = all.back();
    std::size_t t = subtasks;
    while (t > 0 && next[t - 1] == kCloud) {
      next[--t] = kDevice;
    }
    if (t == 0) {
      return all;
    }
    ++next[t - 1];
    all.push_back(next);
  }
}

inline learning::FeatureSchema time_features(std::size_t subtasks) {
  return {learning::FeatureKind::time, subtasks, false};
}

/// Section 5.1's samples, of tasks of n subtasks.
inline Scenario paper_tasks(std::size_t subtasks) {
  Scenario scenario = paper_scenario(1);
  scenario.task.subtasks = Constant{static_cast<double>(subtasks)};
  return scenario;
}

inline learning::SampleSet paper_samples(std::size_t subtasks, std::size_t count,
                                         std::uint64_t part = 0) {
  const Scenario scenario = paper_tasks(subtasks);
  return learning::draw_samples({scenario, time_features(subtasks), count, 1, part});
}

/// Remembers what it is told, and calls `on_progress` for every batch, `on_note` for every note.
class Witness final : public PreparationObserver {
 public:
  void progress(const TrainingProgress& progress) override {
    ++batches;
    if (on_progress) {
      on_progress(progress);
    }
  }
  void note(const std::string& text) override {
    notes.push_back(text);
    if (on_note) {
      on_note(text);
    }
  }
  void warn(const std::string& text) override { warnings.push_back(text); }

  std::size_t batches = 0;
  std::vector<std::string> notes;
  std::vector<std::string> warnings;
  std::function<void(const TrainingProgress&)> on_progress;
  std::function<void(const std::string&)> on_note;
};

/// A folder, an observer and a stop flag; `run` is a training in it. No checkpoints, unless
/// `checkpoint_every` is made short.
struct TrainingPlace {
  Scratch folder;
  Witness witness;
  std::atomic<bool> stop{false};
  std::chrono::seconds checkpoint_every{1000};

  [[nodiscard]] learning::TrainingRun run(const std::string& name = "toy") {
    return {name,
            "a toy",
            folder / (name + ".checkpoint.onnx"),
            folder / (name + ".curve.csv"),
            witness,
            stop,
            checkpoint_every};
  }
};

}  // namespace mec::test
