// The policy interface: a policy is a function of a task and a snapshot of the system to a
// placement. It never calls back, never sees a live simulation, and returns plain data: an intent,
// not a reservation.
#pragma once

#include <atomic>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/cost.hpp"
#include "core/errors.hpp"
#include "core/network.hpp"
#include "core/placement.hpp"
#include "core/random.hpp"
#include "core/rate_path.hpp"
#include "core/scenario.hpp"
#include "core/state.hpp"
#include "core/task.hpp"
#include "core/workload.hpp"

namespace mec {

/// What was measured, for policies that look at more than the present state. Where nothing moves
/// and no queue is seen, spans are empty.
struct Observation {
  /// Bandwidth of each link at the last `window` probes, newest first: [links x window], bytes/s,
  /// row l that of link l. Outages are 0 here; links that do not move have one value throughout.
  std::span<const double> history;
  std::size_t window = 0;
  Seconds step;  // between two probes
  Seconds age;   // of the newest: it was measured at now - age
  /// How long a newcomer would wait now, as far as seen: of each site, of each link.
  std::span<const double> site_wait;
  std::span<const double> link_wait;

  [[nodiscard]] std::span<const double> history_of(std::size_t link) const {
    return history.subspan(link * window, window);
  }
};

/// What a policy may look at when it decides. Views are valid during the call only.
///
/// At the first decision `task` is the whole task and lies on the device. Where decisions are made
/// before every subtask (DecisionMoment::subtask), `task` is what is left of it, and data[0] lies
/// at site `at`; the output is due at the device in any case.
struct DecisionRequest {
  ChainView task;
  const SystemState& state;  // as measured; rates are never 0 here, but may be very small
  const SiteCosts& costs;    // the objective to minimise; for latency this is state.seconds()
  SiteIndex at = kDevice;
  Seconds now{0.0};
  const Topology& topology = three_tier_topology();
  std::size_t group = 0;  // of the device: Network::groups
  Observation observed = {};
  /// The true path of each link from now on (null: the rate of `state` is true and stays). Only for
  /// policies whose entry says `hindsight`; empty for all others.
  std::span<RatePath* const> future = {};
};

class Policy {
 public:
  virtual ~Policy() = default;
  /// Returns a placement of `request.task.size()` sites, each < request.state.sites().
  [[nodiscard]] virtual Placement decide(const DecisionRequest& request) = 0;
  /// The same decisions, many at once; `placements` is as long as `requests`. Override it where a
  /// batch is faster.
  virtual void decide_batch(std::span<const DecisionRequest> requests,
                            std::span<Placement> placements);
};

/// One parameter of a policy: the record that checks it, and that its documentation is printed
/// from.
struct PolicyParameter {
  enum class Type { text, number, integer };
  std::string name;
  Type type = Type::text;
  std::string default_value;
  std::string summary;
  std::vector<std::string> choices;  // text: the allowed values (empty: any)
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

/// The parameters that every policy has beside its own. `at`: where that policy decides, in place
/// of the scenario's decision.site (paper, end of 3.3). `label`: what its rows of the results are
/// called. They are the registry's: neither `make` nor `prepare` of an entry sees them.
[[nodiscard]] const std::vector<PolicyParameter>& common_policy_parameters();
/// The site that the policy's `at` names, or that of the scenario.
[[nodiscard]] SiteIndex deployment_site(const PolicySpec& spec, SiteIndex of_scenario);
/// The same policy wherever it is deployed.
[[nodiscard]] PolicySpec without_deployment(PolicySpec spec);

/// A user's mistake in naming or parameterising a policy. The message lists what would have been
/// valid.
class PolicyError : public UserError {
 public:
  using UserError::UserError;
};

/// Everything a policy may be built from. Parameters are complete and checked: defaults are filled
/// in.
struct PolicyContext {
  const PolicyParameters& parameters;
  RandomEngine random;  // the policy's own stream
  std::size_t sites = 3;
  /// The scenario's network, for policies that know how channels move; null in a test of a policy
  /// that does not.
  const Network* network = nullptr;
};

using PolicyFactory = std::function<std::unique_ptr<Policy>(const PolicyContext&)>;

/// Where a training stands.
struct TrainingProgress {
  std::string what;   // "dil: epoch 3, validation 1.0123"
  double done = 0.0;  // 0 to 1
  double loss = 0.0;  // latest training loss
};

/// Whoever prepares policies is told how it goes.
class PreparationObserver {
 public:
  virtual ~PreparationObserver() = default;
  virtual void progress(const TrainingProgress&) {}
  /// One line each, for the user.
  virtual void note(const std::string&) {}
  virtual void warn(const std::string&) {}
};

/// Preparation was interrupted; what it had is in a checkpoint.
class PreparationStopped : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What a policy that has to learn before it can decide may use to do so.
struct PreparationContext {
  const PolicyParameters& parameters;  // complete and checked, as in PolicyContext
  const Scenario& scenario;
  const std::vector<RecordedTask>* recorded = nullptr;  // the workload file's tasks, or null
  std::string cache;  // folder for models and samples; made when needed
  PreparationObserver& observer;
  const std::atomic<bool>& stop;
};

/// The parameter in which a prepared policy carries the path of its model's file.
inline constexpr const char* kModelParameter = "model";

/// Returns the parameters that `make` is to be called with: those given, with the file of the model
/// filled in (kModelParameter). Throws PolicyError, OutputError, PreparationStopped.
using PolicyPreparer = std::function<PolicyParameters(const PreparationContext&)>;

/// What a policy can be asked for, and what it needs.
struct PolicyAbilities {
  bool hindsight = false;  // sees the future: a bound, not a policy that could run
  bool remainders = true;  // can place what is left of a task, from any site
  bool any_sites = true;   // false: only the paper's three
  /// Where it sends everything, whatever the task: kDevice, kEdge or kCloud, which stand for the
  /// nearest edge server and the cloud in a network of another shape. Empty: it depends.
  std::optional<SiteIndex> constant_site = {};
};

struct PolicyEntry {
  std::string name;
  std::string summary;    // one line, for `mecsim list`
  std::string reference;  // paper and section
  std::vector<PolicyParameter> parameters;
  PolicyFactory make;
  PolicyPreparer prepare = {};  // empty: ready as it is
  PolicyAbilities abilities = {};
};

/// Policies by name, in the order they were added: that is also their order in tables and files.
class PolicyRegistry {
 public:
  /// Throws std::logic_error on a second policy of one name, and on one with an `at` of its own.
  void add(PolicyEntry entry);

