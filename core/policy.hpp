// The policy interface: a policy is a function of a task and a snapshot of the system to a
// placement. It never calls back, never sees a live simulation, and returns plain data: an intent,
// not a reservation.
#pragma once

#include <atomic>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/cost.hpp"
#include "core/errors.hpp"
#include "core/placement.hpp"
#include "core/random.hpp"
#include "core/scenario.hpp"
#include "core/state.hpp"
#include "core/task.hpp"
#include "core/workload.hpp"

namespace mec {

/// What a policy may look at when it decides. Views are valid during the call only.
struct DecisionRequest {
  ChainView task;
  const SystemState& state;
  const SiteCosts& costs;  // the objective to minimise; for latency this is state.seconds()
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

struct PolicyEntry {
  std::string name;
  std::string summary;    // one line, for `mecsim list`
  std::string reference;  // paper and section
  std::vector<PolicyParameter> parameters;
  PolicyFactory make;
  PolicyPreparer prepare = {};  // empty: ready as it is
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
                                             std::size_t sites) const;
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
