// Deciding by what deep Q-learning has learned allocates nothing. Counts calls of the global
// operator new, so this test is an executable of its own.
#include "policies/drl/deciders.hpp"
#include "tests/catch.hpp"
#include "tests/support/count_allocations.hpp"
#include "tests/support/random_models.hpp"

namespace mec::drl {

namespace {

void check_allocations(Policy& policy) {
  RandomEngine random = test::engine("drl, allocations");
  const SystemState state(test::paper_state(random));
  std::vector<ChainTask> tasks;
  std::vector<DecisionRequest> requests;
  tasks.reserve(16);
  for (std::size_t n = 1; n <= 16; ++n) {
    tasks.push_back(test::paper_task(random, n));
  }
  requests.reserve(tasks.size());
  for (const ChainTask& task : tasks) {
    requests.push_back({task.view(), state, state.seconds()});
  }
  std::vector<Placement> placements(requests.size());
  std::size_t decided = 0;
  const long before = test::allocations();
  for (const DecisionRequest& request : requests) {
    decided += policy.decide(request).size();
  }
  policy.decide_batch(requests, placements);
  const long after = test::allocations();
  REQUIRE(after - before == 0);
  REQUIRE(decided == 136);  // 1 + 2 + ... + 16
  REQUIRE(placements.back().size() == 16);
}

}  // namespace

TEST_CASE("Drl decides tasks of up to 16 subtasks without allocating",
          "[policy][drl][allocation]") {
  const auto precision = GENERATE(learning::WeightPrecision::fp32, learning::WeightPrecision::fp16,
                                  learning::WeightPrecision::int8);
  RandomEngine random = test::engine("drl, models");
  const learning::FeatureSchema schema;
  StepDecider step(test::drawn_model(random, learning::HeadKind::step, schema, {32, 32}),
                   precision);
  check_allocations(step);
  ValueDecider value(test::drawn_model(random, learning::HeadKind::value, schema, {32, 32}),
                     precision);
  check_allocations(value);
}

}  // namespace mec::drl
