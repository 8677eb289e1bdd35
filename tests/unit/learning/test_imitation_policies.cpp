// dil, kd-dil and baseline-dil as their users meet them: through the registry.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "core/solvers.hpp"
#include "policies/learning/model/model_file.hpp"
#include "policies/registry.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning/foreign_file.hpp"
#include "tests/unit/learning/model_support.hpp"
#include "tests/unit/learning/toy_problem.hpp"

namespace mec::learning {

namespace {

const char* const kNames[] = {"dil", "kd-dil", "baseline-dil"};

// Enough to learn the toy problem (toy_problem.hpp) in a moment.
PolicySpec toy_spec(const std::string& name, const PolicyParameters& more = {}) {
  PolicyParameters parameters = {{"samples", "200"}, {"epochs", "40"}, {"hidden", "16"},
                                 {"batch", "32"},    {"rate", "0.02"}, {"patience", "1000"}};
  if (name == "kd-dil") {
    for (const char* shared : {"samples", "epochs", "hidden", "batch", "rate"}) {
      parameters[std::string("teacher_") + shared] = parameters.at(shared);
    }
    parameters["unlabelled"] = "200";
  }
  for (const auto& [key, value] : more) {
    parameters[key] = value;
  }
  return {name, parameters};
}

// A user's cache folder, scenario, and what the user is told.
struct Workshop {
  test::Scratch folder;
  test::Witness witness;
  std::atomic<bool> stop{false};
  Scenario scenario = test::toy_scenario();
  const std::string cache = folder / "cache";

  PolicySpec prepare(const PolicySpec& spec) {
    return policy_registry().prepare(spec, scenario, nullptr, cache, witness, stop);
  }
  // Batches that preparing took: 0 if nothing was trained.
  std::size_t batches(const PolicySpec& spec) {
    const std::size_t before = witness.batches;
    static_cast<void>(prepare(spec));
    return witness.batches - before;
  }
  [[nodiscard]] std::vector<std::string> files(const std::string& start) const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(cache)) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with(start)) {
        found.push_back(name);
      }
    }
    std::sort(found.begin(), found.end());
    return found;
  }
};

std::unique_ptr<Policy> make(const PolicySpec& spec, std::size_t sites = 3) {
  return policy_registry().make(spec, RandomStreams(1, 0), sites);
}

// Tasks of the scenario, on which the policy's placement costs as little as any.
double share_of_optima(Policy& policy, Scenario scenario) {
  scenario.workload.tasks = 300;
  const auto source = make_generated_source(scenario, RandomStreams(7, 0));
  std::size_t right = 0;
  for (WorkItem item; source->next(item);) {
    const SystemState state(three_tier_topology(), item.state);
    const SiteCosts costs =
        objective_costs(scenario.objective, state, three_tier_topology(), scenario.energy);
    const Placement placement = policy.decide({item.chain.view(), state, costs});
    const double cost = evaluate(costs, item.chain.view(), view(placement)).total();
    right += cost <= optimal_cost(costs, item.chain.view()) * (1.0 + 1e-12) ? 1U : 0U;
  }
  return static_cast<double>(right) / 300.0;
}

std::string refusal(const PolicySpec& spec) {
  Workshop workshop;
  return test::message_of<PolicyError>([&] { return workshop.prepare(spec); });
}

// Of a parameter that all three have, and a value that it refuses.
std::vector<std::pair<std::string, std::string>> bad_values() {
  return {{"epochs", "0"},  {"batch", "0"},         {"batch", "2.5"},    {"rate", "0"},
          {"rate", "nan"},  {"validation", "0.95"}, {"soft_cost", "-1"}, {"regret", "inf"},
          {"plans", "0"},   {"subtasks", "17"},     {"patience", "0"},   {"train_seed", "-1"},
          {"samples", "x"}, {"weights", "fp64"},    {"features", "log"}, {"arithmetic", ""},
          {"hidden", "64x"}};
}

