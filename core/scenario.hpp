// A scenario: everything a run depends on, immutable, in SI units. `scenarios/` makes it from YAML;
// nothing below knows where it came from. Every distribution is over the SI unit named beside it.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/cost.hpp"
#include "core/distribution.hpp"
#include "core/units.hpp"

namespace mec {

struct TaskModel {
  Distribution subtasks = Constant{6};  // count, rounded to the nearest whole number, at least 1
  Distribution work = Constant{0};      // cycles per subtask
  Distribution data = Constant{0};      // bytes per flow
};

/// The three-tier network. Device speed and b1 are per device; edge speed, cloud speed and b2 are
/// shared.
struct NetworkModel {
  std::uint32_t devices = 1;
  Distribution device_speed = Constant{1e9};                                     // Hz
  Distribution edge_speed = Constant{1e9};                                       // Hz
  Distribution cloud_speed = Constant{std::numeric_limits<double>::infinity()};  // Hz
  Distribution b1 = Constant{1e6};  // bytes/s, each direction
  Distribution b2 = Constant{1e6};  // bytes/s, each direction
  std::uint32_t edge_cores = 1;
  std::uint32_t cloud_cores = 0;  // 0: as many as there is work for
};

/// per_task: speeds and bandwidths are drawn anew for every task, as the paper's samples are; the
/// values hold for that task's own services. fixed: drawn once a replication (per device, and once
/// for what is shared).
enum class StateRedraw { per_task, fixed };

/// A device's next task is released when its last one has finished (and not before the file's
/// release time).
struct ClosedLoop {};
/// Each device releases tasks as a Poisson process of this rate.
struct PoissonArrivals {
  PerSecond rate;
};
/// Device d of D releases a task every period, first at d/D of a period, so that devices do not
/// march in step.
struct PeriodicArrivals {
  Seconds period;
};
/// Release times are the workload file's.
struct FileArrivals {};
using Arrivals = std::variant<ClosedLoop, PoissonArrivals, PeriodicArrivals, FileArrivals>;

struct WorkloadModel {
  std::uint64_t tasks = 1000;  // over all devices
  bool tasks_given = false;    // false: a workload file is run to its end
  Arrivals arrivals = ClosedLoop{};
  std::string file;  // empty: generated. Otherwise the tasks are the file's
};

/// What a decision costs, charged to simulated latency at the deciding site.
struct NoDecisionCost {};
/// The wall-clock time that the policy took, as measured on the machine that simulates (not
/// reproducible).
struct MeasuredDecisionCost {};
struct CyclesDecisionCost {
  Cycles cycles;
};
/// Cycles of each policy, as `mecsim bench decisions` has measured and written them to this file.
struct CalibratedDecisionCost {
  std::string file;
};
struct DecisionModel {
  std::variant<NoDecisionCost, MeasuredDecisionCost, CyclesDecisionCost, CalibratedDecisionCost>
      cost = NoDecisionCost{};
  SiteIndex site = kDevice;
  Bytes request{0};    // carries S to the deciding site
  Bytes answer{0};     // carries I back
  bool bench = false;  // a run also measures every policy's decisions in a loop: decisions.csv
};

/// Distributions that policies may be trained on in place of the scenario's own (the paper's
/// Section 5.2 trains on narrower ranges than it tests on). What is not given is the scenario's.
struct TrainingModel {
  std::optional<Distribution> subtasks;
  std::optional<Distribution> work;
  std::optional<Distribution> data;
  std::optional<Distribution> device_speed;
  std::optional<Distribution> edge_speed;
  std::optional<Distribution> cloud_speed;
  std::optional<Distribution> b1;
  std::optional<Distribution> b2;
};

/// Values that a publication gives for this experiment, by policy: drawn beside ours, never used
/// otherwise.
struct PublishedResults {
  std::string source;
  std::map<std::string, double> latency;        // over the optimum
  std::map<std::string, double> decision_time;  // over Greedy's
};

/// Parameter values of a policy, as text: the policy's own table gives type and range.
using PolicyParameters = std::map<std::string, std::string>;
struct PolicySpec {
  std::string name;
  PolicyParameters parameters;
};

struct Scenario {
  std::string name = "unnamed";
  std::string description;
  std::uint64_t seed = 1;
  std::uint32_t replications = 1;
  TaskModel task;
  NetworkModel network;
  StateRedraw redraw = StateRedraw::per_task;
  WorkloadModel workload;
  Objective objective;
  EnergyModel energy;
  DecisionModel decision;
  TrainingModel training;
  PublishedResults published;
  std::vector<PolicySpec> policies;
};

/// `scenario` with its distributions replaced by those of its `training`.
[[nodiscard]] Scenario training_scenario(const Scenario& scenario);

}  // namespace mec
