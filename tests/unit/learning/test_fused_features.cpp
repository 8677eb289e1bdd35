#include <bit>
#include <limits>
#include <vector>

#include "policies/learning/inference/fused_features.hpp"
#include "tests/catch.hpp"
#include "tests/support/random_problems.hpp"

namespace mec::learning {

namespace {

void require_same_bits(const FeatureSchema& schema, const DecisionRequest& request) {
  std::vector<float> expected(schema.size());
  extract_features(schema, request, expected);
  for (const NetworkKernel kernel : supported_network_kernels()) {
    constexpr float kUntouched = -77.0F;
    std::vector<float> values(schema.size() + kFeatureSlack + 1, kUntouched);
    feature_function(schema.kind, kernel)(schema, request, values.data());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      CAPTURE(schema.text(), static_cast<int>(kernel), i, values[i], expected[i]);
      REQUIRE(std::bit_cast<std::uint32_t>(values[i]) == std::bit_cast<std::uint32_t>(expected[i]));
    }
    REQUIRE(values.back() == kUntouched);
  }
}

std::vector<FeatureSchema> schemas(std::size_t subtasks) {
  return {{FeatureKind::time, subtasks, false},
          {FeatureKind::time, subtasks, true},
          {FeatureKind::raw, subtasks, false},
          {FeatureKind::cost, subtasks, false}};
}

}  // namespace

TEST_CASE("All kernels extract the features' own bits", "[learning][features]") {
  RandomEngine random = test::engine("fused features");
  for (std::size_t n = 1; n <= 20; ++n) {
    for (int round = 0; round < 20; ++round) {
      const ChainTask task = test::paper_task(random, n);
      ThreeTierState three = test::paper_state(random);
      three.p3 = round % 2 == 0 ? kInfiniteSpeed : Hertz{test::uniform(random, 1e9, 1e10)};
      const SystemState state(three);
      for (const FeatureSchema& schema : schemas(n)) {
        require_same_bits(schema, {task.view(), state, state.seconds()});
      }
    }
  }
}

TEST_CASE("All kernels extract the same where costs are zero, infinite or tiny",
          "[learning][features]") {
  RandomEngine random = test::engine("fused features, extremes");
  const std::vector<double> costs = {0.0, 1.0, 1e-300, 1e300,
                                     std::numeric_limits<double>::infinity()};
  const std::vector<double> amounts = {0.0, 1.0, 1e-300, 1e15};
  const SystemState state(test::paper_state(random));
  for (int round = 0; round < 2000; ++round) {
    const std::size_t n = 1 + test::index_below(random, 9);
    ChainTask task = test::paper_task(random, n);
    SiteCosts site_costs(3);
    for (Cycles& work : task.work) {
      work = Cycles{amounts[test::index_below(random, amounts.size())]};
    }
    for (Bytes& data : task.data) {
      data = Bytes{amounts[test::index_below(random, amounts.size())]};
    }
    for (std::size_t i = 0; i < 3; ++i) {
      site_costs.set_per_cycle(i, costs[test::index_below(random, costs.size())]);
      for (std::size_t j = 0; j < 3; ++j) {
        site_costs.set_per_byte(i, j, costs[test::index_below(random, costs.size())]);
      }
    }
    for (const bool cloud : {false, true}) {
      require_same_bits({FeatureKind::time, n, cloud}, {task.view(), state, site_costs});
    }
  }
}

}  // namespace mec::learning