// The file of a model of this head for tasks of two subtasks.
std::string file_of(const Workshop& workshop, HeadKind head) {
  RandomEngine random = test::engine("imitation policies: model");
  Model model = test::random_model(head);
  model.features.subtasks = 2;
  const NetworkShape shape = expected_shape(head, model.features, 4);
  model.networks.assign(shape.networks, test::random_mlp(random, {shape.inputs, 5, shape.outputs}));
  model.plans = head == HeadKind::plan ? test::all_placements(2) : std::vector<Placement>{};
  model.plans.resize(std::min<std::size_t>(4, model.plans.size()));
  for (auto* values : {&model.normalisation.mean, &model.normalisation.scale, &model.feature_low,
                       &model.feature_high}) {
    values->resize(model.features.size());
  }
  std::string path = workshop.folder / (std::string(name_of(head)) + ".onnx");
  save_model(model, path);
  return path;
}

}  // namespace

TEST_CASE("The learned policies learn the toy problem without a mistake", "[policy][learning]") {
  for (const char* name : kNames) {
    Workshop workshop;
    const PolicySpec ready = workshop.prepare(toy_spec(name));
    CAPTURE(name);
    REQUIRE(std::filesystem::exists(ready.parameters.at("model")));
    REQUIRE(share_of_optima(*make(ready), workshop.scenario) == 1.0);
    REQUIRE(workshop.witness.batches > 0);
  }
}

TEST_CASE("The learned policies learn other objectives, features and heads", "[policy][learning]") {
  // Energy: the device's own; whatever is sent costs the radio's time.
  for (const PolicyParameters& choice :
       {PolicyParameters{}, {{"features", "cost"}}, {{"head", "crf"}}, {{"weights", "int8"}}}) {
    Workshop workshop;
    workshop.scenario.objective = {0.5, 2.0};
    const PolicySpec ready = workshop.prepare(toy_spec("dil", choice));
    REQUIRE(share_of_optima(*make(ready), workshop.scenario) == 1.0);
    REQUIRE(load_model(ready.parameters.at("model")).features.kind == FeatureKind::cost);
  }
}

TEST_CASE("What is in the cache is not learned again", "[policy][learning][cache]") {
  for (const char* name : kNames) {
    Workshop workshop;
    const PolicySpec first = workshop.prepare(toy_spec(name));
    const std::string bytes = test::read_file(first.parameters.at("model"));
    CAPTURE(name);
    const PolicySpec again = workshop.prepare(toy_spec(name));
    REQUIRE(workshop.batches(toy_spec(name)) == 0);
    REQUIRE(again.parameters == first.parameters);
    REQUIRE((test::read_file(first.parameters.at("model")) == bytes));
    // Another cache, the same model.
    Workshop elsewhere;
    const PolicySpec other = elsewhere.prepare(toy_spec(name));
    REQUIRE((test::read_file(other.parameters.at("model")) == bytes));
  }
}

TEST_CASE("What decides and where does not change what is learned", "[policy][learning][cache]") {
  Workshop workshop;
  REQUIRE(workshop.batches(toy_spec("dil")) > 0);
  REQUIRE(workshop.batches(toy_spec("dil", {{"weights", "int8"}})) == 0);
  REQUIRE(workshop.batches(toy_spec("dil", {{"at", "edge"}})) == 0);
  workshop.scenario.seed = 77;
  workshop.scenario.workload.tasks = 5;
  REQUIRE(workshop.batches(toy_spec("dil")) == 0);
  REQUIRE(workshop.batches(toy_spec("dil", {{"train_seed", "2"}})) > 0);
  workshop.scenario.network.edge_speed = Uniform{2e9, 3.9e9};
  REQUIRE(workshop.batches(toy_spec("dil")) > 0);
}

TEST_CASE("A damaged model in the cache is learned anew", "[policy][learning][cache]") {
  for (const char* name : kNames) {
    Workshop workshop;
    const std::string path = workshop.prepare(toy_spec(name)).parameters.at("model");
    const std::string whole = test::read_file(path);
    test::put_file(path, whole.substr(0, whole.size() / 2));
    CAPTURE(name);
    REQUIRE(workshop.batches(toy_spec(name)) > 0);
    REQUIRE((test::read_file(path) == whole));
  }
}

