#include "policies/drl/sequential.hpp"

#include <algorithm>
#include <boost/random/uniform_01.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <cmath>

#include "policies/drl/dueling.hpp"
#include "policies/drl/relative_cost.hpp"
#include "policies/drl/replay.hpp"
#include "policies/drl/step_features.hpp"
#include "policies/drl/validation.hpp"
#include "policies/learning/training/trainable_mlp.hpp"

namespace mec::drl {

namespace {

using learning::AdamOptions;
using learning::Model;
using learning::Normalisation;
using learning::SampleCosts;
using learning::SampleSet;
using learning::TrainableMlp;

constexpr std::size_t kEpisodes = 64;         // at a time
constexpr std::size_t kFirstEpisodes = 1280;  // before the first step
constexpr std::size_t kValidationRows = 512;

// What an agent did: the site of subtask t, with the data of it on another.
struct Move {
  std::size_t t;
  SiteIndex at;
  SiteIndex to;

  [[nodiscard]] std::uint32_t code() const {
    return static_cast<std::uint32_t>((t * kActions + at) * kActions + to);
  }
  static Move of(std::uint32_t code) {
    return {code / (kActions * kActions), static_cast<SiteIndex>(code / kActions % kActions),
            static_cast<SiteIndex>(code % kActions)};
  }
};

double cost_of(const SampleCosts& costs, const Move& move) {
  const double cost = costs.transfer(move.t, move.at, move.to) + costs.compute(move.t, move.to);
  const bool last = move.t + 1 == costs.subtasks();
  return last ? cost + costs.transfer(costs.subtasks(), move.to, kDevice) : cost;
}

// Samples as an environment of many episodes at once.
class Chains {
 public:
  Chains(const SampleSet& samples, const StepFeatures& features, const Normalisation& normalisation)
      : samples_(samples), features_(features), normalisation_(normalisation), relative_(samples) {}

  void observe(std::size_t sample, std::size_t t, SiteIndex at, float* inputs) const {
    features_.fill(samples_.features_of(sample), normalisation_, t, at, inputs);
  }
  [[nodiscard]] float reward(std::size_t sample, const Move& move) const {
    return -relative_(sample, cost_of(SampleCosts(samples_, sample), move));
  }
  [[nodiscard]] const RelativeCost& relative() const { return relative_; }
  [[nodiscard]] const SampleSet& samples() const { return samples_; }

 private:
  const SampleSet& samples_;
  const StepFeatures& features_;
  const Normalisation& normalisation_;
  RelativeCost relative_;
};

class SequentialAgent final : public DeepQAgent {
 public:
  SequentialAgent(const SampleSet& samples, const SampleSet& validation,
                  const DeepQOptions& options)
      : options_(options),
        streams_(options.seed, 0),
        features_(samples.schema),
        normalisation_(features_.normalisation(samples)),
        training_(samples, features_, normalisation_),
        validation_(validation, features_, normalisation_),
        blank_(blank_model(samples, learning::HeadKind::step, normalisation_)),
        online_(first_network(options, features_.size(), kDuelingOutputs)),
        target_(online_.weights(), options.arithmetic),
        replay_(options.replay),
        batch_(options.batch),
        inputs_(options.batch * features_.size()),
        next_inputs_(inputs_.size()),
        next_actions_(options.batch),
        gradient_(options.batch * kDuelingOutputs) {
    blank_.provenance[kInputsKey] = features_.identity();
  }

  void act(std::uint64_t step, double epsilon) override;
  double learn(std::uint64_t step, float rate) override;
  void update_target() override { target_.restore(online_.parameters(), online_.adam()); }
  Validation validate() override;
  Model model() const override;
  double work_of_a_step() const override {
    // Forward, twice backward, and forward through both networks for the next state.
    return 5.0 * static_cast<double>(options_.batch * online_.parameters().size());
  }
  void save(StateWriter& state) const override;
  void restore(const StateReader& state) override;

 private:
  void draw_batch(std::uint64_t step);
  void find_targets();

