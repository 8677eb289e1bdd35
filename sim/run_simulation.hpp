// Puts one run together: source, policy, engine, orchestrator.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/policy.hpp"
#include "core/records.hpp"
#include "core/scenario.hpp"
#include "core/workload.hpp"
#include "sim/engine.hpp"

namespace mec {

/// What runs the events: SimGrid, the reference, or a heap of our own, which is faster and refuses
/// processor sharing.
enum class EngineKind : std::uint8_t { simgrid, events };
[[nodiscard]] std::unique_ptr<Engine> make_engine(EngineKind kind);

/// One run of one policy on one replication of a scenario. The references must outlive it.
struct RunSpec {
  const Scenario& scenario;
  const std::vector<RecordedTask>* recorded = nullptr;  // the workload file's tasks, or null
  const PolicyRegistry& policies;
  PolicySpec policy;
  std::uint32_t replication = 0;
  EngineKind engine = EngineKind::simgrid;
  std::uint64_t followed_tasks = 0;  // the first recorded ones, whose activities are reported
};

/// The stream of tasks of a replication: the same for every policy.
[[nodiscard]] std::unique_ptr<TaskSource> make_source(const Scenario& scenario,
                                                      const std::vector<RecordedTask>* recorded,
                                                      std::uint32_t replication);

/// Simulates on `engine`, in this process, until the source ends or `stop` becomes true.
RunCounts simulate(const RunSpec& spec, Engine& engine, Observer& observer,
                   const std::atomic<bool>& stop);

}  // namespace mec