TEST_CASE("An interrupted preparation says so, and is taken up again",
          "[policy][learning][cache]") {
  for (const char* name : kNames) {
    Workshop workshop;
    workshop.witness.on_progress = [&](const TrainingProgress&) {
      workshop.stop = workshop.witness.batches == 10;
    };
    CAPTURE(name);
    REQUIRE_THROWS_AS(workshop.prepare(toy_spec(name)), PreparationStopped);
    workshop.stop = false;
    REQUIRE(share_of_optima(*make(workshop.prepare(toy_spec(name))), workshop.scenario) == 1.0);
  }
}

TEST_CASE("The teacher of kd-dil is the dil of its parameters", "[policy][learning][cache]") {
  Workshop workshop;
  static_cast<void>(workshop.prepare(toy_spec("kd-dil")));
  REQUIRE(workshop.files("dil-").size() == 2);  // the model and its curve
  REQUIRE(workshop.files("kd-dil-").size() == 2);
  REQUIRE(workshop.batches(toy_spec("dil", {{"patience", "10"}})) == 0);  // dil's default patience
  REQUIRE(workshop.files("dil-").size() == 2);
  // Another student, the same teacher.
  REQUIRE(workshop.batches(toy_spec("kd-dil", {{"temperature", "3"}})) > 0);
  REQUIRE(workshop.batches(toy_spec("kd-dil", {{"hard_weight", "0.5"}})) > 0);
  REQUIRE(workshop.batches(toy_spec("kd-dil", {{"unlabelled", "0"}})) > 0);
  REQUIRE(workshop.files("kd-dil-").size() == 8);
  REQUIRE(workshop.files("dil-").size() == 2);
  REQUIRE(workshop.batches(toy_spec("kd-dil", {{"teacher_hidden", "12"}})) > 0);
  REQUIRE(workshop.files("dil-").size() == 4);
  // What both have in common is the teacher's too.
  const PolicyParameters common = {{"arithmetic", "fast"}, {"train_seed", "3"}, {"subtasks", "3"}};
  static_cast<void>(workshop.prepare(toy_spec("kd-dil", common)));
  REQUIRE(workshop.files("dil-").size() == 6);
  PolicySpec teacher = toy_spec("dil", common);
  teacher.parameters["patience"] = "10";
  REQUIRE(workshop.batches(teacher) == 0);
}

TEST_CASE("A student and its teacher may differ in head and features", "[policy][learning]") {
  Workshop workshop;
  const PolicySpec ready = workshop.prepare(
      toy_spec("kd-dil", {{"head", "joint"}, {"teacher_features", "cost"}, {"samples", "1"}}));
  const Model model = load_model(ready.parameters.at("model"));
  REQUIRE(model.head == HeadKind::joint);
  REQUIRE(model.features.kind == FeatureKind::time);
  REQUIRE(share_of_optima(*make(ready), workshop.scenario) == 1.0);
}

TEST_CASE("A teacher may be a file, of as many subtasks", "[policy][learning]") {
  Workshop workshop;
  const PolicySpec teacher = workshop.prepare(toy_spec("dil"));
  const PolicySpec ready = workshop.prepare(
      toy_spec("kd-dil", {{"teacher_model", teacher.parameters.at("model")}, {"samples", "1"}}));
  REQUIRE(share_of_optima(*make(ready), workshop.scenario) == 1.0);
  workshop.scenario.task.subtasks = Constant{3};
  const std::string message = test::message_of<UserError>([&] {
    return workshop.prepare(
        toy_spec("kd-dil", {{"teacher_model", teacher.parameters.at("model")}}));
  });
  REQUIRE(message ==
          teacher.parameters.at("model") + ": a teacher for 2 subtasks; the student has 3");
}

TEST_CASE("A given model is used as it is", "[policy][learning][given]") {
  for (const char* name : kNames) {
    Workshop workshop;
    for (const HeadKind head :
         {HeadKind::plan, HeadKind::joint, HeadKind::per_subtask, HeadKind::crf}) {
      const std::string path = file_of(workshop, head);
      const PolicySpec ready = workshop.prepare({name, {{"model", path}}});
      CAPTURE(name, path);
      REQUIRE(ready.parameters.at("model") == path);
      REQUIRE(workshop.witness.batches == 0);
      REQUIRE_NOTHROW(make(ready));
    }
    REQUIRE_FALSE(std::filesystem::exists(workshop.cache));
  }
}

