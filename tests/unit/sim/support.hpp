// What the simulation tests share: small worlds, fixed policies, and runs on either engine.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "core/policy.hpp"
#include "core/records.hpp"
#include "core/workload.hpp"
#include "sim/isolated_run.hpp"
#include "sim/orchestrator.hpp"
#include "sim/simgrid_engine.hpp"
#include "tests/support/paper_scenario.hpp"
#include "tests/unit/sim/toy_engine.hpp"

namespace mec::test {

inline const std::atomic<bool> kNoStop{false};

class Collector final : public Observer {
 public:
  void task_finished(const TaskRecord& record) override { records.push_back(record); }
  std::vector<TaskRecord> records;

  /// The record of a task id.
  [[nodiscard]] const TaskRecord& of(std::uint64_t task) const {
    for (const TaskRecord& record : records) {
      if (record.task == task) {
        return record;
      }
    }
    throw std::out_of_range("no record of task " + std::to_string(task));
  }
};

/// Places by a function of the request.
class FunctionPolicy final : public Policy {
 public:
  using Function = std::function<Placement(const DecisionRequest&)>;
  explicit FunctionPolicy(Function function) : function_(std::move(function)) {}
  Placement decide(const DecisionRequest& request) override { return function_(request); }

 private:
  Function function_;
};

inline FunctionPolicy always(const Placement& placement) {
  return FunctionPolicy([placement](const DecisionRequest&) { return placement; });
}
inline FunctionPolicy all_on(SiteIndex site) {
  return FunctionPolicy(
      [site](const DecisionRequest& request) { return Placement(request.task.size(), site); });
}

/// A recorded task on round numbers: p1 = 1 GHz, p2 = 2 GHz, b1 = 1 MB/s, b2 = 2 MB/s.
inline RecordedTask task_of(std::uint64_t id, const std::vector<double>& work,
                            const std::vector<double>& data) {
  RecordedTask task;
  task.task = id;
  for (const double cycles : work) {
    task.chain.work.emplace_back(cycles);
  }
  for (const double bytes : data) {
    task.chain.data.emplace_back(bytes);
  }
  task.p1 = Hertz{1e9};
  task.p2 = Hertz{2e9};
  task.b1 = BytesPerSecond{1e6};
  task.b2 = BytesPerSecond{2e6};
  return task;
}

inline RunCounts run_on(Engine& engine, const Scenario& scenario,
                        const std::vector<RecordedTask>* tasks, Policy& policy, Observer& observer,
                        const std::atomic<bool>& stop = kNoStop, std::uint64_t replication = 0,
                        PolicyAbilities abilities = {}) {
  const RandomStreams streams(scenario.seed, replication);
  const auto source = tasks == nullptr ? make_generated_source(scenario, streams)
                                       : make_recorded_source(scenario, streams, *tasks);
  const Network network = build_network(scenario.network, source->devices());
  ChannelPaths paths(network, streams);
  Orchestrator orchestrator({scenario, network, *source, paths, streams, policy, abilities}, engine,
                            observer);
  return orchestrator.run(stop);
}

inline Collector run_on_toy(const Scenario& scenario, const std::vector<RecordedTask>* tasks,
                            Policy& policy, std::uint64_t replication = 0) {
  ToyEngine engine;
  Collector collector;
  run_on(engine, scenario, tasks, policy, collector, kNoStop, replication);
  return collector;
}

/// In a process of its own, as SimGrid demands.
inline Collector run_on_simgrid(const Scenario& scenario, const std::vector<RecordedTask>* tasks,
                                Policy& policy, std::uint64_t replication = 0) {
  Collector collector;
  run_isolated(
      [&](Observer& observer, const std::atomic<bool>& stop) {
        const auto engine = make_simgrid_engine();
        return run_on(*engine, scenario, tasks, policy, observer, stop, replication);
      },
      collector, kNoStop);
  return collector;
}

}  // namespace mec::test