  const DeepQOptions options_;
  RandomStreams streams_;
  StepFeatures features_;
  Normalisation normalisation_;
  Chains training_;
  Chains validation_;
  Model blank_;
  TrainableMlp online_;
  TrainableMlp target_;
  Replay replay_;
  std::vector<Experience> batch_;
  std::vector<float> inputs_;
  std::vector<float> next_inputs_;
  std::vector<std::size_t> next_actions_;
  std::vector<float> targets_;
  std::vector<float> gradient_;
  std::vector<float> scene_;  // inputs of episodes under way
};

void SequentialAgent::act(std::uint64_t step, double epsilon) {
  using boost::random::uniform_int_distribution;
  RandomEngine random = streams_.stream("drl/act", step);
  uniform_int_distribution<std::uint32_t> any_sample(
      0, static_cast<std::uint32_t>(training_.samples().count - 1));
  uniform_int_distribution<std::size_t> any_action(0, kActions - 1);
  boost::random::uniform_01<double> uniform;
  std::vector<std::uint32_t> sample(step == 0 ? kFirstEpisodes : kEpisodes);
  std::generate(sample.begin(), sample.end(), [&] { return any_sample(random); });
  std::vector<SiteIndex> at(sample.size(), kDevice);
  scene_.resize(sample.size() * features_.size());
  for (std::size_t t = 0; t < features_.subtasks(); ++t) {
    for (std::size_t e = 0; e < sample.size(); ++e) {
      training_.observe(sample[e], t, at[e], scene_.data() + e * features_.size());
    }
    const std::span<float> outputs = online_.forward(scene_.data(), sample.size());
    for (std::size_t e = 0; e < sample.size(); ++e) {
      const bool explore = uniform(random) < epsilon;
      const ActionValues values = action_values(outputs.data() + e * kDuelingOutputs);
      const auto to =
          static_cast<SiteIndex>(explore ? any_action(random) : best_action(values.data()));
      replay_.remember({sample[e], Move{t, at[e], to}.code()});
      at[e] = to;
    }
  }
}

void SequentialAgent::draw_batch(std::uint64_t step) {
  RandomEngine random = streams_.stream("drl/replay", step);
  const std::size_t size = features_.size();
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    batch_[i] = replay_.draw(random);
    const Move move = Move::of(batch_[i].action);
    training_.observe(batch_[i].sample, move.t, move.at, inputs_.data() + i * size);
    // Nothing is left after the last step; what stands here then is not used.
    const std::size_t next = std::min(move.t + 1, features_.subtasks() - 1);
    training_.observe(batch_[i].sample, next, move.to, next_inputs_.data() + i * size);
  }
}

// Double Q-learning: the network chooses the next action, the target network says what it is worth.
void SequentialAgent::find_targets() {
  const std::span<float> chosen = online_.forward(next_inputs_.data(), batch_.size());
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    next_actions_[i] = best_action(action_values(chosen.data() + i * kDuelingOutputs).data());
  }
  const std::span<float> valued = target_.forward(next_inputs_.data(), batch_.size());
  targets_.resize(batch_.size());
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    const Move move = Move::of(batch_[i].action);
    float value = training_.reward(batch_[i].sample, move);
    if (move.t + 1 < features_.subtasks()) {
      value += action_values(valued.data() + i * kDuelingOutputs)[next_actions_[i]];
    }
    const auto worst = static_cast<float>(-kWorst);
    targets_[i] = value < worst ? worst : value;
  }
}

double SequentialAgent::learn(std::uint64_t step, float rate) {
  draw_batch(step);
  find_targets();
  const std::span<float> outputs = online_.forward(inputs_.data(), batch_.size());
  const float share = 1.0F / static_cast<float>(batch_.size());
  double loss = 0.0;
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    const std::size_t action = Move::of(batch_[i].action).to;
    const float* output = outputs.data() + i * kDuelingOutputs;
    const Huber huber_loss = huber(action_values(output)[action] - targets_[i]);
    loss += static_cast<double>(huber_loss.loss);
    dueling_gradient(action, share * huber_loss.slope, gradient_.data() + i * kDuelingOutputs);
  }
  online_.backward(gradient_);
  AdamOptions adam;
  adam.rate = rate;
  online_.step(adam);
  return loss / static_cast<double>(batch_.size());
}

Validation SequentialAgent::validate() {
  const SampleSet& samples = validation_.samples();
  const std::size_t n = features_.subtasks();
  std::vector<Placement> placements(samples.count, Placement(n, kDevice));
  std::vector<float> promised(samples.count);
  scene_.resize(kValidationRows * features_.size());
  for (std::size_t first = 0; first < samples.count; first += kValidationRows) {
    const std::size_t rows = std::min(kValidationRows, samples.count - first);
    for (std::size_t t = 0; t < n; ++t) {
      for (std::size_t r = 0; r < rows; ++r) {
        const SiteIndex at = t == 0 ? kDevice : placements[first + r][t - 1];
        validation_.observe(first + r, t, at, scene_.data() + r * features_.size());
      }
      const std::span<float> outputs = online_.forward(scene_.data(), rows);
      for (std::size_t r = 0; r < rows; ++r) {
        const ActionValues values = action_values(outputs.data() + r * kDuelingOutputs);
        const std::size_t best = best_action(values.data());
        placements[first + r][t] = static_cast<SiteIndex>(best);
        promised[first + r] = t == 0 ? values[best] : promised[first + r];
      }
    }
  }
  return score(samples, validation_.relative(), placements, promised);
}

Model SequentialAgent::model() const {
  Model model = blank_;
  model.networks = {fold_dueling(online_.weights())};
  return model;
}

void SequentialAgent::save(StateWriter& state) const {
  state.put("online", online_);
  state.put("target", target_.parameters());
  replay_.save(state);
}

void SequentialAgent::restore(const StateReader& state) {
  const auto moves = static_cast<std::uint32_t>(features_.subtasks() * kActions * kActions);
  const std::vector<float>& target = state.values("target");
  if (target.size() != online_.parameters().size()) {
    throw UserError("a checkpoint of a network of another shape");
  }
  state.restore("online", online_);
  target_.restore(target, online_.adam());
  replay_.restore(state, training_.samples().count, moves);
}

}  // namespace

std::unique_ptr<DeepQAgent> sequential_agent(const learning::SampleSet& samples,
                                             const learning::SampleSet& validation,
                                             const DeepQOptions& options) {
  return std::make_unique<SequentialAgent>(samples, validation, options);
}

}  // namespace mec::drl
