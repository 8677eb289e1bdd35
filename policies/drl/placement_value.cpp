#include "policies/drl/placement_value.hpp"

#include <algorithm>
#include <boost/random/uniform_01.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <cmath>

#include "policies/drl/placement_scorer.hpp"
#include "policies/drl/relative_cost.hpp"
#include "policies/drl/replay.hpp"
#include "policies/drl/step_features.hpp"
#include "policies/drl/validation.hpp"
#include "policies/learning/training/trainable_mlp.hpp"

namespace mec::drl {

namespace {

using boost::random::uniform_int_distribution;
using learning::Model;
using learning::SampleCosts;
using learning::SampleSet;
using learning::TrainableMlp;

constexpr std::size_t kSites = 3;
constexpr std::size_t kEpisodes = 8;         // at a time
constexpr std::size_t kFirstEpisodes = 256;  // before the first step
constexpr std::size_t kVariants = 7;         // of each placement that is tried
// All placements are tried for each of these.
constexpr std::size_t kMostValidated = 500;
constexpr std::size_t kFewestValidated = 30;
constexpr std::size_t kUsualPlacements = 2187;

class PlacementAgent final : public DeepQAgent {
 public:
  PlacementAgent(const SampleSet& samples, const SampleSet& validation, const DeepQOptions& options)
      : options_(options),
        streams_(options.seed, 0),
        training_(samples),
        validation_(validation),
        relative_(samples),
        validation_relative_(validation),
        blank_(blank_model(samples, learning::HeadKind::value,
                           StepFeatures(samples.schema).normalisation(samples))),
        placements_(placement_count(samples.subtasks(), kMostPlacements)),
        online_(first_network(options, samples.schema.size() + kSites * samples.subtasks(), 1)),
        replay_(options.replay),
        batch_(options.batch),
        inputs_(options.batch * online_.inputs()),
        gradient_(options.batch),
        sites_(samples.subtasks()) {}

  void act(std::uint64_t step, double epsilon) override;
  double learn(std::uint64_t step, float rate) override;
  void update_target() override {}
  Validation validate() override;
  Model model() const override {
    Model model = blank_;
    model.networks = {online_.weights()};
    return model;
  }
  double work_of_a_step() const override {
    return 3.0 * static_cast<double>(options_.batch * online_.parameters().size());
  }
  void save(StateWriter& state) const override {
    state.put("online", online_);
    replay_.save(state);
  }
  void restore(const StateReader& state) override {
    state.restore("online", online_);
    replay_.restore(state, training_.count, static_cast<std::uint32_t>(placements_));
  }

 private:
  // Of the network as it stands.
  [[nodiscard]] PlacementScorer scorer() const {
    return {model(), learning::WeightPrecision::fp32};
  }
  // `count` for tasks of up to seven subtasks, fewer where there are more placements to try.
  [[nodiscard]] std::size_t affordable(std::size_t count, std::size_t least) const {
    return std::clamp(count * kUsualPlacements / placements_, least, count);
  }
  void fill_input(const Experience& experience, float* input);

  const DeepQOptions options_;
  RandomStreams streams_;
  const SampleSet& training_;
  const SampleSet& validation_;
  RelativeCost relative_;
  RelativeCost validation_relative_;
  Model blank_;
  std::size_t placements_;
  TrainableMlp online_;
  Replay replay_;
  std::vector<Experience> batch_;
  std::vector<float> inputs_;
  std::vector<float> gradient_;
  std::vector<SiteIndex> sites_;
};

void PlacementAgent::act(std::uint64_t step, double epsilon) {
  RandomEngine random = streams_.stream("drl/act", step);
  uniform_int_distribution<std::uint32_t> any_sample(
      0, static_cast<std::uint32_t>(training_.count - 1));
  uniform_int_distribution<std::size_t> any_placement(0, placements_ - 1);
  uniform_int_distribution<std::size_t> any_subtask(0, sites_.size() - 1);
  uniform_int_distribution<unsigned> any_move(1, kSites - 1);
  boost::random::uniform_01<double> uniform;
  PlacementScorer network = scorer();
  const std::size_t guided = affordable(kEpisodes, 1);
  const std::size_t episodes = step == 0 ? kFirstEpisodes : kEpisodes;
  for (std::size_t e = 0; e < episodes; ++e) {
    const std::uint32_t sample = any_sample(random);
    const bool explore = uniform(random) < epsilon || e >= guided;
    const std::size_t tried =
        explore ? any_placement(random) : network.best(training_.features_of(sample)).placement;
    replay_.remember({sample, static_cast<std::uint32_t>(tried)});
    for (std::size_t v = 0; v < kVariants; ++v) {
      unpack_placement(tried, sites_);
      SiteIndex& site = sites_[any_subtask(random)];
      site = static_cast<SiteIndex>((site + any_move(random)) % kSites);
      replay_.remember({sample, static_cast<std::uint32_t>(pack_placement(sites_))});
    }
  }
}

void PlacementAgent::fill_input(const Experience& experience, float* input) {
  const std::span<const float> features = training_.features_of(experience.sample);
  const learning::Normalisation& normalisation = blank_.normalisation;
  for (std::size_t i = 0; i < features.size(); ++i) {
    *input++ = (features[i] - normalisation.mean[i]) * normalisation.scale[i];
  }
  unpack_placement(experience.action, sites_);
  std::fill_n(input, kSites * sites_.size(), 0.0F);
  for (std::size_t t = 0; t < sites_.size(); ++t) {
    input[kSites * t + sites_[t]] = 1.0F;
  }
}

double PlacementAgent::learn(std::uint64_t step, float rate) {
  RandomEngine random = streams_.stream("drl/replay", step);
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    batch_[i] = replay_.draw(random);
    fill_input(batch_[i], inputs_.data() + i * online_.inputs());
  }
  const std::span<float> values = online_.forward(inputs_.data(), batch_.size());
  const float share = 1.0F / static_cast<float>(batch_.size());
  double loss = 0.0;
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    const std::size_t sample = batch_[i].sample;
    unpack_placement(batch_[i].action, sites_);
    const double cost = SampleCosts(training_, sample).total(sites_);
    const Huber huber_loss = huber(values[i] + relative_(sample, cost));
    loss += static_cast<double>(huber_loss.loss);
    gradient_[i] = share * huber_loss.slope;
  }
  online_.backward(gradient_);
  learning::AdamOptions adam;
  adam.rate = rate;
  online_.step(adam);
  return loss / static_cast<double>(batch_.size());
}

Validation PlacementAgent::validate() {
  PlacementScorer network = scorer();
  std::vector<Placement> placements;
  std::vector<float> promised;
  const std::size_t count =
      std::min(validation_.count, affordable(kMostValidated, kFewestValidated));
  for (std::size_t i = 0; i < count; ++i) {
    const PlacementScorer::Best best = network.best(validation_.features_of(i));
    unpack_placement(best.placement, sites_);
    placements.emplace_back(sites_.begin(), sites_.end());
    promised.push_back(best.value);
  }
  return score(validation_, validation_relative_, placements, promised);
}

}  // namespace

std::unique_ptr<DeepQAgent> placement_agent(const SampleSet& samples, const SampleSet& validation,
                                            const DeepQOptions& options) {
  return std::make_unique<PlacementAgent>(samples, validation, options);
}

}  // namespace mec::drl
