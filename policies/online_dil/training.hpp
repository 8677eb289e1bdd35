// Learns what to add to the forecast plan: rounds of decisions that the policy of the round before
// has met, labelled with what each site would have cost (episodes.hpp), one pass of gradient steps
// over each round, and the mean of the networks along the way as the next policy (Polyak, Juditsky,
// "Acceleration of Stochastic Approximation by Averaging", 1992). The first policy is the forecast
// plan itself. The one of least mean latency on tasks set aside is kept, if on further such tasks
// it is better than the plan by more than chance; else the plan.
//
// Loss of a decision: the expected loss of time under the softmax of network and plan, in mean
// latencies, and `soft_share` of cross-entropy to the Gibbs distribution of that loss of time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/scenario.hpp"
#include "policies/learning/arithmetic/matmul.hpp"
#include "policies/learning/model/model.hpp"
#include "policies/learning/training/training_run.hpp"
#include "policies/online_dil/episodes.hpp"

namespace mec::online {

/// Key in the provenance of models: the plan that the network corrects.
inline constexpr const char* kPlanKey = "plan";

struct OnlineOptions {
  std::string plan = "estimated";  // what the network corrects: one of forecast_dynamics()
  std::vector<std::size_t> hidden = {128, 128};
  std::size_t samples = 30'000;  // decisions of a round, at least
  std::uint64_t epochs = 60;     // rounds
  std::size_t batch = 512;
  double rate = 2e-3;  // Adam's, at the start; falls in a line to 0
  Label labels = Label::roll_out;
  double explore = 0.1;      // share of decisions after which it goes on at random
  double soft_share = 0.02;  // of the cross-entropy in the loss
  double soft_cost = 0.1;    // temperature of its labels, in mean latencies
  std::size_t validation_tasks = 4000;
  double temperature = 2.0;  // of a distillation
  std::uint64_t seed = 1;
  learning::Arithmetic arithmetic = learning::Arithmetic::reproducible;
};

/// All that the result depends on: the options, and the scenario that episodes are made of.
[[nodiscard]] std::string describe(const OnlineOptions& options, const Scenario& scenario);

/// Throws TrainingError, PreparationStopped, OutputError; UserError where nothing takes any time.
/// Where nothing moves there is nothing to learn, and the network says nothing. With a `teacher`, a
/// model of the same features, its softened choices are what is learned (distillation_loss), on
/// the decisions that the student meets.
[[nodiscard]] learning::Model train_online(const OnlineOptions& options, const Scenario& scenario,
                                           const learning::TrainingRun& run,
                                           const learning::Model* teacher = nullptr);

}  // namespace mec::online