TEST_CASE("A given model of a head that is no distribution is refused",
          "[policy][learning][given]") {
  for (const char* name : kNames) {
    for (const HeadKind head : {HeadKind::value, HeadKind::step}) {
      Workshop workshop;
      const std::string path = file_of(workshop, head);
      CAPTURE(name, path);
      REQUIRE(test::message_of<UserError>([&] {
                return workshop.prepare({name, {{"model", path}}});
              }) == path + ": a model of head " + std::string(name_of(head)) + "; policy " + name +
                        " expects one of plan, joint, per-subtask, crf");
    }
  }
}

TEST_CASE("A given model that is not what the parameters say is refused",
          "[policy][learning][given]") {
  Workshop workshop;
  const std::string path = file_of(workshop, HeadKind::joint);
  for (const PolicyParameters& other : {PolicyParameters{{"model", path}, {"head", "crf"}},
                                        {{"model", path}, {"features", "raw"}},
                                        {{"model", workshop.folder / "none.onnx"}}}) {
    const std::string message = test::message_of<UserError>([&] {
      return workshop.prepare({"dil", other});
    });
    CAPTURE(message);
    REQUIRE(message.find(other.at("model")) == 0);
  }
}

TEST_CASE("A model without our metadata is explained by the parameters, once",
          "[policy][learning][given]") {
  // Six scores of ten features, all of them biases: subtask 0 to the edge, subtask 1 to the cloud.
  Workshop workshop;
  test::ForeignFile file;
  file.input("x", 10);
  file.output("y", 6);
  file.weights("w", {6, 10}, std::vector<float>(60, 0.0F));
  file.weights("b", {6}, {0, 1, 0, 0, 0, 1});
  onnx::NodeProto& gemm = file.node("Gemm", "gemm", {"x", "w", "b"}, "y");
  test::ForeignFile::attribute(gemm, "transB", std::int64_t{1});
  const std::string path = workshop.folder.write("foreign.onnx", file.bytes());
  const PolicySpec spec{"dil", {{"model", path}, {"features", "time"}, {"head", "joint"}}};
  const PolicySpec ready = workshop.prepare(spec);
  REQUIRE(ready.parameters.at("model") != path);
  REQUIRE(workshop.files("imported-").size() == 1);
  REQUIRE(workshop.prepare(ready).parameters == ready.parameters);
  const auto policy = make(ready);
  RandomEngine random = test::engine("imitation policies: foreign");
  const SystemState state(test::paper_state(random));
  const ChainTask task = test::paper_task(random, 2);
  REQUIRE(policy->decide({task.view(), state, state.seconds()}) == Placement{kEdge, kCloud});

  test::put_file(workshop.folder / "file", "");
  const std::atomic<bool> stop{false};
  REQUIRE_THROWS_AS(
      policy_registry().prepare(spec, workshop.scenario, nullptr, workshop.folder / "file/cache",
                                workshop.witness, stop),
      UserError);
}

TEST_CASE("A scenario unlike the training is warned of, by the feature most unlike it",
          "[policy][learning][range]") {
  // 1 to 2 MB in training, 1 to 3 MB in the scenario: half of the tasks are outside, by each of the
  // flows. All other raw features are uniform or constant: 200 samples leave hardly a task outside.
  Workshop workshop;
  workshop.scenario.training.data = workshop.scenario.task.data;
  workshop.scenario.task.data = Uniform{1e6, 3e6};
  const PolicyParameters raw = {{"features", "raw"}, {"samples_from", "training"}, {"epochs", "1"}};
  const PolicySpec ready = workshop.prepare(toy_spec("baseline-dil", raw));
  const std::vector<std::string>& warnings = workshop.witness.warnings;
  REQUIRE(warnings.size() == 1);
  CAPTURE(warnings);
  REQUIRE(warnings[0].find("baseline-dil: the tasks of this scenario are not like") == 0);
  REQUIRE(warnings[0].find("feature d") != std::string::npos);
  static_cast<void>(workshop.prepare(ready));  // its model is given now
  REQUIRE(warnings.size() == 2);
  REQUIRE(warnings[1] == warnings[0]);
  // The further samples of kd-dil are the scenario's own, so its student has seen such tasks.
  static_cast<void>(workshop.prepare(toy_spec("kd-dil", raw)));
  REQUIRE(std::none_of(warnings.begin(), warnings.end(),
                       [](const std::string& warning) { return warning.starts_with("kd-dil"); }));
}

