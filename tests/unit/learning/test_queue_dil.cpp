// queue-dil: its features, its moments, its loss, and what it learns.
#include <algorithm>
#include <cmath>
#include <set>

#include "policies/learning/model/model_file.hpp"
#include "policies/optimal/priced.hpp"
#include "policies/queue_dil/labels.hpp"
#include "policies/queue_dil/moments.hpp"
#include "policies/queue_dil/plan_loss.hpp"
#include "policies/queue_dil/training.hpp"
#include "policies/registry.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning/toy_problem.hpp"

namespace mec::queued {

namespace {

using learning::FeatureKind;
using learning::FeatureSchema;

// What is seen of queues: of device, edge and cloud; of b1 up and down, b2 up and down.
struct Queues {
  std::array<double, kSites> sites{};
  std::array<double, kLinks> links{};
  [[nodiscard]] Observation seen() const {
    Observation observed;
    observed.site_wait = sites;
    observed.link_wait = links;
    return observed;
  }
};

// Two subtasks; a shared access point, an edge server of two cores, a cloud that makes nobody wait.
Scenario small_fleet() {
  Scenario scenario;
  scenario.name = "small fleet";
  scenario.task = {Constant{2}, Uniform{0, 4e9}, Uniform{0, 3e6}};
  scenario.network.devices = 5;
  scenario.network.device_speed = Uniform{0.8e9, 1.2e9};
  scenario.network.edge_speed = Constant{4e9};
  scenario.network.edge_cores = 2;
  scenario.network.b1 = Uniform{2e6, 6e6};
  scenario.network.b2 = Distribution{Constant{1e6}};
  scenario.network.access.shared = true;
  scenario.observation.backlog = ObservationModel::Backlog::all;
  return scenario;
}

PolicySpec quick(const PolicyParameters& more = {}) {
  PolicyParameters parameters = {{"samples", "8000"}, {"validation_samples", "500"},
                                 {"epochs", "25"},    {"hidden", "24x2"},
                                 {"plans", "9"},      {"batch", "64"}};
  for (const auto& [key, value] : more) {
    parameters[key] = value;
  }
  return {"queue-dil", parameters};
}

PolicySpec prepare(const test::Scratch& folder, const PolicySpec& spec, const Scenario& scenario,
                   test::Witness& witness) {
  const std::atomic<bool> stop{false};
  return policy_registry().prepare(spec, scenario, nullptr, folder / "cache", witness, stop);
}

PolicySpec prepare(const test::Scratch& folder, const PolicySpec& spec,
                   const Scenario& scenario = small_fleet()) {
  test::Witness witness;
  return prepare(folder, spec, scenario, witness);
}

std::unique_ptr<Policy> make(const PolicySpec& ready, std::size_t sites = 3) {
  return policy_registry().make(ready, RandomStreams(1, 0), sites);
}

// Moments of the scenario that nobody has trained on.
std::vector<Moment> moments_of(const Scenario& scenario, std::size_t subtasks, std::size_t count) {
  MomentSource source(scenario, subtasks, count, RandomStreams(99, 7));
  std::vector<Moment> moments(count);
  for (Moment& moment : moments) {
    REQUIRE(source.next(moment));
  }
  return moments;
}

// What the policy's placements cost over what the planner's do, who sees the same.
double cost_ratio(Policy& policy, const Scenario& scenario, double toll) {
  const Network network = build_network(scenario.network, scenario.network.devices);
  const PricedSolver planner(&network, true, toll);
  double cost = 0.0;
  double least = 0.0;
  for (const Moment& moment : moments_of(scenario, 2, 2000)) {
    const MomentRequest asked(moment);
    cost += planner.cost(asked.get(), view(policy.decide(asked.get())));
    least += planner.solve(asked.get()).cost;
  }
  return cost / least;
}

}  // namespace

TEST_CASE("Features of queues are those of time, and the waits in the same unit",
          "[learning][features][queues]") {
  // 2 + 4 Gcycles on 1 GHz take 6 s, 3 s a subtask: the unit. Capped at four times those 6 s.
  const ChainTask task = test::chain({2e9, 4e9}, {1e6, 2e6, 3e6});
  const SystemState state(
      ThreeTierState{Hertz{1e9}, Hertz{4e9}, BytesPerSecond{2e6}, BytesPerSecond{4e6}, Hertz{8e9}});
  const Queues queues{{3.0, 1.5, 24.1}, {0.3, 0.0, 6.0, 1e9}};
  for (const bool with_cloud : {false, true}) {
    const FeatureSchema time{FeatureKind::time, 2, with_cloud};
    const FeatureSchema schema{FeatureKind::queued, 2, with_cloud};
    REQUIRE(schema.size() == time.size() + 7);
    std::vector<float> expected(time.size());
    extract_features(time, {task.view(), state, state.seconds()}, expected);
    std::vector<float> values(schema.size());
    extract_features(
        schema,
        {.task = task.view(), .state = state, .costs = state.seconds(), .observed = queues.seen()},
        values);
    const auto waits = values.begin() + static_cast<std::ptrdiff_t>(time.size());
    REQUIRE(std::equal(expected.begin(), expected.end(), values.begin()));
    REQUIRE(std::vector<float>(waits, values.end()) ==
            std::vector<float>{1.0F, 0.5F, 8.0F, 0.1F, 0.0F, 2.0F, 8.0F});
    // Nothing seen, nothing there.
    extract_features(schema, {task.view(), state, state.seconds()}, values);
    REQUIRE(std::vector<float>(waits, values.end()) == std::vector<float>(7, 0.0F));
  }
}

TEST_CASE("The schema of queues names itself, and is read back", "[learning][features][queues]") {
  for (const bool with_cloud : {false, true}) {
    const FeatureSchema schema{FeatureKind::queued, 6, with_cloud};
    REQUIRE(schema.text() == (with_cloud ? "queued/1 n=6 with-cloud" : "queued/1 n=6"));
    REQUIRE(learning::parse_feature_schema(schema.text()) == schema);
    const auto names = schema.names();
    REQUIRE(names.size() == schema.size());
    REQUIRE(names.size() == (with_cloud ? 39 : 33));  // 4n + 9, 5n + 9
    REQUIRE(std::set<std::string>(names.begin(), names.end()).size() == names.size());
    REQUIRE(names.back() == "wait for b2 down");
    REQUIRE(schema.hash() != FeatureSchema{FeatureKind::time, 6, with_cloud}.hash());
  }
  REQUIRE_THROWS_AS(learning::parse_feature_schema("moving/1 n=6"), UserError);
  REQUIRE_THROWS_AS(learning::parse_feature_schema("queued/1 n=0"), UserError);
}

TEST_CASE("What a placement costs the planner is its time behind queues, and its tolls",
          "[policy][queues]") {
  // Edge: sent when b1 is free, at 1 s, 2 MB at 2 MB/s until 2 s; a core is free at 2.5 s; 4
  // Gcycles at 4 GHz until 3.5 s; back 1 MB until 4 s. Tolls: half of 1 s and 0.5 s of the shared
  // access point, and of 1 s of the edge: 1.25 s.
  const Scenario scenario = small_fleet();
  const Network network = build_network(scenario.network, 5);
  const SystemState state(
      ThreeTierState{Hertz{1e9}, Hertz{4e9}, BytesPerSecond{2e6}, BytesPerSecond{2e6}});
  const ChainTask task = test::chain({4e9}, {2e6, 1e6});
  const Queues queues{{0.25, 2.5, 0.0}, {1.0, 0.0, 0.0, 0.0}};
  const DecisionRequest request{
      .task = task.view(), .state = state, .costs = state.seconds(), .observed = queues.seen()};
  REQUIRE(PricedSolver(&network, true, 0.5).cost(request, view(Placement{kEdge})) ==
          Approx(5.25).epsilon(1e-12));
  REQUIRE(PricedSolver(&network, true, 0.5).cost(request, view(Placement{kDevice})) ==
          Approx(4.25).epsilon(1e-12));
  // And what it says of its own solution is what that costs.
  for (const Moment& moment : moments_of(scenario, 2, 300)) {
    const MomentRequest asked(moment);
    const PricedSolver planner(&network, true, 0.3);
    const Solution best = planner.solve(asked.get());
    REQUIRE(planner.cost(asked.get(), view(best.placement)) == Approx(best.cost).epsilon(1e-12));
    REQUIRE(planner.search(asked.get()).cost <= best.cost * (1.0 + 1e-12));
  }
}

TEST_CASE("Moments are quiet or crowded, and free is what makes nobody wait",
          "[learning][queues]") {
  Scenario scenario = small_fleet();
  scenario.network.access.duplex = Duplex::half;  // both directions wait for the one medium
  std::size_t taken = 0;
  std::size_t quiet = 0;
  const auto moments = moments_of(scenario, 2, 4000);
  for (const Moment& moment : moments) {
    REQUIRE(moment.site_wait[kCloud] == 0.0);
    REQUIRE(moment.link_wait[kUplink] == moment.link_wait[kDownlink]);
    taken += moment.site_wait[kEdge] > 0.0 ? 1U : 0U;
    quiet += moment.site_wait[kDevice] + moment.site_wait[kEdge] + moment.link_wait[kUplink] +
                         moment.link_wait[kBackhaulUp] + moment.link_wait[kBackhaulDown] ==
                     0.0
                 ? 1U
                 : 0U;
  }
  // Taken with probability p, p uniform: E[p] = 1/2, and E[(1 - p)^5] = 1/6 for all five at once.
  // Standard errors are below 0.008.
  const auto count = static_cast<double>(moments.size());
  REQUIRE(static_cast<double>(taken) / count == Approx(0.5).margin(0.04));
  REQUIRE(static_cast<double>(quiet) / count == Approx(1.0 / 6.0).margin(0.03));
}

TEST_CASE("Of queues that are not shown, moments have none", "[learning][queues]") {
  Scenario scenario = small_fleet();
  scenario.observation.backlog = ObservationModel::Backlog::own;
  const auto moments = moments_of(scenario, 2, 200);
  for (const Moment& moment : moments) {
    REQUIRE(moment.site_wait[kEdge] == 0.0);
    REQUIRE(moment.link_wait == std::array<double, kLinks>{});  // the access point is shared
  }
  REQUIRE(std::any_of(moments.begin(), moments.end(),
                      [](const Moment& moment) { return moment.site_wait[kDevice] > 0.0; }));
  scenario.network.access.shared = false;
  const auto own = moments_of(scenario, 2, 200);
  REQUIRE(std::any_of(own.begin(), own.end(),
                      [](const Moment& moment) { return moment.link_wait[kUplink] > 0.0; }));
  REQUIRE(std::all_of(own.begin(), own.end(),
                      [](const Moment& moment) { return moment.link_wait[kBackhaulUp] == 0.0; }));
}

TEST_CASE("The loss of a decision among plans, by hand", "[learning][queues]") {
  // p = (1/2, 1/2); q proportional to (1, exp(-ln 3)) = (3/4, 1/4) with a temperature of 1 / ln 3.
  const std::vector<float> scores = {2.0F, 2.0F};
  const std::vector<float> costs = {1.0F, 2.0F};
  std::vector<float> gradient(2, 0.0F);
  const double loss = plan_loss(scores, costs, {1.0 / std::log(3.0), 4.0}, 0.5, gradient);
  // Cross-entropy ln 2; expected excess 1/2, four times.
  REQUIRE(loss == Approx(std::log(2.0) + 2.0).epsilon(1e-6));
  // Half of (p - q) + 4 p (c - 3/2).
  REQUIRE(static_cast<double>(gradient[0]) == Approx(0.5 * (-0.25 - 1.0)).epsilon(1e-5));
  REQUIRE(static_cast<double>(gradient[1]) == Approx(0.5 * (0.25 + 1.0)).epsilon(1e-5));
}

TEST_CASE("The gradient of the loss among plans is its slope", "[learning][queues]") {
  RandomEngine random = test::engine("queue-dil: slope");
  constexpr double kStep = 1e-2;
  const LossOptions options{0.3, 2.0};
  for (int i = 0; i < 50; ++i) {
    std::vector<float> scores;
    std::vector<float> costs;
    for (int k = 0; k < 5; ++k) {
      scores.push_back(static_cast<float>(test::uniform(random, -2.0, 2.0)));
      costs.push_back(static_cast<float>(test::uniform(random, 1.0, 3.0)));
    }
    std::vector<float> gradient(5, 0.0F);
    std::vector<float> ignored(5, 0.0F);
    plan_loss(scores, costs, options, 1.0, gradient);
    for (std::size_t k = 0; k < 5; ++k) {
      const float middle = scores[k];
      scores[k] = middle + static_cast<float>(kStep);
      const double above = plan_loss(scores, costs, options, 0.0, ignored);
      scores[k] = middle - static_cast<float>(kStep);
      const double below = plan_loss(scores, costs, options, 0.0, ignored);
      scores[k] = middle;
      REQUIRE(static_cast<double>(gradient[k]) ==
              Approx((above - below) / (2.0 * kStep)).margin(1e-3));
    }
    REQUIRE(ignored == std::vector<float>(5, 0.0F));
  }
}

TEST_CASE("queue-dil learns a small fleet to nearly the planner's cost", "[policy][learning]") {
  const test::Scratch folder;
  for (const char* toll : {"0.3", "0"}) {
    const auto policy = make(prepare(folder, quick({{"toll", toll}})));
    CAPTURE(toll);
    REQUIRE(cost_ratio(*policy, small_fleet(), std::stod(toll)) <= 1.03);
  }
  // Who looks at the same tasks and not at the queues pays far more.
  const auto blind = make({"optimal", {}});
  REQUIRE(cost_ratio(*blind, small_fleet(), 0.3) > 1.1);
}

TEST_CASE("queue-dil says when it has learned its task badly", "[policy][learning]") {
  // One plan only, whatever the queues.
  const test::Scratch folder;
  test::Witness witness;
  prepare(folder, quick({{"plans", "1"}, {"epochs", "1"}}), small_fleet(), witness);
  REQUIRE(witness.warnings.size() == 1);
  REQUIRE(witness.warnings.front().find("queue-dil: has not learned its task well") == 0);
  test::Witness content;
  prepare(folder, quick(), small_fleet(), content);
  REQUIRE(content.warnings.empty());
}

TEST_CASE("queue-dil goes elsewhere when a queue is seen", "[policy][learning]") {
  // 2 Gcycles each: 4 s on the device; 1 s at the edge; 1 MB takes 0.25 s on b1
  // and 1 s on b2. So 1.5 s at the edge, 2.5 s in the cloud.
  const test::Scratch folder;
  const auto policy = make(prepare(folder, quick()));
  const ChainTask task = test::chain({2e9, 2e9}, {1e6, 3e6, 1e6});
  const SystemState state(
      ThreeTierState{Hertz{1e9}, Hertz{4e9}, BytesPerSecond{4e6}, BytesPerSecond{1e6}});
  const auto decide = [&](const Queues& queues) {
    return policy->decide(
        {.task = task.view(), .state = state, .costs = state.seconds(), .observed = queues.seen()});
  };
  REQUIRE(decide({}) == Placement{kEdge, kEdge});
  REQUIRE(decide({{0.0, 9.0, 0.0}, {0.0, 0.0, 9.0, 9.0}}) == Placement{kDevice, kDevice});
  REQUIRE(decide({{9.0, 9.0, 0.0}, {}}) == Placement{kCloud, kCloud});
  // Of other lengths: one subtask with an empty one after it; three, of which two are merged. Both
  // see the queue.
  const Queues crowded{{0.0, 9.0, 0.0}, {3.0, 3.0, 3.0, 3.0}};
  for (const ChainTask& other :
       {test::chain({4e9}, {1e6, 1e6}), test::chain({2e9, 1e9, 1e9}, {1e6, 2e6, 3e6, 1e6})}) {
    const DecisionRequest request{.task = other.view(), .state = state, .costs = state.seconds()};
    REQUIRE(policy->decide(request) == Placement(other.size(), kEdge));
    const DecisionRequest behind{
        .task = other.view(), .state = state, .costs = state.seconds(), .observed = crowded.seen()};
    REQUIRE(policy->decide(behind) == Placement(other.size(), kDevice));
    std::vector<Placement> batch(1);
    policy->decide_batch({&behind, 1}, batch);
    REQUIRE(batch.front() == Placement(other.size(), kDevice));
  }
}

TEST_CASE("queue-dil of the same seed is the same bytes, and kept in the cache",
          "[policy][learning][cache]") {
  const auto small = [](const PolicyParameters& more = {}) {
    PolicyParameters parameters = {{"samples", "300"}, {"epochs", "3"}};
    parameters.insert(more.begin(), more.end());
    return quick(parameters);
  };
  const auto bytes = [](const PolicySpec& ready) {
    return test::read_file(ready.parameters.at("model"));
  };
  const test::Scratch one;
  const test::Scratch two;
  const PolicySpec first = prepare(one, small());
  REQUIRE((bytes(first) == bytes(prepare(two, small()))));
  REQUIRE_FALSE((bytes(first) == bytes(prepare(two, small({{"train_seed", "2"}})))));
  // What is not learned from does not matter; what is does.
  test::Witness witness;
  Scenario scenario = small_fleet();
  scenario.seed = 5;
  scenario.workload.tasks = 77;
  REQUIRE(prepare(one, small(), scenario, witness).parameters == first.parameters);
  REQUIRE(witness.batches == 0);
  for (const PolicyParameters& other :
       {PolicyParameters{{"toll", "1"}}, {{"soft_cost", "0.1"}}, {{"regret", "2"}}}) {
    REQUIRE(prepare(one, small(other)).parameters.at("model") != first.parameters.at("model"));
  }
  scenario.network.edge_cores = 0;  // no queue there
  REQUIRE(prepare(one, small(), scenario).parameters.at("model") != first.parameters.at("model"));
}

TEST_CASE("An interrupted training of queue-dil goes on to the same bytes",
          "[policy][learning][cache]") {
  const Scenario scenario = small_fleet();
  const FeatureSchema schema{FeatureKind::queued, 2, false};
  QueuedOptions options;
  options.hidden = {8};
  options.plans = 9;
  options.samples = 300;
  options.validation_samples = 100;
  options.epochs = 4;
  options.batch = 64;  // five batches an epoch
  test::TrainingPlace whole;
  const std::string expected = test::bytes_of(train_queued(options, scenario, schema, whole.run()));
  test::TrainingPlace torn;
  torn.checkpoint_every = std::chrono::seconds(0);
  torn.witness.on_progress = [&](const TrainingProgress&) {
    torn.stop = torn.witness.batches == 12;
  };
  REQUIRE_THROWS_AS(train_queued(options, scenario, schema, torn.run()), PreparationStopped);
  torn.stop = false;
  REQUIRE((test::bytes_of(train_queued(options, scenario, schema, torn.run())) == expected));
  REQUIRE(torn.witness.notes.size() == 1);
  REQUIRE(torn.witness.batches == 12 + 10);  // two epochs were done
  REQUIRE(test::read_file(torn.folder / "toy.curve.csv") ==
          test::read_file(whole.folder / "toy.curve.csv"));
}

TEST_CASE("queue-dil refuses what it cannot do", "[policy][learning]") {
  const test::Scratch folder;
  const auto message = [&](const Scenario& scenario) {
    try {
      static_cast<void>(prepare(folder, quick(), scenario));
    } catch (const PolicyError& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  Scenario blind = small_fleet();
  blind.observation.backlog = ObservationModel::Backlog::none;
  REQUIRE(message(blind) ==
          "policy queue-dil looks at queues, and none is seen; expected observation.backlog: own "
          "or all");
  Scenario energy = small_fleet();
  energy.objective = {0.5, 0.5};
  REQUIRE(message(energy) ==
          "policy queue-dil minimises latency only; expected objective: latency");
  Scenario graph = small_fleet();
  graph.network.graph.emplace();
  REQUIRE(message(graph) == "policy queue-dil is made for three sites (device, edge, cloud)");
  Scenario idle = small_fleet();
  idle.task = {Constant{2}, Constant{0}, Constant{0}};
  REQUIRE_THROWS_AS(prepare(folder, quick(), idle), UserError);
}

TEST_CASE("queue-dil refuses another network, another objective and another model",
          "[policy][learning]") {
  const test::Scratch folder;
  const PolicySpec ready = prepare(folder, quick({{"samples", "100"}, {"epochs", "1"}}));
  REQUIRE_THROWS_AS(make(ready, 4), PolicyError);
  REQUIRE_THROWS_AS(make({"queue-dil", {}}), PolicyError);
  const ChainTask task = test::chain({1e9, 1e9}, {1e6, 1e6, 1e6});
  const SystemState state(
      ThreeTierState{Hertz{1e9}, Hertz{4e9}, BytesPerSecond{4e6}, BytesPerSecond{2e6}});
  const SiteCosts energy = energy_costs(state, three_tier_topology(), EnergyModel{});
  const DecisionRequest request{task.view(), state, energy};
  const auto policy = make(ready);
  REQUIRE_THROWS_AS(policy->decide(request), PolicyError);
  std::vector<Placement> batch(1);
  REQUIRE_THROWS_AS(policy->decide_batch({&request, 1}, batch), PolicyError);
  // A model that does not see queues.
  learning::Model time = learning::load_model(ready.parameters.at("model"));
  time.features.kind = FeatureKind::time;
  const std::size_t width = time.features.size();
  for (auto* values : {&time.normalisation.mean, &time.normalisation.scale, &time.feature_low,
                       &time.feature_high}) {
    values->resize(width);
  }
  learning::DenseLayer& first = time.networks.front().layers.front();
  first.weights.resize(first.outputs * width);
  first.inputs = width;
  const std::string path = folder / "time.onnx";
  learning::save_model(time, path);
  REQUIRE_THROWS_AS(prepare(folder, {"queue-dil", {{"model", path}}}), UserError);
}

}  // namespace mec::queued
