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

#include "core/channel.hpp"
#include "core/cost.hpp"
#include "core/distribution.hpp"
#include "core/platform.hpp"
#include "core/units.hpp"

namespace mec {

struct TaskModel {
  Distribution subtasks = Constant{6};  // count, rounded to the nearest whole number, at least 1
  Distribution work = Constant{0};      // cycles per subtask
  Distribution data = Constant{0};      // bytes per flow
};

/// How a server or a medium deals with more than it can serve at once: one after the other, or all
/// at once, each at an even share of its rate.
enum class Discipline : std::uint8_t { fifo, processor_sharing };

/// Whether the two directions of a link can be used at the same time.
enum class Duplex : std::uint8_t { full, half };

/// How devices reach the network: each over a medium of its own, or all over one access point.
struct AccessModel {
  bool shared = false;
  Duplex duplex = Duplex::full;
  Discipline discipline = Discipline::fifo;
};

/// A network of any shape: servers and relays, links between them, and groups of devices attached
/// to nodes.
struct GraphModel {
  struct Node {
    std::string name;
    bool computes = false;  // false: a relay, which forwards only; the rest then is meaningless
    Distribution speed = Constant{1e9};  // Hz, of each core
    std::uint32_t cores = 1;             // 0: as many as there is work for
    Discipline discipline = Discipline::fifo;
    Tier tier = Tier::edge;
  };
  /// Both directions, each a link of its own.
  struct Edge {
    std::string name;
    std::string from;
    std::string to;
    ChannelModel bandwidth = Distribution{Constant{1e6}};
    std::optional<ChannelModel> back;  // from `to` to `from`, where it is another
    Duplex duplex = Duplex::full;
    Discipline discipline = Discipline::fifo;
  };
  struct Devices {
    std::string name;
    std::uint32_t count = 1;
    Distribution speed = Constant{1e9};  // Hz
    std::string at;                      // the node that they are attached to
    ChannelModel up = Distribution{Constant{1e6}};
    std::optional<ChannelModel> down;  // where it is another
    bool common_channel = false;       // one channel for all devices of the group
    AccessModel access;                // shared: among the groups attached to this node that share
  };
  std::vector<Node> nodes;
  std::vector<Edge> links;
  std::vector<Devices> devices;
};

/// The three-tier network, or another one. Device speed and b1 are per device; edge speed, cloud
/// speed and b2 are shared.
struct NetworkModel {
  std::uint32_t devices = 1;
  Distribution device_speed = Constant{1e9};                                     // Hz
  Distribution edge_speed = Constant{1e9};                                       // Hz
  Distribution cloud_speed = Constant{std::numeric_limits<double>::infinity()};  // Hz
  ChannelModel b1 = Distribution{Constant{1e6}};  // bytes/s, each direction
  ChannelModel b2 = Distribution{Constant{1e6}};  // bytes/s, each direction
  std::optional<ChannelModel> b1_down;            // edge to device, where it is another
  std::optional<ChannelModel> b2_down;            // cloud to edge, where it is another
  bool b1_common = false;                         // one channel for all devices, if it moves
  AccessModel access;
  Discipline edge_discipline = Discipline::fifo;
  Discipline cloud_discipline = Discipline::fifo;
  Discipline backhaul_discipline = Discipline::fifo;
  std::uint32_t edge_cores = 1;
  std::uint32_t cloud_cores = 0;  // 0: as many as there is work for
  /// Either takes the place of all of the above.
  std::optional<GraphModel> graph;
  std::optional<PlatformModel> platform;

  [[nodiscard]] bool is_three_tier() const { return !graph && !platform; }
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
  /// Tasks released before this date, or among the first so many, run but are not recorded.
  Seconds warmup{0};
  std::uint64_t warmup_tasks = 0;
  /// The simulation ends at this date; what is in flight then is counted, not recorded.
  Seconds until{std::numeric_limits<double>::infinity()};
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
/// Once for a task, or again before every subtask.
enum class DecisionMoment : std::uint8_t { task, subtask };

struct DecisionModel {
  std::variant<NoDecisionCost, MeasuredDecisionCost, CyclesDecisionCost, CalibratedDecisionCost>
      cost = NoDecisionCost{};
  /// device, edge or cloud: in a network of another shape, the topology's edge and cloud site.
  SiteIndex site = kDevice;
  Bytes request{0};  // carries S to the deciding site, from where the task is
  Bytes answer{0};   // carries I back there
  DecisionMoment when = DecisionMoment::task;
  bool bench = false;  // a run also measures every policy's decisions in a loop: decisions.csv
};

/// What policies know of moving bandwidths and of queues: what was measured, not what is true. A
/// probe measures every moving channel at the dates k * period (all the time, if that is 0); its
/// result is known `age` later and is the rate times exp(noise z), z ~ N(0, 1).
struct ObservationModel {
  enum class Backlog : std::uint8_t { none, own, all };
  Seconds age{0};
  Seconds period{0};
  double noise = 0.0;
  std::uint32_t window = 10;  // probes that are remembered, the latest included
  Seconds step{1};            // between those, where the period is 0
  /// Queues that are seen: none, the device's own (CPU and unshared links), or every one.
  Backlog backlog = Backlog::none;
  /// Shared queues are published at the dates k * backlog_period; 0: known as they are.
  Seconds backlog_period{0};
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
  std::optional<ChannelModel> b1;
  std::optional<ChannelModel> b2;
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
  ObservationModel observation;
  TrainingModel training;
  PublishedResults published;
  std::vector<PolicySpec> policies;
};

/// `scenario` with its distributions replaced by those of its `training`.
[[nodiscard]] Scenario training_scenario(const Scenario& scenario);

}  // namespace mec
