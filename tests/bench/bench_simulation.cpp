// How many tasks a second the simulator runs: Section 5.1's tasks under the random policy (about 10
// activities a task), on SimGrid, on one core (the child simulates, this process only waits). Each
// iteration is a run of its own, engine set-up and process start included. peak_MB is the largest
// resident memory of any run so far.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <atomic>

#include "policies/registry.hpp"
#include "sim/isolated_run.hpp"
#include "sim/run_simulation.hpp"
#include "sim/simgrid_engine.hpp"
#include "tests/support/paper_scenario.hpp"

namespace {

using namespace mec;

// Counts in the child and sends nothing: what is measured is the simulation, not the pipe.
class Counter final : public Observer {
 public:
  void task_finished(const TaskRecord& record) override {
    benchmark::DoNotOptimize(record.finish);
    ++count;
  }
  std::uint64_t count = 0;
};

void simulate_tasks(benchmark::State& state) {
  const auto devices = static_cast<std::uint32_t>(state.range(0));
  const auto tasks = static_cast<std::uint64_t>(state.range(1));
  const Scenario scenario = test::paper_scenario(tasks, devices);
  const std::atomic<bool> never{false};
  for (auto _ : state) {
    Counter nothing;
    const RunCounts counts = run_isolated(
        [&](Observer&, const std::atomic<bool>& stop) {
          Counter counter;
          const auto engine = make_simgrid_engine();
          return simulate({scenario, nullptr, policy_registry(), {"random", {}}, 0}, *engine,
                          counter, stop);
        },
        nothing, never);
    if (counts.completed != tasks) {
      state.SkipWithError("tasks were lost");
    }
  }
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  state.counters["tasks_per_second"] =
      benchmark::Counter(static_cast<double>(tasks), benchmark::Counter::kIsIterationInvariantRate);
  state.counters["peak_MB"] = static_cast<double>(usage.ru_maxrss) / 1024.0;
}

BENCHMARK(simulate_tasks)
    ->ArgNames({"devices", "tasks"})
    ->Args({1, 20'000})
    ->Args({1, 200'000})
    ->Args({100, 50'000})
    ->Args({1000, 50'000})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
