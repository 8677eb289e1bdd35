// The training of online-dil: what it comes to, and that it is the same every time.
#include <chrono>

#include "policies/learning/model/model_file.hpp"
#include "policies/online_dil/episodes.hpp"
#include "policies/online_dil/loss.hpp"
#include "policies/online_dil/training.hpp"
#include "tests/catch.hpp"
#include "tests/support/moving_world.hpp"
#include "tests/unit/learning/online_support.hpp"
#include "tests/unit/learning/training_support.hpp"

namespace mec::online {

namespace {

using learning::FeatureSchema;
using learning::Model;

// Learns in about a second.
OnlineOptions quick_options() {
  OnlineOptions options;
  options.hidden = {32};
  options.samples = 3000;
  options.epochs = 4;
  options.batch = 128;
  options.rate = 5e-3;
  options.validation_tasks = 400;
  return options;
}

// Measurements so poor that the forecast is far from the best policy.
Scenario noisy_scenario() {
  Scenario scenario = test::gilbert_scenario();
  scenario.name = "noisy";
  scenario.network.b1 = MarkovRate{Seconds{1},
                                   {BytesPerSecond{0.2e6}, BytesPerSecond{0.5e6},
                                    BytesPerSecond{1e6}, BytesPerSecond{2e6}, BytesPerSecond{3e6}},
                                   {{0.75, 0.25, 0, 0, 0},
                                    {0.25, 0.5, 0.25, 0, 0},
                                    {0, 0.25, 0.5, 0.25, 0},
                                    {0, 0, 0.25, 0.5, 0.25},
                                    {0, 0, 0, 0.25, 0.75}}};
  scenario.observation.noise = 0.5;
  return scenario;
}

}  // namespace

TEST_CASE("A student comes to decide as its teacher does", "[learning][online][distillation]") {
  // The teacher says one thing against the plan of its own, whatever it sees.
  const Scenario scenario = test::restless_scenario();
  const FeatureSchema schema = schema_of(scenario);
  Model teacher;
  teacher.features = schema;
  teacher.head = learning::HeadKind::site;
  teacher.networks = {constant_network(schema.size(), {40.0F, -40.0F, 0.0F})};
  OnlineOptions options;
  options.hidden = {8};
  options.samples = 2000;
  options.batch = 50;
  options.rate = 0.02;
  options.epochs = 6;
  options.validation_tasks = 50;
  test::TrainingPlace place;
  (void)train_online(options, scenario, place.run(), &teacher);
  const auto curve = learning::read_curve(place.run().curve, options.epochs + 1);
  // A teacher that is this sure has no entropy of its own: a student that agrees loses nothing.
  CAPTURE(curve[1].train_loss, curve.back().train_loss);
  CHECK(curve.back().train_loss < 0.2 * curve[1].train_loss);
  auto policy = fused(teacher.networks[0]);
  Episodes episodes(scenario, RandomStreams(9, 0), options.plan, policy, &policy);
  Decisions decisions;
  episodes.collect(50, Label::roll_out, 0.0, decisions);
  REQUIRE(decisions.taught.size() == decisions.count());
  REQUIRE(decisions.seconds.empty());
  for (std::size_t i = 0; i < decisions.count(); ++i) {
    CHECK(decisions.taught[i][0] == Approx(40.0 - kSharpness * decisions.excess[i][0]));
  }
}

TEST_CASE("It learns to plan better than the forecast where measurements are noisy",
          "[learning][online][training]") {
  const Scenario scenario = noisy_scenario();
  auto options = quick_options();
  options.samples = 12'000;
  options.epochs = 6;
  options.validation_tasks = 1000;
  test::TrainingPlace place;
  const Model model = train_online(options, scenario, place.run());
  const std::string path = place.folder / "learned.onnx";
  learning::save_model(model, path);
  RollOutWorld world(scenario, RandomStreams(7, 0));
  const auto online = online_policy(path, world.network());
  const auto forecast =
      policy_registry().make({"forecast", {}}, RandomStreams(1, 0), 3, &world.network());
  double learned = 0.0;
  double planned = 0.0;
  for (int i = 0; i < 2500; ++i) {
    world.next();
    learned += world.latency(*online, DecisionMoment::subtask);
    planned += world.latency(*forecast, DecisionMoment::subtask);
  }
  // It comes to 0.99 after some minutes' training.
  CAPTURE(learned / planned);
  REQUIRE(learned < 0.996 * planned);
  const auto curve = learning::read_curve(place.run().curve, 100);
  REQUIRE(curve.size() == 7);
  REQUIRE(curve.front().train_loss == 0.0);
  REQUIRE(curve.back().validation_ratio < curve.front().validation_ratio);
  REQUIRE(model.provenance.at(kPlanKey) == "estimated");
}

TEST_CASE("Where whole tasks are placed, it learns which way to begin", "[learning][online]") {
  Scenario scenario = noisy_scenario();
  scenario.decision.when = DecisionMoment::task;
  auto options = quick_options();
  options.epochs = 2;
  test::TrainingPlace place;
  const Model model = train_online(options, scenario, place.run());
  const auto curve = learning::read_curve(place.run().curve, 100);
  REQUIRE(curve.back().validation_ratio < curve.front().validation_ratio);
}

TEST_CASE("A training of this kind is the same every time, interrupted or not",
          "[learning][online][training][checkpoint]") {
  auto options = quick_options();
  options.samples = 600;
  options.epochs = 3;
  options.validation_tasks = 50;
  const Scenario scenario = noisy_scenario();
  const auto bytes = [](const test::TrainingPlace& place, const Model& model) {
    learning::save_model(model, place.folder / "model.onnx");
    return test::read_file(place.folder / "model.onnx");
  };
  test::TrainingPlace whole;
  const std::string expected = bytes(whole, train_online(options, scenario, whole.run()));
  test::TrainingPlace torn;
  torn.checkpoint_every = std::chrono::seconds{0};
  const std::size_t batches = whole.witness.batches;
  for (const std::size_t stop_at : {batches / 3 + 1, 2 * batches / 3 + 2}) {
    torn.witness.on_progress = [&torn, stop_at](const TrainingProgress&) {
      torn.stop = torn.witness.batches >= stop_at;
    };
    REQUIRE_THROWS_AS(train_online(options, scenario, torn.run()), PreparationStopped);
    torn.stop = false;
  }
  torn.witness.on_progress = nullptr;
  REQUIRE(bytes(torn, train_online(options, scenario, torn.run())) == expected);
  REQUIRE(test::read_file(torn.run().curve) == test::read_file(whole.run().curve));
  options.seed = 2;
  test::TrainingPlace other;
  REQUIRE(bytes(other, train_online(options, scenario, other.run())) != expected);
}

}  // namespace mec::online
