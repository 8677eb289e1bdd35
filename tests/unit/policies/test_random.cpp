#include "tests/catch.hpp"
#include "tests/unit/policies/support.hpp"

namespace mec {

using test::chain;
using test::kState;

TEST_CASE("Random places every subtask on each site equally often", "[policy][random]") {
  // 60 000 subtasks, a third each: standard error sqrt(n p (1 - p)) = 115.5.
  const auto policy = test::make({"random", {}});
  const ChainTask task = chain(std::vector<double>(6, 1e9), std::vector<double>(7, 1e6));
  const SystemState state(kState);
  int counts[6][3] = {};
  for (int i = 0; i < 10'000; ++i) {
    const Placement placement = test::decide(*policy, task, state);
    for (std::size_t t = 0; t < 6; ++t) {
      ++counts[t][placement[t]];
    }
  }
  for (const auto& subtask : counts) {
    for (const int count : subtask) {  // 10 000 / 3, standard error 47.1
      REQUIRE(std::abs(count - 3333.3) <= 5.0 * 47.1);
    }
  }
}

TEST_CASE("Random draws from its own stream", "[policy][random]") {
  const ChainTask task = chain(std::vector<double>(30, 1.0), std::vector<double>(31, 1.0));
  const SystemState state(kState);
  const auto first = test::make({"random", {}}, 3, 1);
  const auto other = test::make({"random", {}}, 3, 2);
  REQUIRE(test::decide(*first, task, state) != test::decide(*other, task, state));
}

}  // namespace mec
