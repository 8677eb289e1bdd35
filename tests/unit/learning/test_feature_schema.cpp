#include <cmath>
#include <limits>
#include <set>

#include "core/hash.hpp"
#include "core/solvers.hpp"
#include "policies/learning/features/feature_schema.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning/model_support.hpp"
#include "tests/unit/learning/training_support.hpp"

namespace mec::learning {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr float kLargest = std::numeric_limits<float>::max();

std::vector<float> features(const FeatureSchema& schema, const ChainTask& task,
                            const SystemState& state, const SiteCosts& costs) {
  std::vector<float> values(schema.size(), std::numeric_limits<float>::quiet_NaN());
  extract_features(schema, {task.view(), state, costs}, values);
  return values;
}

std::vector<float> features(const FeatureSchema& schema, const ChainTask& task,
                            const ThreeTierState& tiers) {
  const SystemState state(tiers);
  return features(schema, task, state, state.seconds());
}

void require_near(const std::vector<float>& values, const std::vector<double>& expected) {
  REQUIRE(values.size() == expected.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    CAPTURE(i);
    REQUIRE(static_cast<double>(values[i]) == Approx(expected[i]).epsilon(1e-7));
  }
}

// 2 + 4 Gcycles on 1 GHz take 6 s, 3 s a subtask: the unit of the relative features.
const ChainTask kTask = test::chain({2e9, 4e9}, {1e6, 2e6, 3e6});
const ThreeTierState kState{Hertz{1e9}, Hertz{4e9}, BytesPerSecond{2e6}, BytesPerSecond{4e6},
                            kInfiniteSpeed};

const FeatureSchema kEveryKind[] = {{FeatureKind::raw, 2, false},
                                    {FeatureKind::time, 2, false},
                                    {FeatureKind::time, 2, true},
                                    {FeatureKind::cost, 2, false}};

// Costs of a chain's parts as the features tell them, over the mean cost of a subtask.
class ToldCosts {
 public:
  ToldCosts(const FeatureSchema& schema, const std::vector<float>& values)
      : schema_(schema), n_(schema.subtasks), values_(values) {}

  [[nodiscard]] double total(const Placement& placement) const {
    double cost = 0.0;
    std::size_t at = kDevice;
    for (std::size_t t = 0; t < n_; ++t) {
      cost += transfer(t, at, placement[t]) + compute(t, placement[t]);
      at = placement[t];
    }
    return cost + transfer(n_, at, kDevice);
  }

 private:
  [[nodiscard]] double at(std::size_t i) const { return static_cast<double>(values_[i]); }
  [[nodiscard]] double compute(std::size_t t, std::size_t site) const {
    return schema_.kind == FeatureKind::time && site == kCloud ? 0.0 : at(site * n_ + t);
  }
  [[nodiscard]] double transfer(std::size_t t, std::size_t from, std::size_t to) const {
    if (from == to) {
      return 0.0;
    }
    if (schema_.kind == FeatureKind::time) {
      const double near = from == kDevice || to == kDevice ? at(2 * n_ + t) : 0.0;
      const double far = from == kCloud || to == kCloud ? at(2 * n_ + n_ + 1 + t) : 0.0;
      return near + far;
    }
    const std::size_t pairs[3][3] = {{9, 0, 4}, {1, 9, 2}, {5, 3, 9}};
    return at(3 * n_ + pairs[from][to] * (n_ + 1) + t);
  }

  FeatureSchema schema_;
  std::size_t n_;
  const std::vector<float>& values_;
};

// A task of the paper, some with hardly any bandwidth.
ThreeTierState poor_state(RandomEngine& random) {
  ThreeTierState state = test::paper_state(random);
  state.b1 = BytesPerSecond{state.b1.value() * std::pow(10.0, test::uniform(random, -6.0, 0.0))};
  state.b2 = BytesPerSecond{state.b2.value() * std::pow(10.0, test::uniform(random, -6.0, 0.0))};
  return state;
}

}  // namespace

TEST_CASE("Raw features are the paper's state in giga and mega", "[learning][features]") {
  require_near(features({FeatureKind::raw, 2, false}, kTask, kState), {2, 4, 1, 2, 3, 1, 4, 2, 4});
}

