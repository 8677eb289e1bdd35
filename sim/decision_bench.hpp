// Measures what a decision of a policy takes: wall-clock nanoseconds, on the tasks and states that
// a scenario draws, without simulating. Method:
//
//   tasks    drawn by the scenario's own source, laid out flat and with the costs of the scenario's
//            objective at hand, as the simulator hands them over: what is measured is deciding.
//   warm-up  every policy decides some tasks untimed; their placements are checked.
//   single   passes over all tasks in a loop, as many as fill 1 ms, between two readings of the
//            clock; divided by the decisions. The tasks of slow policies are timed in portions of
//            some 2 ms. When the system gave the processor to somebody else meanwhile, the same
//            again, up to five times; the shortest counts.
//   p99      one pass with every decision between two readings of the clock. What reading costs,
//            the median of readings with nothing between, taken right before, is subtracted (down
//            to 0). The 99th percentile over the tasks.
//   batched  as single, through decide_batch, in batches of consecutive tasks.
//
// Each of the three is the median over repetitions. Policies take turns within a repetition, so
// that a noisy moment of the machine hits all alike. A policy so slow that all this would take more
// than 2 s decides fewer tasks (at least 20), and below that in fewer repetitions (at least 3).
//
// Ignores what surrounds decisions in a run: other work that empties caches and branch predictors
// between two of them. `decision_ns` of tasks.csv has that, and is larger.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/channel_paths.hpp"
#include "core/decision_timing.hpp"
#include "core/network.hpp"
#include "core/policy.hpp"
#include "core/probes.hpp"
#include "core/scenario.hpp"
#include "core/workload.hpp"

namespace mec {

/// Requests for decisions on a scenario's tasks; they are valid as long as the pool lives. Where
/// bandwidths move, decisions are made when the tasks are released; in a closed loop, where that
/// depends on the policy, ten seconds apart. No queue is seen.
class DecisionPool {
 public:
  /// The first `tasks` of replication 0, however many the scenario itself would run; of a workload
  /// file at most those that a run would take. Throws UserError if there is none.
  DecisionPool(const Scenario& scenario, const std::vector<RecordedTask>* recorded,
               std::size_t tasks);
  DecisionPool(const DecisionPool&) = delete;
  DecisionPool& operator=(const DecisionPool&) = delete;
  DecisionPool(DecisionPool&&) = delete;
  DecisionPool& operator=(DecisionPool&&) = delete;
  ~DecisionPool() = default;

  [[nodiscard]] const Network& network() const { return network_; }
  [[nodiscard]] std::size_t size() const { return requests_.size(); }
  /// The first `count` requests.
  [[nodiscard]] std::span<const DecisionRequest> first(std::size_t count) const {
    return std::span(requests_).first(count);
  }

 private:
  void add(const Scenario& scenario, const WorkItem& item, Probes& probes);

  Network network_;
  ChannelPaths paths_;
  EnergyModel energy_;
  std::vector<Cycles> work_;  // of all tasks, one after the other
  std::vector<Bytes> data_;
  std::deque<MeasuredState> states_;
  std::vector<std::uint32_t> devices_;
  std::vector<Seconds> dates_;
  std::deque<std::vector<RatePath*>> futures_;
  std::vector<SiteCosts> costs_;  // empty where the objective is latency: the states have them
  std::vector<DecisionRequest> requests_;
};

/// Where the time comes from; tests bring their own.
class NanosecondClock {
 public:
  virtual ~NanosecondClock() = default;
  /// Since an arbitrary moment; never falls.
  [[nodiscard]] virtual std::int64_t now() = 0;
  /// How often the system has taken the processor away to give it to somebody else.
  [[nodiscard]] virtual std::int64_t preemptions() { return 0; }
};

class SteadyClock final : public NanosecondClock {
 public:
  [[nodiscard]] std::int64_t now() override;
  [[nodiscard]] std::int64_t preemptions() override;
};

struct DecisionBenchOptions {
  std::size_t repetitions = 15;  // at least 1
  std::size_t batch = 256;       // at least 1
};

/// A policy to be measured.
struct BenchedPolicy {
  std::string name;
  Policy& policy;
};

struct DecisionTimings {
  double cycles_per_ns = 0.0;
  std::vector<DecisionTiming> timings;  // in the order of the policies
};

/// Told between two policies which share is done; false ends the measurement.
using Proceed = std::function<bool(double done)>;

/// Nothing if `proceed` ended it. Rethrows what a policy throws; std::invalid_argument if a
/// placement does not fit its task.
[[nodiscard]] std::optional<DecisionTimings> measure_decisions(
    std::span<const BenchedPolicy> policies, const DecisionPool& pool,
    const DecisionBenchOptions& options, NanosecondClock& clock, const Proceed& proceed);

/// Clock cycles of the core per nanosecond: times a chain of additions each of which waits for the
/// one before it, one cycle each on every CPU that this runs on. The core's speed at this moment.
[[nodiscard]] double measure_cycles_per_ns(NanosecondClock& clock);

/// The value below which a share `q` of the values lies, linear between order statistics (type 7 of
/// Hyndman and Fan). Needs a value and 0 <= q <= 1.
[[nodiscard]] double quantile_of(std::vector<double> values, double q);

}  // namespace mec
