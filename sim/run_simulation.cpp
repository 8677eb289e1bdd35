#include "sim/run_simulation.hpp"

#include "core/topology.hpp"
#include "sim/orchestrator.hpp"

namespace mec {

std::unique_ptr<TaskSource> make_source(const Scenario& scenario,
                                        const std::vector<RecordedTask>* recorded,
                                        std::uint32_t replication) {
  const RandomStreams streams(scenario.seed, replication);
  return recorded == nullptr ? make_generated_source(scenario, streams)
                             : make_recorded_source(scenario, streams, *recorded);
}

RunCounts simulate(const RunSpec& spec, Engine& engine, Observer& observer,
                   const std::atomic<bool>& stop) {
  const RandomStreams streams(spec.scenario.seed, spec.replication);
  const auto source = make_source(spec.scenario, spec.recorded, spec.replication);
  const auto policy = spec.policies.make(spec.policy, streams, three_tier_topology().site_count());
  Orchestrator orchestrator(spec.scenario, *source, *policy, engine, observer);
  return orchestrator.run(stop);
}

}  // namespace mec
