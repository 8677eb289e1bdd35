// Deciding by a model allocates nothing. Counts calls of the global operator new, so this test is
// an executable of its own.
#include <vector>

#include "policies/learning/inference/decider.hpp"
#include "tests/catch.hpp"
#include "tests/support/count_allocations.hpp"
#include "tests/support/random_models.hpp"

namespace mec::learning {

TEST_CASE("A decider allocates nothing, for tasks of up to 16 subtasks",
          "[learning][decider][allocation]") {
  RandomEngine random = test::engine("decider, allocations");
  const SystemState state(test::paper_state(random));
  std::vector<ChainTask> tasks;
  tasks.reserve(16);
  std::vector<DecisionRequest> requests;
  requests.reserve(16);
  for (std::size_t n = 1; n <= 16; ++n) {
    tasks.push_back(test::paper_task(random, n));
  }
  for (const ChainTask& task : tasks) {
    requests.push_back({task.view(), state, state.seconds()});
  }
  std::vector<Placement> placements(requests.size());
  for (const HeadKind head :
       {HeadKind::per_subtask, HeadKind::joint, HeadKind::plan, HeadKind::crf}) {
    const Model model = test::drawn_model(random, head, {FeatureKind::time, 6, false}, {32, 32});
    for (const WeightPrecision precision :
         {WeightPrecision::fp32, WeightPrecision::fp16, WeightPrecision::int8}) {
      Decider decider(model, precision);
      std::size_t decided = 0;
      const long before = test::allocations();
      for (const DecisionRequest& request : requests) {
        decided += decider.decide(request).size();
      }
      decider.decide_batch(requests, placements);
      const long after = test::allocations();
      CAPTURE(name_of(head), static_cast<int>(precision));
      REQUIRE(after - before == 0);
      REQUIRE(decided == 136);  // 1 + 2 + ... + 16
      REQUIRE(placements.back().size() == 16);
    }
  }
}

TEST_CASE("The counter of allocations counts", "[learning][allocation]") {
  const long before = test::allocations();
  const std::vector<double> memory(100);
  const long after = test::allocations();
  REQUIRE(memory.size() == 100);
  REQUIRE(after - before == 1);
}

}  // namespace mec::learning