TEST_CASE("Time features are over the mean time of a subtask on the device",
          "[learning][features]") {
  // e/p1 = 2, 4 s; e/p2 = 0.5, 1 s; d/b1 = 0.5, 1, 1.5 s; d/b2 = 0.25, 0.5, 0.75 s; all over 3 s.
  require_near(
      features({FeatureKind::time, 2, false}, kTask, kState),
      {2.0 / 3, 4.0 / 3, 0.5 / 3, 1.0 / 3, 0.5 / 3, 1.0 / 3, 1.5 / 3, 0.25 / 3, 0.5 / 3, 0.75 / 3});
}

TEST_CASE("Time features of a cloud of finite speed have its compute times",
          "[learning][features]") {
  ThreeTierState tiers = kState;
  tiers.p3 = Hertz{8e9};  // 0.25 and 0.5 s
  const std::vector<float> values = features({FeatureKind::time, 2, true}, kTask, tiers);
  REQUIRE(values.size() == 12);
  REQUIRE(values[4] == Approx(0.25 / 3));
  REQUIRE(values[5] == Approx(0.5 / 3));
  REQUIRE(values[6] == Approx(0.5 / 3));  // the first over b1
}

TEST_CASE("Cost features are each part's cost on each site and between each two",
          "[learning][features]") {
  SiteCosts costs(3);
  for (std::size_t site = 0; site < 3; ++site) {
    costs.set_per_cycle(site, 1e-9 * static_cast<double>(site + 1));
  }
  const std::size_t pairs[6][2] = {{0, 1}, {1, 0}, {1, 2}, {2, 1}, {0, 2}, {2, 0}};
  std::vector<double> expected = {2.0 / 3, 4.0 / 3, 4.0 / 3, 2.0, 2.0, 2.0};  // 12/3 is past n = 2
  for (std::size_t i = 0; i < 6; ++i) {
    const double of_a_megabyte = 0.1 * static_cast<double>(i + 1);
    costs.set_per_byte(pairs[i][0], pairs[i][1], of_a_megabyte * 1e-6);
    for (const double megabytes : {1.0, 2.0, 3.0}) {
      expected.push_back(megabytes * of_a_megabyte / 3);
    }
  }
  const FeatureSchema schema{FeatureKind::cost, 2, false};
  require_near(features(schema, kTask, SystemState(kState), costs), expected);
}

TEST_CASE("A part that costs more than the whole task on the device counts as n",
          "[learning][features]") {
  ThreeTierState tiers = kState;
  tiers.b2 = BytesPerSecond{1e6 / 6.0};  // a megabyte takes the 6 s of the whole task on the device
  tiers.p2 = Hertz{1e3};
  const std::vector<float> values = features({FeatureKind::time, 2, false}, kTask, tiers);
  require_near({values.begin() + 2, values.begin() + 4}, {2, 2});
  require_near({values.begin() + 7, values.end()}, {2, 2, 2});
}

TEST_CASE("Relative to a task without work every other cost is past the cap",
          "[learning][features]") {
  const ChainTask idle = test::chain({0, 0}, {1, 0, 1e-30});
  require_near(features({FeatureKind::time, 2, false}, idle, kState),
               {0, 0, 0, 0, 2, 0, 2, 2, 0, 2});
  require_near(features({FeatureKind::raw, 2, false}, idle, kState),
               {0, 0, 1e-6, 0, 1e-36, 1, 4, 2, 4});
}

TEST_CASE("Infinite speeds and bandwidths take no time", "[learning][features]") {
  const BytesPerSecond any_rate{kInfinity};
  const ThreeTierState infinite{kInfiniteSpeed, kInfiniteSpeed, any_rate, any_rate};
  const FeatureSchema time{FeatureKind::time, 2, false};
  require_near(features(time, kTask, infinite), std::vector<double>(time.size(), 0.0));
  const std::vector<float> raw = features({FeatureKind::raw, 2, false}, kTask, infinite);
  REQUIRE(std::vector<float>(raw.begin() + 5, raw.end()) == std::vector<float>(4, kLargest));
  const ThreeTierState fast_links{Hertz{1e9}, Hertz{4e9}, any_rate, any_rate};
  require_near(features(time, kTask, fast_links),
               {2.0 / 3, 4.0 / 3, 0.5 / 3, 1.0 / 3, 0, 0, 0, 0, 0, 0});
}

