#include "policies/learning/training/snapshots.hpp"

namespace mec::learning {

namespace {

Scenario with_tasks(Scenario scenario, std::uint64_t tasks) {
  scenario.network.devices = 1;
  scenario.workload = WorkloadModel{};
  scenario.workload.tasks = tasks;
  scenario.workload.tasks_given = true;
  return scenario;
}

Scenario drawn(Scenario scenario, std::uint64_t tasks) {
  scenario.redraw = StateRedraw::per_task;
  return with_tasks(std::move(scenario), tasks);
}

std::unique_ptr<RollOutWorld> world_of(const Scenario& scenario, const RandomStreams& streams) {
  const Network network = build_network(scenario.network, 1);
  return network.moves() ? std::make_unique<RollOutWorld>(drawn(scenario, 1), streams) : nullptr;
}

}  // namespace

SnapshotSource::SnapshotSource(const Scenario& scenario, std::uint64_t tasks,
                               const RandomStreams& streams)
    : tasks_(make_generated_source(drawn(scenario, tasks), streams)),
      world_(world_of(scenario, streams)) {}

SnapshotSource::SnapshotSource(const Scenario& scenario, std::uint64_t tasks,
                               const RandomStreams& streams,
                               const std::vector<RecordedTask>& recorded)
    : tasks_(make_recorded_source(with_tasks(scenario, tasks), streams, recorded)),
      world_(world_of(scenario, streams)) {}

bool SnapshotSource::next(WorkItem& item) {
  if (!tasks_->next(item)) {
    return false;
  }
  if (world_) {
    world_->next();
    const SystemState& measured = world_->request(0, kDevice, world_->release()).state;
    for (std::size_t l = 0; l < item.state.rates.size(); ++l) {
      if (!(item.state.rates[l].value() > 0.0)) {
        item.state.rates[l] = measured.link_rate(l);
      }
    }
  }
  return true;
}

}  // namespace mec::learning
