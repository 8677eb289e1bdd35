// Nanoseconds per decision on the paper's Section 5.1 samples (six subtasks, three sites). Every
// benchmark walks a pool of random problems, larger than a branch predictor can learn.
//
//   bench_decisions --benchmark_repetitions=9 --benchmark_report_aggregates_only=true
//   (for JSON: --benchmark_out=FILE)
#include <benchmark/benchmark.h>

#include <ctime>
#include <vector>

#include "core/dp_batch.hpp"
#include "core/solvers.hpp"
#include "policies/registry.hpp"
#include "tests/support/random_problems.hpp"

namespace {

using mec::ChainBatch;
using mec::ChainTask;
using mec::ChainView;
using mec::SiteCosts;
using mec::SystemState;

constexpr std::size_t kTasks = 4096;
constexpr std::size_t kSubtasks = 6;

// Flat, so that the memory is streamed through and the time is the decision's.
class Pool {
 public:
  Pool() {
    mec::RandomEngine random = mec::test::engine("benchmark");
    std::vector<mec::ThreeTierState> drawn(kTasks);
    for (mec::ThreeTierState& state : drawn) {
      state = mec::test::paper_state(random);
      const ChainTask task = mec::test::paper_task(random, kSubtasks);
      work_.insert(work_.end(), task.work.begin(), task.work.end());
      data_.insert(data_.end(), task.data.begin(), task.data.end());
    }
    states_ = std::vector<SystemState>(drawn.begin(), drawn.end());
  }

  [[nodiscard]] ChainView task(std::size_t i) const {
    return {{&work_[i * kSubtasks], kSubtasks}, {&data_[i * (kSubtasks + 1)], kSubtasks + 1}};
  }
  [[nodiscard]] const SystemState& state(std::size_t i) const { return states_[i]; }
  [[nodiscard]] const SiteCosts& costs(std::size_t i) const { return states_[i].seconds(); }

 private:
  std::vector<mec::Cycles> work_;
  std::vector<mec::Bytes> data_;
  std::vector<SystemState> states_;
};

const Pool& pool() {
  static const Pool problems;
  return problems;
}

// Runs the loop and reports its processor time per task. A counter of our own: Google Benchmark
// prints an inverted rate as if it were seconds.
template <class Body>
void time_per_task(benchmark::State& run, std::size_t tasks_per_iteration, Body body) {
  const std::clock_t begin = std::clock();
  for (auto _ : run) {
    body();
  }
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  const double tasks =
      static_cast<double>(run.iterations()) * static_cast<double>(tasks_per_iteration);
  run.counters["ns_per_task"] = 1e9 * seconds / tasks;
}

// One decision an iteration: `decide(i)` decides task i of the pool.
template <class Decide>
void one_by_one(benchmark::State& run, Decide decide) {
  std::size_t i = 0;
  time_per_task(run, 1, [&] {
    auto answer = decide(i);
    benchmark::DoNotOptimize(answer);
    i = (i + 1) % kTasks;
  });
}

void policy(benchmark::State& run, const char* name) {
  const auto chosen = mec::policy_registry().make({name, {}}, mec::RandomStreams(1, 0), 3);
  one_by_one(run, [&problems = pool(), &chosen](std::size_t i) {
    return chosen->decide({problems.task(i), problems.state(i), problems.costs(i)});
  });
}

void dynamic_programming(benchmark::State& run) {
  one_by_one(run, [&problems = pool()](std::size_t i) {
    return mec::solve_dp(problems.costs(i), problems.task(i));
  });
}

void optimal_cost(benchmark::State& run) {
  one_by_one(run, [&problems = pool()](std::size_t i) {
    return mec::optimal_cost(problems.costs(i), problems.task(i));
  });
}

void exhaustive(benchmark::State& run) {
  one_by_one(run, [&problems = pool()](std::size_t i) {
    return mec::solve_exhaustive(problems.costs(i), problems.task(i));
  });
}

void fill(ChainBatch& batch) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    batch.set(i, pool().costs(i), pool().task(i));
  }
}

void batch_solve(benchmark::State& run) {
  ChainBatch batch(kSubtasks, kTasks);
  fill(batch);
  time_per_task(run, kTasks, [&batch] {
    batch.solve();
    benchmark::ClobberMemory();
  });
}

void batch_fill_and_solve(benchmark::State& run) {
  ChainBatch batch(kSubtasks, kTasks);
  time_per_task(run, kTasks, [&batch] {
    fill(batch);
    batch.solve();
    benchmark::ClobberMemory();
  });
}

}  // namespace

BENCHMARK_CAPTURE(policy, local, "local");
BENCHMARK_CAPTURE(policy, greedy, "greedy");
BENCHMARK_CAPTURE(policy, best_constant, "best-constant");
BENCHMARK_CAPTURE(policy, random, "random");
BENCHMARK(dynamic_programming);
BENCHMARK(optimal_cost);
BENCHMARK(batch_solve);
BENCHMARK(batch_fill_and_solve);
BENCHMARK(exhaustive);