TEST_CASE("Features are finite whatever the task and the state", "[learning][features]") {
  const double extremes[] = {5e-324, 1e-310, 1e-300, 1e-30, 1.0, 1e30, 1e300, 1.7e308};
  RandomEngine random = test::engine("features: extremes");
  const auto extreme = [&] { return extremes[test::index_below(random, std::size(extremes))]; };
  const auto amount = [&] { return test::index_below(random, 4) == 0 ? 0.0 : extreme(); };
  const auto speed = [&] { return test::index_below(random, 6) == 0 ? kInfinity : extreme(); };
  for (int i = 0; i < 5'000; ++i) {
    const ChainTask task = test::chain({amount(), amount()}, {amount(), amount(), amount()});
    const SystemState state(ThreeTierState{Hertz{speed()}, Hertz{speed()}, BytesPerSecond{speed()},
                                           BytesPerSecond{speed()}, Hertz{speed()}});
    const SiteCosts energy = energy_costs(state, three_tier_topology(), EnergyModel{});
    for (const FeatureSchema& schema : kEveryKind) {
      for (const SiteCosts& costs : {state.seconds(), energy}) {
        const std::vector<float> values = features(schema, task, state, costs);
        const float most = schema.kind == FeatureKind::raw ? kLargest : 2.0F;
        CAPTURE(i, schema.text());
        REQUIRE(std::all_of(values.begin(), values.end(),
                            [most](float x) { return x >= 0.0F && x <= most; }));
      }
    }
  }
}

TEST_CASE("The unit of the costs does not change a relative feature", "[learning][features]") {
  // A power of two scales without rounding, so the features are the same bits.
  RandomEngine random = test::engine("features: scale");
  for (int i = 0; i < 200; ++i) {
    const ChainTask task = test::paper_task(random, 2);
    const SystemState state(poor_state(random));
    for (const int power : {-30, 17, 40}) {
      SiteCosts scaled(3);
      for (std::size_t a = 0; a < 3; ++a) {
        scaled.set_per_cycle(a, std::ldexp(state.seconds().per_cycle(a), power));
        for (std::size_t b = 0; b < 3; ++b) {
          scaled.set_per_byte(a, b, std::ldexp(state.seconds().per_byte(a, b), power));
        }
      }
      for (const FeatureKind kind : {FeatureKind::time, FeatureKind::cost}) {
        const FeatureSchema schema{kind, 2, false};
        REQUIRE(features(schema, task, state, scaled) ==
                features(schema, task, state, state.seconds()));
      }
    }
  }
}

