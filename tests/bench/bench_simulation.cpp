// How much the simulator does in a second, on one core: each iteration is a run in a process of its
// own (this one only waits), engine set-up and process start included.
//
//   paper        tasks of Section 5.1 under the random policy (about 10 activities a task)
//   edge_bound   independent tasks of one uplink, one computation and one downlink
//   edge_bound/*_fluctuating  the same, each device's bandwidth drawn anew every second; transfers
//   take about a
//                second, so that most of them meet a change
//
// Devices work in a closed loop: as many tasks are in flight as there are devices. activities:
// services started. KB_per_device: resident memory at the end, less that of one device's run,
// over the devices.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <atomic>
#include <string>

#include "policies/registry.hpp"
#include "sim/isolated_run.hpp"
#include "sim/run_simulation.hpp"
#include "tests/support/paper_scenario.hpp"

namespace {

using namespace mec;

constexpr double kKilobyte = 1024.0;

// Counts in the child: what is measured is the simulation, not the pipe.
class Counter final : public Observer {
 public:
  void task_finished(const TaskRecord& record) override { benchmark::DoNotOptimize(record.finish); }
};

// What the child sends home: its peak resident memory.
class PeakMemory final : public Observer {
 public:
  void task_finished(const TaskRecord& record) override { kilobytes = record.task; }
  std::uint64_t kilobytes = 0;
};

RunCounts simulate_in_child(const Scenario& scenario, const std::string& policy, EngineKind kind,
                            PeakMemory& peak) {
  const std::atomic<bool> never{false};
  return run_isolated(
      [&](Observer& home, const std::atomic<bool>& stop) {
        Counter counter;
        const auto engine = make_engine(kind);
        const RunCounts counts = simulate(
            {scenario, nullptr, policy_registry(), {policy, {}}, 0, kind}, *engine, counter, stop);
        rusage usage{};
        getrusage(RUSAGE_SELF, &usage);
        TaskRecord record;
        record.task = static_cast<std::uint64_t>(usage.ru_maxrss);
        home.task_finished(record);
        return counts;
      },
      peak, never);
}

// Runs `scenario` over and over; a task has `activities` services.
void measure(benchmark::State& state, const Scenario& scenario, const Scenario& smallest,
             const std::string& policy, EngineKind kind, double activities) {
  PeakMemory base;
  simulate_in_child(smallest, policy, kind, base);
  PeakMemory peak;
  for (auto _ : state) {
    const RunCounts counts = simulate_in_child(scenario, policy, kind, peak);
    if (counts.completed != scenario.workload.tasks) {
      state.SkipWithError("tasks were lost");
    }
  }
  const auto tasks = static_cast<double>(scenario.workload.tasks);
  const auto rate = benchmark::Counter::kIsIterationInvariantRate;
  state.counters["tasks_per_second"] = benchmark::Counter(tasks, rate);
  if (activities > 0.0) {
    state.counters["activities_per_second"] = benchmark::Counter(tasks * activities, rate);
  }
  state.counters["peak_MB"] = static_cast<double>(peak.kilobytes) / kKilobyte;
  state.counters["KB_per_device"] =
      static_cast<double>(peak.kilobytes - base.kilobytes) / scenario.network.devices;
}

void paper(benchmark::State& state) {
  const auto devices = static_cast<std::uint32_t>(state.range(0));
  const auto tasks = static_cast<std::uint64_t>(state.range(1));
  measure(state, test::paper_scenario(tasks, devices), test::paper_scenario(tasks, 1), "random",
          EngineKind::simgrid, 0.0);
}

enum class Bandwidth { fixed, fluctuating };

Scenario edge_bound_scenario(std::uint64_t tasks, std::uint32_t devices, Bandwidth bandwidth) {
  Scenario scenario;
  scenario.task = {Constant{1}, Uniform{0, 2e9}, Uniform{0, 2e6}};
  scenario.network.devices = devices;
  scenario.network.edge_speed = Constant{2e9};
  scenario.network.edge_cores = devices;  // nobody waits
  scenario.redraw = StateRedraw::fixed;
  scenario.network.b1 = bandwidth == Bandwidth::fixed
                            ? ChannelModel{Distribution{Uniform{5e5, 2e6}}}
                            : ChannelModel{RedrawnRate{Seconds{1.0}, Uniform{0, 2e6}}};
  scenario.workload.tasks = tasks;
  return scenario;
}

void edge_bound(benchmark::State& state, EngineKind kind, Bandwidth bandwidth) {
  constexpr double kActivities = 3.0;
  const auto devices = static_cast<std::uint32_t>(state.range(0));
  const auto tasks = static_cast<std::uint64_t>(state.range(1));
  measure(state, edge_bound_scenario(tasks, devices, bandwidth),
          edge_bound_scenario(1, 1, bandwidth), "edge", kind, kActivities);
}

// A hundred tasks a device, so that making the devices is a small part of it.
void fleet_sizes(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"devices", "tasks"})
      ->Args({100, 100'000})
      ->Args({1'000, 100'000})
      ->Args({10'000, 1'000'000})
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond);
}

BENCHMARK(paper)
    ->ArgNames({"devices", "tasks"})
    ->Args({1, 20'000})
    ->Args({1, 200'000})
    ->Args({100, 50'000})
    ->Args({1000, 50'000})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(edge_bound, simgrid, EngineKind::simgrid, Bandwidth::fixed)->Apply(fleet_sizes);
BENCHMARK_CAPTURE(edge_bound, events, EngineKind::events, Bandwidth::fixed)->Apply(fleet_sizes);
BENCHMARK_CAPTURE(edge_bound, simgrid_fluctuating, EngineKind::simgrid, Bandwidth::fluctuating)
    ->Apply(fleet_sizes);
BENCHMARK_CAPTURE(edge_bound, events_fluctuating, EngineKind::events, Bandwidth::fluctuating)
    ->Apply(fleet_sizes);

}  // namespace

BENCHMARK_MAIN();
