// What deep Q-learning is put together from.
#include <algorithm>
#include <cmath>
#include <limits>

#include "policies/drl/dueling.hpp"
#include "policies/drl/placement_scorer.hpp"
#include "policies/drl/relative_cost.hpp"
#include "policies/drl/replay.hpp"
#include "policies/drl/step_features.hpp"
#include "tests/catch.hpp"
#include "tests/support/random_models.hpp"
#include "tests/unit/learning/training_support.hpp"

namespace mec::drl {

using learning::FeatureKind;
using learning::FeatureSchema;
using learning::Model;
using learning::TrainableMlp;

namespace {

std::vector<float> features_of(const FeatureSchema& schema, const ChainTask& task,
                               const SystemState& state) {
  std::vector<float> values(schema.size());
  learning::extract_features(schema, {task.view(), state, state.seconds()}, values);
  return values;
}

// Subtasks [first, n) of a task, then empty ones that hand the output on.
ChainTask rest_of(const ChainTask& task, std::size_t first) {
  ChainTask rest;
  for (std::size_t t = 0; t < task.size(); ++t) {
    rest.work.push_back(t + first < task.size() ? task.work[t + first] : Cycles{0.0});
  }
  for (std::size_t t = 0; t <= task.size(); ++t) {
    rest.data.push_back(task.data[std::min(t + first, task.size())]);
  }
  return rest;
}

// 1 GHz device, 2 GHz edge; flows of about a thousandth of a subtask: no feature is capped.
const SystemState kMild{
    ThreeTierState{Hertz{1e9}, Hertz{2e9}, BytesPerSecond{1e9}, BytesPerSecond{2e9}, Hertz{8e9}}};
const ChainTask kTask = test::chain({1e9, 2e9, 3e9, 4e9}, {1e6, 2e6, 3e6, 4e6, 5e6});

}  // namespace

TEST_CASE("A step sees the features of what is left of the chain, on the whole chain's scale",
          "[policy][drl]") {
  const FeatureSchema schema = GENERATE(
      FeatureSchema{FeatureKind::raw, 4, false}, FeatureSchema{FeatureKind::time, 4, false},
      FeatureSchema{FeatureKind::time, 4, true}, FeatureSchema{FeatureKind::cost, 4, false});
  const StepFeatures layout(schema);
  const std::vector<float> whole = features_of(schema, kTask, kMild);
  std::vector<float> inputs(layout.size());
  for (std::size_t t = 0; t < 4; ++t) {
    const std::vector<float> rest = features_of(schema, rest_of(kTask, t), kMild);
    layout.fill(whole, t, kEdge, inputs.data());
    // All work is 10 Gcycles, and the rest's 10, 9, 7, 4: what times are relative to.
    const std::vector<double> left = {10.0, 9.0, 7.0, 4.0};
    const double scale = schema.kind == FeatureKind::raw ? 1.0 : left[t] / 10.0;
    for (std::size_t i = 0; i < schema.size(); ++i) {
      CAPTURE(schema.text(), t, schema.names()[i]);
      REQUIRE(static_cast<double>(inputs[i]) ==
              Approx(scale * static_cast<double>(rest[i])).epsilon(1e-6));
    }
    CHECK(std::vector<float>(inputs.end() - 3, inputs.end()) == std::vector<float>{0, 1, 0});
  }
}

TEST_CASE("The layout of a step's inputs has a name and a hash", "[policy][drl]") {
  const StepFeatures layout(FeatureSchema{FeatureKind::time, 6, false});
  CHECK(layout.text() == "step/1 of time/1 n=6");
  CHECK(layout.size() == 29);  // 4 n + 2, and a site
  CHECK(layout.names().size() == 29);
  CHECK(layout.names().back() == "at cloud");
  CHECK(layout.hash() != StepFeatures(FeatureSchema{FeatureKind::time, 5, false}).hash());
  CHECK(layout.hash() != FeatureSchema{}.hash());
}

TEST_CASE("The range of a step's inputs holds what every step sees", "[policy][drl]") {
  const StepFeatures layout(FeatureSchema{FeatureKind::raw, 2, false});
  // e0 e1 d0 d1 d2 p1 p2 b1 b2; mean 1 and scale 2 make x into 2 x - 2.
  const InputRange features{{4, 3, 1, 2, 3, 5, 6, 7, 8}, {9, 5, 6, 7, 5, 5, 6, 7, 8}};
  const learning::Normalisation normalisation{std::vector<float>(9, 1.0F),
                                              std::vector<float>(9, 2.0F)};
  const InputRange range = layout.range(features, normalisation);
  // First place: e0 then e1, and d0 then d1. Second: e1 then nothing, d1 then d2. Third: d2 twice.
  CHECK(range.low == std::vector<float>{4, -2, 0, 2, 4, 8, 10, 12, 14, 0, 0, 0});
  CHECK(range.high == std::vector<float>{16, 8, 12, 12, 8, 8, 10, 12, 14, 1, 1, 1});
}

TEST_CASE("A duelling head folds into one layer of the same values", "[policy][drl]") {
  RandomEngine random = test::engine("dueling");
  const learning::Mlp network = test::drawn_network(random, {5, 7, kDuelingOutputs});
  TrainableMlp dueling(network, learning::Arithmetic::reproducible);
  TrainableMlp folded(fold_dueling(network), learning::Arithmetic::reproducible);
  const std::vector<float> input = test::drawn_values(random, 5, -1.0, 1.0);
  const ActionValues expected = action_values(dueling.forward(input.data(), 1).data());
  const std::span<float> values = folded.forward(input.data(), 1);
  REQUIRE(values.size() == 3);
  for (std::size_t a = 0; a < 3; ++a) {
    CHECK(values[a] == Approx(expected[a]).margin(1e-5));
  }
}

TEST_CASE("The duelling head's values and gradient are those of V + A - mean A", "[policy][drl]") {
  // V = 1, A = 3, 0, 6, their mean 3.
  const std::vector<float> outputs = {1, 3, 0, 6};
  CHECK(action_values(outputs.data()) == ActionValues{1, -2, 4});
  // dQ(1)/dV = 1; dQ(1)/dA = -1/3, 2/3, -1/3.
  std::vector<float> gradient(4);
  dueling_gradient(1, 3.0F, gradient.data());
  CHECK(gradient == std::vector<float>{3, -1, 2, -1});
  const std::vector<float> tied = {2, 5, 5};
  CHECK(best_action(tied.data()) == 1);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> undefined = {nan, nan, nan};
  CHECK(best_action(undefined.data()) == 0);
}

TEST_CASE("Huber's loss is a parabola, then a line", "[policy][drl]") {
  CHECK(huber(0.05F).loss == Approx(0.00125));  // 0.05^2 / 2
  CHECK(huber(0.05F).slope == Approx(0.05));
  CHECK(huber(-2.0F).loss == Approx(0.195));  // 0.1 (2 - 0.05)
  CHECK(huber(-2.0F).slope == Approx(-0.1));
  CHECK(std::isnan(huber(std::numeric_limits<float>::quiet_NaN()).loss));
}

TEST_CASE("Relative costs are over the device's own, and end at 1.5", "[policy][drl]") {
  learning::SampleSet samples;
  samples.schema = test::time_features(2);
  samples.count = 2;
  samples.work = {3.0, 5.0, 0.0, 0.0};
  samples.data = std::vector<double>(6, 0.0);
  samples.costs = std::vector<double>(24, 0.0);
  samples.costs[0] = 0.5;  // per cycle on the device: 1.5 + 2.5 in all
  const RelativeCost relative(samples);
  CHECK(relative(0, 1.0) == 0.25F);
  CHECK(relative(0, 5.9) == Approx(1.475F));
  CHECK(relative(0, 1e300) == 1.5F);
  CHECK(relative(1, 0.0) == 0.0F);  // nothing over nothing
  CHECK(relative(1, 1e-9) == 1.5F);
}

TEST_CASE("Replay forgets the oldest, and comes back from a checkpoint", "[policy][drl]") {
  Replay replay(3);
  for (const std::uint32_t i : {10U, 11U, 12U, 13U}) {
    replay.remember({i, i - 10});
  }
  StateWriter writer;
  replay.save(writer);
  const StateReader reader(writer.arrays());
  CHECK(reader.values("replay.samples") == std::vector<float>{13, 11, 12});
  Replay again(3);
  again.restore(reader, 14, 4);
  again.remember({9, 0});  // in the place of 11
  StateWriter later;
  again.save(later);
  CHECK(StateReader(later.arrays()).values("replay.samples") == std::vector<float>{13, 9, 12});
  CHECK_THROWS_AS(again.restore(reader, 13, 4), UserError);  // sample 13 is not below 13
  CHECK_THROWS_AS(again.restore(reader, 14, 3), UserError);
  CHECK_THROWS_AS(Replay(2).restore(reader, 14, 4), UserError);
}

TEST_CASE("Numbers come back from a checkpoint bit by bit", "[policy][drl]") {
  constexpr std::uint64_t kWhole = std::numeric_limits<std::uint64_t>::max() - 12'345;
  StateWriter writer;
  writer.put("whole", kWhole);
  writer.put("tenth", 0.1);
  writer.put("infinite", std::numeric_limits<double>::infinity());
  const StateReader reader(writer.arrays());
  CHECK(reader.whole("whole") == kWhole);
  CHECK(reader.number("tenth") == 0.1);
  CHECK(reader.number("infinite") == std::numeric_limits<double>::infinity());
  CHECK_THROWS_AS(reader.whole("half"), UserError);
}

TEST_CASE("The scorer finds the placement that the whole network values most", "[policy][drl]") {
  RandomEngine random = test::engine("scorer");
  const FeatureSchema schema = test::time_features(4);
  const Model model = test::drawn_model(random, learning::HeadKind::value, schema, {12, 6});
  PlacementScorer scorer(model, learning::WeightPrecision::fp32);
  TrainableMlp network(model.networks.front(), learning::Arithmetic::reproducible);
  const std::vector<Placement> placements = test::all_placements(4);
  for (int i = 0; i < 20; ++i) {
    const std::vector<float> features = test::drawn_values(random, schema.size(), 0.0, 4.0);
    std::vector<float> inputs;
    for (const Placement& placement : placements) {
      for (std::size_t j = 0; j < features.size(); ++j) {
        inputs.push_back((features[j] - model.normalisation.mean[j]) *
                         model.normalisation.scale[j]);
      }
      for (const SiteIndex site : placement) {
        for (std::size_t k = 0; k < 3; ++k) {
          inputs.push_back(k == site ? 1.0F : 0.0F);
        }
      }
    }
    const std::span<float> values = network.forward(inputs.data(), placements.size());
    const auto expected = std::max_element(values.begin(), values.end());
    const PlacementScorer::Best best = scorer.best(features);
    CHECK(best.value == Approx(*expected).epsilon(1e-4));
    std::vector<SiteIndex> sites(4);
    unpack_placement(best.placement, sites);
    CHECK(pack_placement(sites) == best.placement);
    // The same number means the same placement in `placements`.
    CHECK(Placement(sites.begin(), sites.end()) == placements[best.placement]);
    CHECK(values[best.placement] == Approx(*expected).epsilon(1e-4));
  }
}

TEST_CASE("3^n placements are counted up to a limit", "[policy][drl]") {
  CHECK(placement_count(1, 100) == 3);
  CHECK(placement_count(4, 81) == 81);
  CHECK(placement_count(5, 100) == 101);
  CHECK(placement_count(10, kMostPlacements) == 59'049);
  CHECK(placement_count(16, kMostPlacements) == kMostPlacements + 1);
}

}  // namespace mec::drl