TEST_CASE("The cap loses nothing: the optimum of the capped parts is an optimum",
          "[learning][features]") {
  // Features are rounded to 24 bits, a relative error of 6e-8 either way.
  RandomEngine random = test::engine("features: cap");
  const FeatureKind kind = GENERATE(FeatureKind::time, FeatureKind::cost);
  int capped = 0;
  for (int i = 0; i < 2'000; ++i) {
    const FeatureSchema schema{kind, 1 + test::index_below(random, 5), false};
    const ChainTask task = test::paper_task(random, schema.subtasks);
    const SystemState state(poor_state(random));
    const std::vector<float> values = features(schema, task, state, state.seconds());
    const ToldCosts told(schema, values);
    Placement best;
    for (const Placement& placement : test::all_placements(schema.subtasks)) {
      best = best.empty() || told.total(placement) < told.total(best) ? placement : best;
    }
    const auto cap = static_cast<float>(schema.subtasks);
    capped += std::count(values.begin(), values.end(), cap) > 0 ? 1 : 0;
    CAPTURE(i, schema.text());
    REQUIRE(evaluate(state.seconds(), task.view(), view(best)).total() <=
            optimal_cost(state.seconds(), task.view()) * (1.0 + 2e-7));
  }
  REQUIRE(capped > 1'000);
}

TEST_CASE("A feature has one name, and no two share it", "[learning][features]") {
  for (const FeatureSchema& schema : kEveryKind) {
    const std::vector<std::string> names = schema.names();
    CAPTURE(schema.text());
    REQUIRE(names.size() == schema.size());
    REQUIRE(std::set<std::string>(names.begin(), names.end()).size() == names.size());
  }
  REQUIRE(FeatureSchema{FeatureKind::raw, 2, false}.names() ==
          std::vector<std::string>{"e0", "e1", "d0", "d1", "d2", "p1", "p2", "b1", "b2"});
  REQUIRE(FeatureSchema{FeatureKind::time, 1, true}.names() ==
          std::vector<std::string>{"e0/p1", "e0/p2", "e0/p3", "d0/b1", "d1/b1", "d0/b2", "d1/b2"});
  REQUIRE(FeatureSchema{FeatureKind::cost, 1, false}.names().back() == "d1 from 2 to 0");
}

TEST_CASE("The numbers of features are those of the paper and of the documentation",
          "[learning][features]") {
  REQUIRE(FeatureSchema{FeatureKind::raw, 6, false}.size() == 17);
  REQUIRE(FeatureSchema{FeatureKind::time, 6, false}.size() == 26);
  REQUIRE(FeatureSchema{FeatureKind::time, 6, true}.size() == 32);
  REQUIRE(FeatureSchema{FeatureKind::cost, 6, false}.size() == 60);
}

TEST_CASE("A schema in words reads back as the same schema", "[learning][features]") {
  std::set<std::string> hashes;
  for (const FeatureSchema& schema : kEveryKind) {
    REQUIRE(parse_feature_schema(schema.text()) == schema);
    hashes.insert(schema.hash());
  }
  REQUIRE(hashes.size() == std::size(kEveryKind));
  REQUIRE(FeatureSchema{}.text() == "time/1 n=6");
  REQUIRE(FeatureSchema{FeatureKind::time, 12, true}.text() == "time/1 n=12 with-cloud");
  REQUIRE(parse_feature_schema("raw/1 n=10000").subtasks == 10'000);
}

TEST_CASE("The hash of a schema is that of its words and its names", "[learning][features]") {
  const std::uint64_t hash = fnv1a64("raw/1 n=1\ne0\nd0\nd1\np1\np2\nb1\nb2");
  REQUIRE(std::stoull(FeatureSchema{FeatureKind::raw, 1, false}.hash(), nullptr, 16) == hash);
  REQUIRE(FeatureSchema{FeatureKind::raw, 1, false}.hash().size() == 16);
}

TEST_CASE("Unknown words for a schema are refused with an example", "[learning][features]") {
  for (const char* text : {"", "time", "time/2 n=6", "time/1 n=", "time/1 n=0", "time/1 n=10001",
                           "time/1 n=-1", "time/1 n=6x", "time/1 n= 6", "Time/1 n=6", "time/1 n=6 ",
                           "raw/1 n=6 with-cloud", "cost/1 n=6 with-cloud", "time/1 with-cloud"}) {
    CAPTURE(text);
    const std::string message =
        test::message_of<UserError>([&] { return parse_feature_schema(text); });
    REQUIRE(message == "unknown feature schema \"" + std::string(text) +
                           "\"; expected one like \"time/1 n=6\"");
  }
}

TEST_CASE("Features of a task or a state of another shape are a programmer's mistake",
          "[learning][features]") {
  const SystemState state(kState);
  const SystemState two(test::line_topology(2), std::vector<Hertz>(2, Hertz{1e9}),
                        std::vector<BytesPerSecond>(2, BytesPerSecond{1e6}));
  std::vector<float> values(10);
  const FeatureSchema schema{FeatureKind::time, 2, false};
  const ChainTask longer = test::chain({1, 1, 1}, {1, 1, 1, 1});
  REQUIRE_THROWS_AS(extract_features(schema, {longer.view(), state, state.seconds()}, values),
                    std::invalid_argument);
  REQUIRE_THROWS_AS(extract_features(schema, {kTask.view(), two, two.seconds()}, values),
                    std::invalid_argument);
  values.resize(9);
  REQUIRE_THROWS_AS(extract_features(schema, {kTask.view(), state, state.seconds()}, values),
                    std::invalid_argument);
}

}  // namespace mec::learning