  [[nodiscard]] const std::vector<PolicyEntry>& entries() const { return entries_; }
  /// Throws PolicyError that lists all names, with the nearest one.
  [[nodiscard]] const PolicyEntry& find(std::string_view name) const;
  [[nodiscard]] std::size_t position(std::string_view name) const;

  /// Checks `spec` and returns its parameters, `at` included, with the defaults filled in. Throws
  /// PolicyError.
  [[nodiscard]] PolicyParameters resolve(const PolicySpec& spec) const;
  /// The policy's random stream is named after it, so it does not depend on which others run.
  [[nodiscard]] std::unique_ptr<Policy> make(const PolicySpec& spec, const RandomStreams& streams,
                                             std::size_t sites,
                                             const Network* network = nullptr) const;
  /// Trains what has to be trained, or finds it in the cache. The spec that `make` takes, deployed
  /// as `spec` is.
  [[nodiscard]] PolicySpec prepare(const PolicySpec& spec, const Scenario& scenario,
                                   const std::vector<RecordedTask>* recorded,
                                   const std::string& cache, PreparationObserver& observer,
                                   const std::atomic<bool>& stop) const;

 private:
  [[nodiscard]] PolicyParameters own_parameters(const PolicySpec& spec) const;

  std::vector<PolicyEntry> entries_;
};

}  // namespace mec
