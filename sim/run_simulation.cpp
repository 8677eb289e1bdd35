#include "sim/run_simulation.hpp"

#include <fmt/format.h>

#include "sim/event_engine.hpp"
#include "sim/orchestrator.hpp"
#include "sim/simgrid_engine.hpp"

namespace mec {

std::unique_ptr<TaskSource> make_source(const Scenario& scenario,
                                        const std::vector<RecordedTask>* recorded,
                                        std::uint32_t replication) {
  const RandomStreams streams(scenario.seed, replication);
  return recorded == nullptr ? make_generated_source(scenario, streams)
                             : make_recorded_source(scenario, streams, *recorded);
}

std::unique_ptr<Engine> make_engine(EngineKind kind) {
  return kind == EngineKind::simgrid ? make_simgrid_engine() : make_event_engine();
}

RunCounts simulate(const RunSpec& spec, Engine& engine, Observer& observer,
                   const std::atomic<bool>& stop) {
  const RandomStreams streams(spec.scenario.seed, spec.replication);
  const auto source = make_source(spec.scenario, spec.recorded, spec.replication);
  const Network network = build_network(spec.scenario.network, source->devices());
  ChannelPaths paths(network, streams);
  const auto policy = spec.policies.make(spec.policy, streams, network.sites(), &network);
  const PolicyAbilities abilities = spec.policies.find(spec.policy.name).abilities;
  Orchestrator orchestrator(
      {spec.scenario, network, *source, paths, streams, *policy, abilities, spec.followed_tasks},
      engine, observer);
  return orchestrator.run(stop);
}

}  // namespace mec
