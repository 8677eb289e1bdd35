#include "sim/cli/policy_bench.hpp"

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <memory>

#include "core/random.hpp"
#include "core/topology.hpp"
#include "policies/registry.hpp"
#include "results/machine.hpp"
#include "sim/cli/interrupt.hpp"
#include "sim/cli/policy_selection.hpp"
#include "sim/cli/progress.hpp"

namespace mec::cli {

namespace {

struct Candidate {
  std::string name;
  std::unique_ptr<Policy> policy;
};

std::vector<Candidate> make_candidates(const Scenario& scenario, const Network& network,
                                       const std::vector<PreparedPolicy>& policies) {
  const RandomStreams streams(scenario.seed, 0);
  std::vector<Candidate> candidates;
  for (const PreparedPolicy& prepared : policies) {
    const std::string name = display_name(without_deployment(prepared.given));
    if (std::any_of(candidates.begin(), candidates.end(),
                    [&name](const Candidate& other) { return other.name == name; })) {
      continue;
    }
    candidates.push_back(
        {name, policy_registry().make(prepared.ready, streams, network.sites(), &network)});
  }
  return candidates;
}

// Of this process, in nanoseconds.
std::int64_t processor_time() {
  timespec time = {};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

std::optional<DecisionBench> bench_policies(const Scenario& scenario,
                                            const std::vector<RecordedTask>* recorded,
                                            const std::vector<PreparedPolicy>& policies,
                                            std::size_t tasks,
                                            const DecisionBenchOptions& options) {
  const DecisionPool pool(scenario, recorded, tasks);
  const std::vector<Candidate> candidates = make_candidates(scenario, pool.network(), policies);
  std::vector<BenchedPolicy> benched;
  benched.reserve(candidates.size());
  for (const Candidate& candidate : candidates) {
    benched.push_back({candidate.name, *candidate.policy});
  }
  SteadyClock clock;
  ProgressBar bar;
  const std::int64_t started = clock.now();
  const std::int64_t started_cpu = processor_time();
  const auto proceed = [&bar](double done) {
    bar.show(done, "measuring decisions");
    return !interrupted();
  };
  auto measured = measure_decisions(benched, pool, options, clock, proceed);
  if (!measured) {
    return std::nullopt;
  }
  const auto passed = static_cast<double>(clock.now() - started);
  const double share = static_cast<double>(processor_time() - started_cpu) / passed;
  return DecisionBench{scenario.name, describe_machine().cpu, measured->cycles_per_ns, share,
                       std::move(measured->timings)};
}

}  // namespace mec::cli
