#include <stdexcept>
#include <vector>

#include "core/dp_batch.hpp"
#include "core/solvers.hpp"
#include "tests/catch.hpp"
#include "tests/support/random_problems.hpp"

namespace mec {

namespace {

struct Problem {
  SiteCosts costs;
  ChainTask task;
};

void require_same_solutions(const std::vector<Problem>& problems, std::size_t subtasks) {
  ChainBatch batch(subtasks, problems.size());
  for (std::size_t i = 0; i < problems.size(); ++i) {
    batch.set(i, problems[i].costs, problems[i].task.view());
  }
  for (const BatchKernel kernel : supported_batch_kernels()) {
    batch.solve(kernel);
    for (std::size_t i = 0; i < problems.size(); ++i) {
      const Solution one = solve_dp(problems[i].costs, problems[i].task.view());
      CAPTURE(subtasks, problems.size(), i, static_cast<int>(kernel));
      REQUIRE(batch.cost(i) == one.cost);
      REQUIRE(batch.placement(i) == one.placement);
    }
  }
}

const std::size_t kSizes[] = {1, 7, 8, 9, 17, 64};

}  // namespace

TEST_CASE("A batch solves the paper's samples as one by one", "[core][batch]") {
  RandomEngine random = test::engine("batch of paper samples");
  for (std::size_t n = 1; n <= ChainBatch::kMaxLength; ++n) {
    for (const std::size_t size : kSizes) {
      std::vector<Problem> problems;
      for (std::size_t i = 0; i < size; ++i) {
        const SystemState state(test::paper_state(random));
        problems.push_back({state.seconds(), test::paper_task(random, n)});
      }
      require_same_solutions(problems, n);
    }
  }
}

TEST_CASE("A batch breaks ties as one by one", "[core][batch]") {
  RandomEngine random = test::engine("batch with ties");
  for (std::size_t n = 1; n <= ChainBatch::kMaxLength; ++n) {
    for (const std::size_t size : kSizes) {
      std::vector<Problem> problems;
      for (std::size_t i = 0; i < size; ++i) {
        problems.push_back({test::tied_costs(random, 3), test::tied_task(random, n)});
      }
      require_same_solutions(problems, n);
    }
  }
}

TEST_CASE("A batch of no tasks solves", "[core][batch]") {
  ChainBatch batch(6, 0);
  batch.solve();
  REQUIRE(batch.size() == 0);
  REQUIRE(batch.subtasks() == 6);
}

TEST_CASE("A batch can be filled again", "[core][batch]") {
  RandomEngine random = test::engine("batch filled again");
  ChainBatch batch(6, 1);
  for (int round = 0; round < 20; ++round) {
    const SystemState state(test::paper_state(random));
    const ChainTask task = test::paper_task(random);
    batch.set(0, state.seconds(), task.view());
    batch.solve();
    REQUIRE(batch.cost(0) == optimal_cost(state.seconds(), task.view()));
  }
}

TEST_CASE("A batch refuses chains that it cannot hold", "[core][batch]") {
  REQUIRE_THROWS_WITH(ChainBatch(0, 1), "a batch of chains of 0 subtasks; expected 1 to 32");
  REQUIRE_THROWS_WITH(ChainBatch(33, 1), "a batch of chains of 33 subtasks; expected 1 to 32");
  RandomEngine random = test::engine("batch refuses");
  ChainBatch batch(6, 8);
  REQUIRE_THROWS_WITH(batch.set(0, SiteCosts(3), test::paper_task(random, 5).view()),
                      "a task of 5 subtasks on 3 sites in a batch of 6 subtasks on 3");
  REQUIRE_THROWS_WITH(batch.set(8, SiteCosts(3), test::paper_task(random, 6).view()),
                      "task 8 of a batch of 8");
  REQUIRE_THROWS_WITH(batch.set(0, SiteCosts(4), test::paper_task(random, 6).view()),
                      "a task of 6 subtasks on 4 sites in a batch of 6 subtasks on 3");
}

}  // namespace mec
