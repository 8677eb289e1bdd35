// online-dil: what it sees, what it learns from, and what becomes of it.
#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <limits>

#include "policies/learning/model/model_file.hpp"
#include "policies/online_dil/episodes.hpp"
#include "policies/online_dil/loss.hpp"
#include "policies/online_dil/moving_features.hpp"
#include "policies/online_dil/training.hpp"
#include "policies/registry.hpp"
#include "tests/catch.hpp"
#include "tests/support/moving_world.hpp"
#include "tests/unit/learning/model_support.hpp"
#include "tests/unit/learning/online_support.hpp"
#include "tests/unit/learning/training_support.hpp"

namespace mec::online {

namespace {

using learning::FeatureKind;
using learning::FeatureSchema;
using learning::Mlp;
using learning::Model;

// The file of a model for `scenario` whose network is `network`.
std::string write_model(const test::Scratch& folder, const Scenario& scenario, const Mlp& network) {
  Model model;
  model.features = schema_of(scenario);
  model.head = learning::HeadKind::site;
  model.networks = {network};
  model.normalisation.mean.assign(model.features.size(), 0.0F);
  model.normalisation.scale.assign(model.features.size(), 1.0F);
  std::string path = folder / "model.onnx";
  learning::save_model(model, path);
  return path;
}

}  // namespace

TEST_CASE("The schema of moving features survives its own text", "[learning][online]") {
  FeatureSchema schema;
  schema.kind = FeatureKind::moving;
  schema.window = 7;
  schema.channels = 2;
  REQUIRE(schema.text() == "moving/1 window=7 channels=2");
  REQUIRE(schema.size() == 37 + 14);
  REQUIRE(schema.names().size() == schema.size());
  REQUIRE(learning::parse_feature_schema(schema.text()) == schema);
  for (const char* wrong : {"moving/2 window=7 channels=2", "moving/1 window=7",
                            "moving/1 window=7 channels=2 n=6", "moving/1 window=x channels=2"}) {
    REQUIRE_THROWS_AS(learning::parse_feature_schema(wrong), UserError);
  }
  // b1 for both directions; then b1, b1-down and b2.
  REQUIRE(schema_of(test::gilbert_scenario()).channels == 1);
  REQUIRE(schema_of(test::restless_scenario()).channels == 3);
}

TEST_CASE("Moving features are finite and bounded, and do not grow with the task",
          "[learning][online]") {
  for (Scenario scenario : {test::gilbert_scenario(), test::restless_scenario()}) {
    scenario.task.subtasks = Uniform{0.6, 20.4};
    RollOutWorld world(scenario, RandomStreams(2, 0));
    MovingFeatures features(world.network(), "estimated");
    std::vector<float> values(schema_of(scenario).size());
    for (int i = 0; i < 300; ++i) {
      world.next();
      features.look(world.request(0, kDevice, world.release()), values);
      REQUIRE(std::all_of(values.begin(), values.end(),
                          [](float x) { return x >= -1.0F && x <= 4.0F; }));
      REQUIRE(*std::min_element(features.excess().begin(), features.excess().end()) == 0.0);
    }
  }
}

TEST_CASE("Moving features by hand", "[learning][online]") {
  // One subtask of 2 Gcycles, 1 MB in, 0.5 MB out; device 1 GHz, edge 4 GHz, cloud at once. b1 has
  // been 1 MB/s for ever, b2 is 2 MB/s. Device: 2 s; edge: 1 + 0.5 + 0.5 = 2 s; cloud:
  // 1 + 0.5 + 0.25 + 0.5 = 2.25 s.
  Scenario scenario = test::gilbert_scenario();
  scenario.network.b1 =
      GilbertRate{Seconds{1}, BytesPerSecond{1e6}, BytesPerSecond{1e6}, Seconds{3}, Seconds{3}};
  const Network network = build_network(scenario.network, 1);
  const SystemState state(ThreeTierState{Hertz{1e9}, Hertz{4e9}, BytesPerSecond{1e6},
                                         BytesPerSecond{2e6}, kInfiniteSpeed});
  const ChainTask task = test::chain({2e9}, {1e6, 0.5e6});
  std::vector<double> history(4 * 3, 1e6);
  Observation seen;
  seen.history = history;
  seen.window = 3;
  seen.step = Seconds{2};
  seen.age = Seconds{1};
  MovingFeatures features(network, "ewma");
  FeatureSchema schema = moving_schema(network, 3);
  std::vector<float> values(schema.size());
  features.look({.task = task.view(),
                 .state = state,
                 .costs = state.seconds(),
                 .at = kDevice,
                 .now = Seconds{50},
                 .observed = seen},
                values);
  const auto names = schema.names();
  const auto value = [&](const std::string& name) {
    const auto found = std::find(names.begin(), names.end(), name);
    REQUIRE(found != names.end());
    return static_cast<double>(values[static_cast<std::size_t>(found - names.begin())]);
  };
  REQUIRE(value("at device") == 1.0);
  REQUIRE(value("at edge") == 0.0);
  REQUIRE(value("subtasks left") == Approx(1.0 / 7.0));
  REQUIRE(value("forecast: to device") == 0.0);
  REQUIRE(value("forecast: to edge") == 0.0);
  REQUIRE(value("forecast: to cloud") == Approx(0.125));
  REQUIRE(value("forecast: least") == 0.0);  // 2 s are one step
  REQUIRE(value("latest: to cloud") == Approx(0.125));
  REQUIRE(value("latest: least") == Approx(1.0));
  // At 0.4 MB/s: edge 2.5 + 0.5 + 1.25 s, against 2 s on the device.
  REQUIRE(value("low: to edge") == Approx(4.25 / 2.0 - 1.0));
  // At 1.8 MB/s: edge 1/1.8 + 0.5 + 0.5/1.8 s.
  const double high = 1.5 / 1.8 + 0.5;
  REQUIRE(value("high: to device") == Approx(2.0 / high - 1.0));
  REQUIRE(value("high: least") == Approx(high / 2.0));
  REQUIRE(value("d0") == Approx(0.5));
  REQUIRE(value("e0/p1") == Approx(1.0));
  REQUIRE(value("e0/p2") == Approx(0.25));
  REQUIRE(value("e0/p3") == 0.0);
  REQUIRE(value("age") == Approx(0.5));
  REQUIRE(value("channel 0, probe 2") == Approx(1.0));
  REQUIRE(features.plan(kCloud) == Placement{kCloud});
}

TEST_CASE("The gradient of the loss is its slope", "[learning][online]") {
  RandomEngine random = test::engine("online: gradient");
  constexpr float kStep = 1e-2F;
  for (int i = 0; i < 200; ++i) {
    std::array<float, kSites> scores{};
    SiteValues excess{};
    SiteValues seconds{};
    for (std::size_t k = 0; k < kSites; ++k) {
      scores[k] = static_cast<float>(test::uniform(random, -2.0, 2.0));
      excess[k] = k == 0 ? 0.0 : test::uniform(random, 0.0, 0.2);
      seconds[k] = test::uniform(random, 5.0, 20.0);
    }
    const LossOptions options{8.0, 0.3, 0.5};
    std::array<float, kSites> gradient{};
    const double loss = decision_loss(scores, excess, seconds, options, 1.0, gradient);
    REQUIRE(loss >= 0.0);
    for (std::size_t k = 0; k < kSites; ++k) {
      std::array<float, kSites> ignored{};
      auto above = scores;
      auto below = scores;
      above[k] += kStep;
      below[k] -= kStep;
      const double slope = (decision_loss(above, excess, seconds, options, 0.0, ignored) -
                            decision_loss(below, excess, seconds, options, 0.0, ignored)) /
                           static_cast<double>(above[k] - below[k]);
      REQUIRE(static_cast<double>(gradient[k]) == Approx(slope).margin(1e-4));
    }
  }
}

TEST_CASE("The loss by hand", "[learning][online]") {
  // Even odds (the second site's score makes up for its plan's excess of 0.1), the third ruled out:
  // it loses (12 - 8) / 8 in half of the cases. No cross-entropy.
  const std::array<float, kSites> scores = {0.0F, 2.0F, -200.0F};
  const SiteValues excess = {0.0, 0.1, 0.0};
  std::array<float, kSites> gradient{};
  const double loss =
      decision_loss(scores, excess, {8.0, 12.0, 9.0}, {8.0, 0.0, 0.1}, 1.0, gradient);
  REQUIRE(loss == Approx(0.25));
  REQUIRE(static_cast<double>(gradient[0]) == Approx(0.5 * (0.0 - 0.25)));
  REQUIRE(static_cast<double>(gradient[1]) == Approx(0.5 * (0.5 - 0.25)));
  // What never ends teaches nothing; one way of three that never ends is as bad as can be.
  constexpr double kNever = std::numeric_limits<double>::infinity();
  gradient = {};
  REQUIRE(decision_loss(scores, excess, {kNever, kNever, kNever}, {}, 1.0, gradient) == 0.0);
  REQUIRE(gradient == std::array<float, kSites>{});
  REQUIRE(decision_loss(scores, excess, {8.0, kNever, 9.0}, {8.0, 0.0, 0.1}, 1.0, gradient) ==
          Approx(1.5));
}

TEST_CASE("The distillation loss by hand, and its gradient is its slope", "[learning][online]") {
  // A student that says nothing, a teacher of odds e^2 : 1 : 0 at T = 1; both softened at T = 2:
  // a third each, and e : 1 : 0. The cross-entropy is ln 3, T^2 is 4.
  const std::array<float, kSites> scores{};
  const SiteValues level{};
  std::array<float, kSites> gradient{};
  const double loss = distillation_loss(scores, level, {2.0, 0.0, -1000.0}, 2.0, 1.0, gradient);
  CHECK(loss == Approx(4.0 * std::log(3.0)));
  const double first = std::exp(1.0) / (std::exp(1.0) + 1.0);
  CHECK(static_cast<double>(gradient[0]) == Approx(2.0 * (1.0 / 3.0 - first)));
  CHECK(static_cast<double>(gradient[2]) == Approx(2.0 / 3.0));
  // The same choices, the same logits: no gradient.
  const std::array<float, kSites> own = {1.0F, -2.0F, 0.5F};
  const SiteValues excess = {0.0, 0.05, 0.1};
  gradient = {};
  distillation_loss(own, excess, logits_of(own.data(), excess), 3.0, 1.0, gradient);
  for (const float slope : gradient) {
    CHECK(static_cast<double>(slope) == Approx(0.0).margin(1e-6));
  }
}

TEST_CASE("Hindsight labels are the least times of all that may follow", "[learning][online]") {
  const Scenario scenario = test::restless_scenario();
  const Mlp network = constant_network(schema_of(scenario).size());
  auto policy = fused(network);
  Episodes episodes(scenario, RandomStreams(4, 0), "estimated", policy);
  Decisions decisions;
  episodes.collect(60, Label::hindsight, 0.0, decisions);
  // The same world again: the least latency is that of the best first site.
  RollOutWorld world(scenario, RandomStreams(4, 0));
  for (std::size_t i = 0; i < decisions.count(); i += 6) {
    world.next();
    const SiteValues& seconds = decisions.seconds[i];
    REQUIRE(*std::min_element(seconds.begin(), seconds.end()) ==
            Approx(world.least_latency(0, kDevice, world.release()).cost).epsilon(1e-12));
    for (std::size_t k = 0; k < kSites; ++k) {
      const auto truth = world.carrier(world.release());
      const double there =
          carry(truth, world.topology(), kDevice, k, world.task().data[0].value(), 0);
      const double done = work_off(truth, k, world.task().work[0].value(), there);
      const auto after =
          world.least_latency(1, static_cast<SiteIndex>(k), world.release() + Seconds{done});
      REQUIRE(seconds[k] == Approx(done + after.cost).epsilon(1e-9));
    }
  }
}

TEST_CASE("Roll-out labels are what the policy itself then takes", "[learning][online]") {
  // A network that always prefers the edge, by far: every site first, then the edge to the end.
  const Scenario scenario = test::gilbert_scenario();
  const Mlp network = constant_network(schema_of(scenario).size(), {0.0F, 1e6F, 0.0F});
  auto policy = fused(network);
  Episodes episodes(scenario, RandomStreams(5, 0), "estimated", policy);
  Decisions decisions;
  episodes.collect(60, Label::roll_out, 0.0, decisions);
  RollOutWorld world(scenario, RandomStreams(5, 0));
  for (std::size_t i = 0; i < decisions.count(); i += 6) {
    world.next();
    for (std::size_t k = 0; k < kSites; ++k) {
      Placement placement(6, kEdge);
      placement[0] = static_cast<SiteIndex>(k);
      const auto truth = world.carrier(world.release());
      REQUIRE(
          decisions.seconds[i][k] ==
          Approx(time_placement(truth, world.topology(), world.task(), kDevice, view(placement)))
              .epsilon(1e-9));
    }
  }
}

TEST_CASE("A network that says nothing leaves the forecast's decisions as they are",
          "[learning][online]") {
  const test::Scratch folder;
  for (const Scenario& scenario : {test::gilbert_scenario(), test::restless_scenario()}) {
    RollOutWorld world(scenario, RandomStreams(6, 0));
    const auto online =
        online_policy(write_model(folder, scenario, constant_network(schema_of(scenario).size())),
                      world.network());
    const auto forecast =
        policy_registry().make({"forecast", {}}, RandomStreams(1, 0), 3, &world.network());
    for (const DecisionMoment when : {DecisionMoment::task, DecisionMoment::subtask}) {
      for (int i = 0; i < 100; ++i) {
        world.next();
        REQUIRE(world.latency(*online, when) ==
                Approx(world.latency(*forecast, when)).epsilon(1e-9));
      }
    }
  }
}

TEST_CASE("What a network says against a site counts against its plan", "[learning][online]") {
  // 20 for a plan that takes twice as long: one that takes 10 % longer needs 2.
  const SiteValues excess = {0.1, 0.0, 0.5};
  REQUIRE(best_site(std::array<float, 3>{1.9F, 0.0F, 0.0F}.data(), excess) == kEdge);
  REQUIRE(best_site(std::array<float, 3>{2.1F, 0.0F, 0.0F}.data(), excess) == kDevice);
  REQUIRE(best_site(std::array<float, 3>{0.0F, 0.0F, 10.5F}.data(), excess) == kCloud);
}

TEST_CASE("Everything that a model depends on is in its description", "[learning][online]") {
  const Scenario scenario = test::gilbert_scenario();
  const std::string own = describe(OnlineOptions{}, scenario);
  REQUIRE(describe(OnlineOptions{}, scenario) == own);
  std::vector<Scenario> others(7, scenario);
  others[0].observation.age = Seconds{1};
  others[1].observation.noise = 0.1;
  others[2].observation.window = 5;
  others[3].decision.when = DecisionMoment::task;
  others[4].network.b1_down = scenario.network.b1;
  others[5].network.b2 = Distribution{Constant{2e6}};
  others[6].task.work = Constant{1e9};
  for (std::size_t i = 0; i < others.size(); ++i) {
    CAPTURE(i);
    REQUIRE(describe(OnlineOptions{}, others[i]) != own);
  }
  OnlineOptions options;
  options.plan = "ewma";
  REQUIRE(describe(options, scenario) != own);
}

TEST_CASE("A model that does not fit is the user's mistake", "[learning][online]") {
  const test::Scratch folder;
  const Scenario scenario = test::gilbert_scenario();
  const Network network = build_network(scenario.network, 1);
  const std::string path =
      write_model(folder, scenario, constant_network(schema_of(scenario).size()));
  REQUIRE_NOTHROW(online_policy(path, network));
  // Another number of moving channels.
  const Network restless = build_network(test::restless_scenario().network, 1);
  REQUIRE_THROWS_AS(online_policy(path, restless), UserError);
  // Another window.
  Scenario shorter = scenario;
  shorter.observation.window = 4;
  RollOutWorld world(shorter, RandomStreams(1, 0));
  world.next();
  const auto policy = online_policy(path, world.network());
  REQUIRE_THROWS_AS(policy->decide(world.request(0, kDevice, world.release())), UserError);
  // Another kind of model, both ways.
  learning::save_model(test::random_model(learning::HeadKind::joint), folder / "joint.onnx");
  REQUIRE_THROWS_AS(online_policy(folder / "joint.onnx", network), UserError);
  REQUIRE_THROWS_AS(
      policy_registry().make({"dil", {{"model", path}}}, RandomStreams(1, 0), 3, &network),
      UserError);
  // Another objective.
  PreparationObserver silent;
  const std::atomic<bool> stop{false};
  Scenario energy = scenario;
  energy.objective = {0.0, 1.0};
  REQUIRE_THROWS_AS(policy_registry().prepare({"online-dil", {}}, energy, nullptr,
                                              folder.path().string(), silent, stop),
                    PolicyError);
}

}  // namespace mec::online
