#include <algorithm>
#include <numeric>

#include "core/solvers.hpp"
#include "policies/learning/features/chain_fit.hpp"
#include "tests/catch.hpp"
#include "tests/support/random_problems.hpp"

namespace mec::learning {

namespace {

std::vector<double> works(ChainView task) {
  std::vector<double> values;
  std::transform(task.work.begin(), task.work.end(), std::back_inserter(values),
                 [](Cycles work) { return work.value(); });
  return values;
}

std::vector<double> datas(ChainView task) {
  std::vector<double> values;
  std::transform(task.data.begin(), task.data.end(), std::back_inserter(values),
                 [](Bytes data) { return data.value(); });
  return values;
}

std::vector<SiteIndex> expanded(const ChainFit& fit, const std::vector<SiteIndex>& sites) {
  Placement placement(99, kCloud);  // whatever was there before
  fit.expand(sites, placement);
  return {placement.begin(), placement.end()};
}

using Sites = std::vector<SiteIndex>;

// The flows that stay cuts, by sorting all of them: the n - 1 smallest, the first among equals.
std::vector<std::size_t> cuts_of(const ChainTask& task, std::size_t subtasks) {
  std::vector<std::size_t> flows(task.size() - 1);
  std::iota(flows.begin(), flows.end(), std::size_t{1});
  std::stable_sort(flows.begin(), flows.end(),
                   [&task](std::size_t a, std::size_t b) { return task.data[a] < task.data[b]; });
  flows.resize(subtasks - 1);
  std::sort(flows.begin(), flows.end());
  return flows;
}

}  // namespace

TEST_CASE("A task of the right length is not touched", "[learning][fit]") {
  const ChainTask task = test::chain({1, 2}, {3, 4, 5});
  ChainFit fit;
  fit.fit(task.view(), 2);
  REQUIRE(fit.fitted().work.data() == task.work.data());
  REQUIRE(fit.fitted().data.data() == task.data.data());
  REQUIRE(expanded(fit, {1, 2}) == Sites{1, 2});
}

TEST_CASE("A longer task is cut at its smallest inner flows", "[learning][fit]") {
  // Inner flows 5, 2, 1, 9: those of 2 and 1 stay, so subtasks 0 and 1 are one, and 3 and 4.
  const ChainTask task = test::chain({1, 10, 100, 1000, 10000}, {7, 5, 2, 1, 9, 8});
  ChainFit fit;
  fit.fit(task.view(), 3);
  REQUIRE(works(fit.fitted()) == std::vector<double>{11, 100, 11000});
  REQUIRE(datas(fit.fitted()) == std::vector<double>{7, 2, 1, 8});
  REQUIRE(expanded(fit, {2, 0, 1}) == Sites{2, 2, 0, 1, 1});
}

TEST_CASE("Among equal flows the first are cuts", "[learning][fit]") {
  const ChainTask task = test::chain({1, 10, 100, 1000}, {0, 4, 4, 4, 0});
  ChainFit fit;
  fit.fit(task.view(), 2);
  REQUIRE(works(fit.fitted()) == std::vector<double>{1, 1110});
  fit.fit(task.view(), 3);
  REQUIRE(works(fit.fitted()) == std::vector<double>{1, 10, 1100});
}

TEST_CASE("A network for one subtask sees the whole task as one", "[learning][fit]") {
  const ChainTask task = test::chain({1, 10, 100}, {3, 4, 5, 6});
  ChainFit fit;
  fit.fit(task.view(), 1);
  REQUIRE(works(fit.fitted()) == std::vector<double>{111});
  REQUIRE(datas(fit.fitted()) == std::vector<double>{3, 6});
  REQUIRE(expanded(fit, {1}) == Sites{1, 1, 1});
}

TEST_CASE("A shorter task gets empty subtasks at its end", "[learning][fit]") {
  const ChainTask task = test::chain({1, 10}, {3, 4, 5});
  ChainFit fit;
  fit.fit(task.view(), 4);
  REQUIRE(works(fit.fitted()) == std::vector<double>{1, 10, 0, 0});
  REQUIRE(datas(fit.fitted()) == std::vector<double>{3, 4, 5, 5, 5});
  REQUIRE(expanded(fit, {2, 1, 0, 0}) == Sites{2, 1});
}

TEST_CASE("A fit remembers nothing of the one before", "[learning][fit]") {
  const ChainTask longer = test::chain({1, 2, 3, 4}, {9, 8, 7, 6, 5});
  const ChainTask shorter = test::chain({1}, {2, 3});
  const ChainTask right = test::chain({1, 2}, {3, 4, 5});
  ChainFit fit;
  fit.fit(longer.view(), 2);
  fit.fit(shorter.view(), 2);
  REQUIRE(works(fit.fitted()) == std::vector<double>{1, 0});
  REQUIRE(datas(fit.fitted()) == std::vector<double>{2, 3, 3});
  REQUIRE(expanded(fit, {2, 0}) == Sites{2});
  fit.fit(right.view(), 2);
  REQUIRE(expanded(fit, {2, 0}) == Sites{2, 0});
  fit.fit(longer.view(), 3);
  REQUIRE(works(fit.fitted()) == std::vector<double>{3, 3, 4});  // cuts at 7 and 6
}

TEST_CASE("Merging keeps the work, the ends, and the smallest flows", "[learning][fit]") {
  RandomEngine random = test::engine("fit: merge");
  ChainFit fit;
  for (int i = 0; i < 500; ++i) {
    const std::size_t real = 2 + test::index_below(random, 40);
    const std::size_t fitted = 1 + test::index_below(random, std::min<std::size_t>(real - 1, 16));
    const bool tied = test::index_below(random, 2) == 0;
    const ChainTask task = tied ? test::tied_task(random, real) : test::paper_task(random, real);
    fit.fit(task.view(), fitted);
    CAPTURE(i, real, fitted);
    REQUIRE(fit.fitted().size() == fitted);
    std::vector<double> kept = {task.data.front().value()};
    for (const std::size_t cut : cuts_of(task, fitted)) {
      kept.push_back(task.data[cut].value());
    }
    kept.push_back(task.data.back().value());
    REQUIRE(datas(fit.fitted()) == kept);
    const auto sum = [](const std::vector<double>& values) {
      return std::accumulate(values.begin(), values.end(), 0.0);
    };
    REQUIRE(sum(works(fit.fitted())) == Approx(sum(works(task.view()))).epsilon(1e-12));
  }
}

TEST_CASE("A merged placement costs on the real task what it cost on the merged one",
          "[learning][fit]") {
  RandomEngine random = test::engine("fit: cost");
  ChainFit fit;
  for (int i = 0; i < 500; ++i) {
    const std::size_t real = 2 + test::index_below(random, 40);
    const std::size_t fitted = 1 + test::index_below(random, std::min<std::size_t>(real - 1, 16));
    const ChainTask task = test::paper_task(random, real);
    const SystemState state(test::paper_state(random));
    fit.fit(task.view(), fitted);
    const Placement merged = test::random_placement(random, fitted, 3);
    Placement placement;
    fit.expand({merged.data(), merged.size()}, placement);
    CAPTURE(i, real, fitted);
    REQUIRE(evaluate(state.seconds(), task.view(), view(placement)).total() ==
            Approx(evaluate(state.seconds(), fit.fitted(), view(merged)).total()).epsilon(1e-12));
  }
}

TEST_CASE("Empty subtasks beside the last real one cost nothing, and cheapen nothing",
          "[learning][fit]") {
  RandomEngine random = test::engine("fit: fill");
  ChainFit fit;
  for (int i = 0; i < 500; ++i) {
    const std::size_t fitted = 2 + test::index_below(random, 12);
    const std::size_t real = 1 + test::index_below(random, fitted - 1);
    const ChainTask task = test::paper_task(random, real);
    const SystemState state(test::paper_state(random));
    fit.fit(task.view(), fitted);
    const Placement own = test::random_placement(random, real, 3);
    Placement filled = own;
    filled.resize(fitted, own.back());
    CAPTURE(i, real, fitted);
    REQUIRE(evaluate(state.seconds(), fit.fitted(), view(filled)).total() ==
            Approx(evaluate(state.seconds(), task.view(), view(own)).total()).epsilon(1e-12));
    REQUIRE(optimal_cost(state.seconds(), fit.fitted()) ==
            Approx(optimal_cost(state.seconds(), task.view())).epsilon(1e-12));
  }
}

}  // namespace mec::learning