TEST_CASE("Networks of the learned policies fit tasks of every length", "[policy][learning]") {
  Workshop workshop;
  workshop.scenario.task.subtasks = Choice{{1, 2, 5, 9}, {1, 1, 1, 1}};  // the middle is 5
  for (const char* name : kNames) {
    const PolicySpec ready = workshop.prepare(toy_spec(name, {{"epochs", "2"}}));
    CAPTURE(name);
    REQUIRE(load_model(ready.parameters.at("model")).features.subtasks == 5);
    const auto policy = make(ready);
    RandomEngine random = test::engine("imitation policies: lengths");
    const SystemState state(test::paper_state(random));
    for (std::size_t n = 1; n <= 30; ++n) {
      const ChainTask task = test::paper_task(random, n);
      const Placement placement = policy->decide({task.view(), state, state.seconds()});
      REQUIRE(placement.size() == n);
      REQUIRE(std::all_of(placement.begin(), placement.end(), [](SiteIndex s) { return s < 3; }));
    }
  }
}

TEST_CASE("Values out of range are refused before anything is learned", "[policy][learning]") {
  REQUIRE(refusal({"kd-dil", {{"temperature", "0"}}}) ==
          "policy kd-dil: temperature \"0\": expected a number from 0.001 to 1000");
  REQUIRE(refusal({"kd-dil", {{"temperature", "-1"}}}).find("temperature \"-1\"") !=
          std::string::npos);
  REQUIRE(refusal({"kd-dil", {{"hard_weight", "1.1"}}}).find("hard_weight \"1.1\"") !=
          std::string::npos);
  for (const char* name : kNames) {
    REQUIRE(refusal({name, {{"samples", "0"}}}) ==
            std::string("policy ") + name +
                ": samples \"0\": expected a whole number from 1 to 10000000");
    REQUIRE(refusal({name, {{"head", "value"}}}) ==
            std::string("policy ") + name +
                ": head \"value\": expected one of plan, joint, per-subtask, crf");
    for (const auto& [key, value] : bad_values()) {
      CAPTURE(name, key, value);
      REQUIRE(refusal({name, {{key, value}}})
                  .find(fmt::format("policy {}: {} \"{}\": expected ", name, key, value)) == 0);
    }
    REQUIRE(refusal({name, {{"hiden", "64"}}}).find("did you mean \"hidden\"?") !=
            std::string::npos);
  }
  REQUIRE(refusal({"kd-dil", {{"teacher_hidden", "64x"}}}).find("\"64x\"") != std::string::npos);
  REQUIRE(refusal({"kd-dill", {}}).find("did you mean \"kd-dil\"?") != std::string::npos);
}

TEST_CASE("A scenario with nothing to learn from is refused", "[policy][learning]") {
  for (const char* name : kNames) {
    Workshop workshop;
    workshop.scenario.task.work = Constant{0};
    workshop.scenario.task.data = Constant{0};
    CAPTURE(name);
    REQUIRE(test::message_of<UserError>([&] {
              return workshop.prepare(toy_spec(name));
            }).find("nothing to learn from") == 0);
  }
}

TEST_CASE("A policy without a model, or on other sites, is refused", "[policy][learning]") {
  for (const char* name : kNames) {
    Workshop workshop;
    CAPTURE(name);
    REQUIRE(test::message_of<PolicyError>([&] {
              return make({name, {}});
            }) ==
            std::string("policy ") + name +
                ": no model: `mecsim run` and `mecsim train` make one, or give one as parameter "
                "model");
    const PolicySpec ready{name, {{"model", file_of(workshop, HeadKind::joint)}}};
    REQUIRE(test::message_of<PolicyError>([&] { return make(ready, 4); }) ==
            std::string("policy ") + name +
                ": made for three sites (device, edge, cloud); there are 4");
  }
}

}  // namespace mec::learning
