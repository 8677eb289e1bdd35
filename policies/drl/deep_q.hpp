// Deep Q-learning (Mnih et al., "Human-level control through deep reinforcement learning", Nature
// 518, 2015), as far as it does not depend on what is valued: act and remember, learn from what is
// remembered, validate, keep the best, write checkpoints. What an action is, and what its value
// means, is the agent's: a site of the next subtask (sequential.hpp) or a whole placement
// (placement_value.hpp).
//
// Agents learn from what their own actions have cost, never from optimal placements: those serve to
// validate only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "policies/drl/named_state.hpp"
#include "policies/drl/validation.hpp"
#include "policies/learning/arithmetic/matmul.hpp"
#include "policies/learning/model/model.hpp"
#include "policies/learning/training/samples.hpp"
#include "policies/learning/training/trainable_mlp.hpp"
#include "policies/learning/training/training_run.hpp"

namespace mec::drl {

struct DeepQOptions {
  std::vector<std::size_t> hidden = {64, 64};
  std::uint64_t steps = 60'000;      // gradient steps
  std::size_t batch = 512;           // experiences of a step
  double rate = 5e-3;                // of Adam at first; falls in a line to a fiftieth of it
  std::size_t replay = 100'000;      // experiences remembered
  std::uint64_t target_every = 200;  // steps between copies of the network to the target network
  double epsilon_end = 0.1;  // share of random actions: falls in a line from 1 over half the steps
  std::uint64_t seed = 1;
  learning::Arithmetic arithmetic = learning::Arithmetic::reproducible;
};

/// A step of whatever number draws from streams of that number, so a checkpoint needs no engine.
class DeepQAgent {
 public:
  virtual ~DeepQAgent() = default;
  DeepQAgent() = default;
  DeepQAgent(const DeepQAgent&) = delete;
  DeepQAgent& operator=(const DeepQAgent&) = delete;
  DeepQAgent(DeepQAgent&&) = delete;
  DeepQAgent& operator=(DeepQAgent&&) = delete;

  /// Acts on some samples, at random with probability `epsilon`, and remembers what that cost.
  virtual void act(std::uint64_t step, double epsilon) = 0;
  /// One gradient step on a batch of memories; returns the mean loss.
  virtual double learn(std::uint64_t step, float rate) = 0;
  /// Copies the network to the target network.
  virtual void update_target() = 0;
  [[nodiscard]] virtual Validation validate() = 0;
  /// The network as it stands.
  [[nodiscard]] virtual learning::Model model() const = 0;
  /// Multiply-adds of one `learn`, roughly: how often checkpoints are worth their time.
  [[nodiscard]] virtual double work_of_a_step() const = 0;

  /// All that later steps depend on.
  virtual void save(StateWriter& state) const = 0;
  /// Throws UserError if the state is not of such an agent.
  virtual void restore(const StateReader& state) = 0;
};

/// Trains, and returns the model that was best on validation. Goes on from `run.checkpoint` if that
/// is of a training of `run.description`: the result is the same, byte for byte. Ends early when a
/// third of the steps have brought nothing better. Throws TrainingError on a loss that is no
/// number, PreparationStopped when a stop is asked for.
[[nodiscard]] learning::Model train(DeepQAgent& agent, const DeepQOptions& options,
                                    const learning::TrainingRun& run);

/// All that a training depends on besides the agent and its samples, in words.
[[nodiscard]] std::string describe(const DeepQOptions& options);

/// inputs -> hidden layers -> outputs; the first weights are drawn from a stream of the options'
/// seed.
[[nodiscard]] learning::TrainableMlp first_network(const DeepQOptions& options, std::size_t inputs,
                                                   std::size_t outputs);

/// All of a model but its network: with the range of each feature in the samples it learns from.
[[nodiscard]] learning::Model blank_model(const learning::SampleSet& samples,
                                          learning::HeadKind head,
                                          const learning::Normalisation& normalisation);

}  // namespace mec::drl
