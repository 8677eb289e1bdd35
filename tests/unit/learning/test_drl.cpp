// Policy drl: what it refuses, what it learns, and what it decides by a model.
#include <cmath>
#include <limits>

#include "core/solvers.hpp"
#include "policies/drl/deciders.hpp"
#include "policies/drl/dueling.hpp"
#include "policies/learning/training/trainable_mlp.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning/drl_support.hpp"

namespace mec {

using learning::HeadKind;
using learning::Model;
using test::DrlPlace;
using test::plain_scenario;
using test::small_training;
using test::thrown_by;

namespace {

// Tasks of 1 to 20 subtasks, in states of Section 5.1.
struct Tasks {
  std::vector<ChainTask> tasks;
  std::vector<SystemState> states;
  std::vector<DecisionRequest> requests;

  explicit Tasks(std::size_t count) {
    RandomEngine random = test::engine("drl tasks");
    for (std::size_t i = 0; i < count; ++i) {
      tasks.push_back(test::paper_task(random, 1 + i % 20));
      states.emplace_back(test::paper_state(random));
    }
    for (std::size_t i = 0; i < count; ++i) {
      requests.push_back({tasks[i].view(), states[i], states[i].seconds()});
    }
  }
};

std::string method_of(HeadKind head) {
  return head == HeadKind::step ? "sequential" : "placements";
}

}  // namespace

TEST_CASE("Drl learns where a plain task belongs", "[policy][drl]") {
  const std::string method = GENERATE("sequential", "placements");
  DrlPlace place;
  Scenario scenario = plain_scenario();
  SiteIndex best = kEdge;
  SECTION("on an edge a hundred times as fast, behind a fast link: 0.2 s and some milliseconds") {}
  SECTION("on the device, behind a link that takes 1e6 s") {
    scenario.network.b1 = Constant{1.0};
    best = kDevice;
  }
  SECTION("in a cloud of infinite speed behind fast links, before an edge as slow as the device") {
    scenario.network.b2 = Constant{1e9};
    scenario.network.edge_speed = Constant{1e8};
    best = kCloud;
  }
  const PolicySpec ready = place.prepare(small_training(method), scenario);
  const auto policy = place.make(ready.parameters);
  const ChainTask task = test::chain({1e9, 1e9}, {1e6, 1.7e6, 2e6});
  const ThreeTierState state{
      Hertz{1e8}, Hertz{std::get<Constant>(scenario.network.edge_speed).value},
      BytesPerSecond{mean_rate(scenario.network.b1).value()},
      BytesPerSecond{mean_rate(scenario.network.b2).value()}, kInfiniteSpeed};
  CAPTURE(method);
  CHECK(test::decide(*policy, task, SystemState(state)) == Placement{best, best});
}

TEST_CASE("Drl learns to move data that shrink", "[policy][drl]") {
  // Flows of 0 or 1000 bytes over 1 byte/s; the device and the cloud need 100 s a subtask, the edge
  // 1 s. So a subtask moves to the edge if its flow is empty, and back if the next one is; no work
  // saved repays a flow of 1000 s.
  DrlPlace place;
  Scenario scenario = plain_scenario();
  scenario.task.data = Choice{{0.0, 1000.0}, {1.0, 1.0}};
  scenario.network.b1 = Constant{1.0};
  scenario.network.device_speed = Constant{1e7};
  scenario.network.cloud_speed = Constant{1e7};
  scenario.network.edge_speed = Constant{1e9};
  PolicyParameters parameters = small_training("sequential");
  parameters["samples"] = "200";
  parameters["steps"] = "800";
  const auto policy = place.make(place.prepare(parameters, scenario).parameters);
  const SystemState state{
      ThreeTierState{Hertz{1e7}, Hertz{1e9}, BytesPerSecond{1.0}, BytesPerSecond{1.0}, Hertz{1e7}}};
  const auto decide = [&](const std::vector<double>& bytes) {
    return test::decide(*policy, test::chain({1e9, 1e9}, bytes), state);
  };
  CHECK(decide({0, 0, 0}) == Placement{kEdge, kEdge});
  CHECK(decide({0, 1000, 0}) == Placement{kEdge, kEdge});
  CHECK(decide({1000, 1000, 1000}) == Placement{kDevice, kDevice});
  CHECK(decide({1000, 0, 0}) == Placement{kDevice, kEdge});
  CHECK(decide({0, 0, 1000}) == Placement{kEdge, kDevice});
  CHECK(decide({1000, 1000, 0}) == Placement{kDevice, kDevice});
}

TEST_CASE("Drl decides tasks of any length, one by one as in a batch", "[policy][drl]") {
  const HeadKind head = GENERATE(HeadKind::step, HeadKind::value);
  const std::string weights = GENERATE("fp32", "fp16", "int8");
  const DrlPlace place;
  const auto policy = place.make(
      {{"method", method_of(head)}, {"weights", weights}, {"model", place.drawn_file(head)}});
  const Tasks tasks(150);
  std::vector<Placement> placements(tasks.requests.size());
  policy->decide_batch(tasks.requests, placements);
  for (std::size_t i = 0; i < placements.size(); ++i) {
    CAPTURE(name_of(head), weights, i);
    REQUIRE(placements[i].size() == 1 + i % 20);
    REQUIRE(std::all_of(placements[i].begin(), placements[i].end(),
                        [](SiteIndex site) { return site < 3; }));
    REQUIRE(policy->decide(tasks.requests[i]) == placements[i]);
  }
}

TEST_CASE("A step's decision is the network's greatest value, subtask after subtask",
          "[policy][drl]") {
  const DrlPlace place;
  const Model model = learning::load_model(place.drawn_file(HeadKind::step, 4));
  drl::StepDecider decider(model, learning::WeightPrecision::fp32);
  learning::TrainableMlp network(model.networks.front(), learning::Arithmetic::reproducible);
  const drl::StepFeatures layout(model.features);
  RandomEngine random = test::engine("step decisions");
  for (int i = 0; i < 50; ++i) {
    const ChainTask task = test::paper_task(random, 4);
    const SystemState state(test::paper_state(random));
    std::vector<float> features(model.features.size());
    learning::extract_features(model.features, {task.view(), state, state.seconds()}, features);
    std::vector<float> inputs(layout.size());
    Placement expected;
    for (std::size_t t = 0; t < 4; ++t) {
      const SiteIndex at = t == 0 ? kDevice : expected.back();
      layout.fill(features, model.normalisation, t, at, inputs.data());
      expected.push_back(
          static_cast<SiteIndex>(drl::best_action(network.forward(inputs.data(), 1).data())));
    }
    REQUIRE(test::decide(decider, task, state) == expected);
  }
}

TEST_CASE("Without a model drl cannot decide", "[policy][drl]") {
  const DrlPlace place;
  CHECK(thrown_by<PolicyError>([&] { return place.make({}); }) ==
        "policy drl: no model: `mecsim run` and `mecsim train` make one, or give one as parameter "
        "model");
  const std::string path = place.drawn_file(HeadKind::step);
  CHECK(thrown_by<PolicyError>([&] {
          return place.make({{"model", path}}, 4);
        }) == "policy drl: made for three sites (device, edge, cloud); there are 4");
  CHECK(thrown_by<UserError>([&] {
          return place.make({{"model", path}, {"method", "placements"}});
        }) ==
        path + ": a model of head step; policy drl with method placements expects head value");
  const std::string joint = place.drawn_file(HeadKind::joint);
  CHECK(thrown_by<UserError>([&] {
          return place.make({{"model", joint}});
        }) ==
        joint + ": a model of head joint; policy drl with method sequential expects head step");
}

TEST_CASE("A step model whose inputs mean something else is refused", "[policy][drl]") {
  const DrlPlace place;
  Model model = learning::load_model(place.drawn_file(HeadKind::step));
  model.provenance["inputs"] = "step/0 of time/1 n=6, hash 0123456789abcdef";
  const std::string path = place.folder / "old.onnx";
  learning::save_model(model, path);
  CHECK(thrown_by<UserError>([&] {
          return place.make({{"model", path}});
        }) ==
        path +
            ": inputs of another meaning, step/0 of time/1 n=6, hash 0123456789abcdef; expected " +
            drl::StepFeatures(model.features).identity());
}

TEST_CASE("Placements of long chains are too many to try", "[policy][drl]") {
  DrlPlace place;
  Scenario scenario = plain_scenario();
  scenario.task.subtasks = Constant{11};  // 3^11 = 177 147
  const std::string expected =
      "policy drl: method placements tries 3^n placements for every decision, too many for 11 "
      "subtasks: expected subtasks of at most 10, or method sequential";
  CHECK(thrown_by<PolicyError>([&] {
          return place.prepare({{"method", "placements"}}, scenario);
        }) == expected);
  const std::string path = place.drawn_file(HeadKind::value, 11);
  CHECK(thrown_by<PolicyError>([&] {
          return place.make({{"method", "placements"}, {"model", path}});
        }) == expected);
}

TEST_CASE("Drl says which parameter is wrong", "[policy][drl]") {
  DrlPlace place;
  const auto refusal = [&](const std::string& name, const std::string& value) {
    return thrown_by<UserError>([&] { return place.prepare({{name, value}}, plain_scenario()); });
  };
  CHECK(refusal("hidden", "64x0").starts_with("policy drl: hidden \"64x0\": expected widths"));
  CHECK(refusal("samples", "0") ==
        "policy drl: samples \"0\": expected a whole number from 1 to 10000000");
  CHECK(refusal("epsilon_end", "1.5") ==
        "policy drl: epsilon_end \"1.5\": expected a number from 0 to 1");
  CHECK(refusal("method", "placement") ==
        "policy drl: method \"placement\": expected one of sequential, placements; did you mean "
        "\"placements\"?");
}

TEST_CASE("A given model is used as it is, and judged by the scenario", "[policy][drl]") {
  DrlPlace place;
  Model model = learning::load_model(place.drawn_file(HeadKind::step, 2));
  model.feature_low.assign(model.features.size(), 0.0F);
  model.feature_high.assign(model.features.size(), 1e-6F);
  const std::string path = place.folder / "narrow.onnx";
  learning::save_model(model, path);
  const PolicySpec ready = place.prepare({{"model", path}}, plain_scenario());
  CHECK(ready.parameters.at("model") == path);
  CHECK(place.witness.batches == 0);
  REQUIRE(place.witness.warnings.size() == 1);
  CHECK(place.witness.warnings.front().starts_with("drl: the tasks of this scenario are not like"));
}

TEST_CASE("Drl is trained once, and then found", "[policy][drl]") {
  DrlPlace place;
  PolicyParameters parameters = small_training("sequential");
  parameters["steps"] = "20";
  const std::string first = place.prepare(parameters, plain_scenario()).parameters.at("model");
  const std::size_t batches = place.witness.batches;
  CHECK(batches > 0);
  CHECK(place.prepare(parameters, plain_scenario()).parameters.at("model") == first);
  CHECK(place.witness.batches == batches);
  parameters["epsilon_end"] = "0.2";
  CHECK(place.prepare(parameters, plain_scenario()).parameters.at("model") != first);
}

TEST_CASE("Drl learns energy, raw features, a finite cloud, and the training distributions",
          "[policy][drl]") {
  DrlPlace place;
  Scenario scenario = plain_scenario();
  PolicyParameters parameters = small_training("sequential");
  parameters["steps"] = "20";
  const auto features = [&] {
    return learning::load_model(place.prepare(parameters, scenario).parameters.at("model"))
        .features.text();
  };
  CHECK(features() == "time/1 n=2");
  scenario.network.cloud_speed = Constant{1e10};
  CHECK(features() == "time/1 n=2 with-cloud");
  scenario.objective = {0.0, 1.0};
  CHECK(features() == "cost/1 n=2");
  parameters["features"] = "raw";
  parameters["subtasks"] = "3";
  CHECK(features() == "raw/1 n=3");
  parameters["samples_from"] = "training";
  scenario.training.work = Constant{0.0};
  scenario.training.data = Constant{0.0};
  CHECK_THROWS_AS(features(), UserError);  // nothing to learn from
}

TEST_CASE("Drl takes one sample, one subtask, and huge numbers", "[policy][drl]") {
  const std::string method = GENERATE("sequential", "placements");
  DrlPlace place;
  Scenario scenario = plain_scenario();
  scenario.task = {Constant{1}, Uniform{0, 1e300}, Uniform{0, 1e300}};
  scenario.network.b1 = Constant{1e-9};
  PolicyParameters parameters = small_training(method);
  parameters["samples"] = "1";
  parameters["steps"] = "10";
  parameters["replay"] = "1";
  parameters["batch"] = "1";
  parameters["features"] = GENERATE("raw", "time", "cost");
  const auto policy = place.make(place.prepare(parameters, scenario).parameters);
  const SystemState state(ThreeTierState{Hertz{1e8}, Hertz{1e10}, BytesPerSecond{1e-9},
                                         BytesPerSecond{1e-9}, kInfiniteSpeed});
  const Placement placement = test::decide(*policy, test::chain({1e300}, {1e300, 1e300}), state);
  CHECK(placement.size() == 1);
}

}  // namespace mec
