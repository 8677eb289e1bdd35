// The life of every task: release, decision, transfers hop by hop, subtasks, finish. Written on the
// Engine interface, so it runs on SimGrid and on the tests' toy engine alike.
//
// A decision is asked for where the task is: at the device, and where decisions are made before
// every subtask, wherever the last one has run. The request travels to the deciding site, waits for
// its CPU like any other work, and the answer travels back; then the next transfer starts. A flow
// or a subtask of size zero, and any service at infinite rate, takes no time and joins no queue.
//
// A link whose bandwidth stays at zero for ever never ends its transfer. All else is run to its end
// first; then the run fails and says which link, since when, and which tasks hang.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <exception>
#include <optional>
#include <span>
#include <stdexcept>
#include <vector>

#include "core/channel_paths.hpp"
#include "core/network.hpp"
#include "core/policy.hpp"
#include "core/probes.hpp"
#include "core/records.hpp"
#include "core/scenario.hpp"
#include "core/topology.hpp"
#include "core/workload.hpp"
#include "sim/backlog.hpp"
#include "sim/engine.hpp"
#include "sim/stations.hpp"

namespace mec {

/// What is simulated. All references must outlive the simulation.
struct Simulated {
  const Scenario& scenario;
  const Network& network;
  TaskSource& source;
  ChannelPaths& paths;
  RandomStreams streams;
  Policy& policy;
  PolicyAbilities abilities = {};
  std::uint64_t followed_tasks = 0;  // the first recorded ones, whose activities are reported
};

/// Some transfers never end.
class StuckError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Orchestrator final : private EngineListener {
 public:
  /// All references must outlive the orchestrator. Adds its servers to the engine.
  Orchestrator(const Simulated& simulated, Engine& engine, Observer& observer);

  /// Runs the source to its end, to the scenario's, or until `stop` becomes true; call once.
  /// Rethrows what the policy or the observer throws; StuckError where transfers never end.
  /// `observer` is told of every finished task after the warm-up, and of the activities of those
  /// that are followed; begin_run and end_run are the caller's. Of the counts returned, released =
  /// completed + failed + in_flight, and nothing is in flight unless it was stopped before the
  /// source's end.
  RunCounts run(const std::atomic<bool>& stop);

 private:
  // Timer tokens: a kind in the upper half, a slot in the lower.
  static constexpr Token kStart = Token{1} << 32U;
  static constexpr Token kNextRelease = Token{2} << 32U;
  static constexpr Token kHeldRelease = Token{3} << 32U;
  static constexpr Token kDelayOver = Token{4} << 32U;
  static constexpr Token kEnd = Token{5} << 32U;
  static constexpr Token kKindMask = ~Token{0} << 32U;

  enum class Step : std::uint8_t { request, decide, answer, transfer, compute, done };

  // One service: `amount` units on a site or a link, at a constant rate or along a path.
  struct Activity {
    bool on_link = false;
    bool decides = false;   // the policy is called when this service starts
    std::size_t where = 0;  // site or link
    double amount = 0.0;
    ServiceRate rate = 1.0;
    StationId station = 0;
    Seconds queued;   // when it joined the queue
    Seconds started;  // when its service began
    Seconds length;   // of the service, where nobody ever waits
  };

  // A task in flight. Slots are reused; the engine's token of a service is the slot. What every
  // event touches comes first: with 10,000 devices each finds it in main memory.
  struct alignas(64) Active {
    Activity activity;
    const DeviceGroup* group = nullptr;
    std::span<const LinkIndex> route;  // of the transfer under way
    std::size_t hop = 0;               // next hop of it
    std::size_t subtask = 0;           // t of the next transfer or subtask
    Step step = Step::request;         // what comes after the activity under way
    SiteIndex at = kDevice;            // where the task is
    SiteIndex deciding_site = kDevice;
    bool deciding = true;   // what is done now is part of a decision
    bool recorded = true;   // not part of the warm-up
    bool followed = false;  // its activities are reported
    bool has_plan = false;  // has been decided on once
    ResourceUse use;
    TaskRecord record;
    WorkItem item;
    std::uint64_t order = 0;  // among those that are followed
  };

  void expect(Token token) override;
  void on_timer(Token token) override;
  void on_service_done(ServerId server, Token token, Seconds served) override;
  void on_service_stuck(ServerId server, Token token) override;
  template <class Handler>
  void guarded(Handler handler);

  void schedule_next_release();
  void take_next_of(std::uint32_t device);
  void release(Slot slot);
  void release_free_devices();
  Slot take_slot();

  void advance(Slot slot);
  bool next_activity(Active& task);
  bool next_hop(Active& task, Bytes size);
  bool next_decision(Active& task);
  bool next_compute(Active& task);
  static void start_route(Active& task, std::size_t from, std::size_t to);
  static void start_transfer(Active& task);
  static void start_decision(Active& task);
  void answer_arrived(Active& task);
  void decide(Active& task);
  void ask_policy(Active& task, const DecisionRequest& request);
  [[nodiscard]] static ChainView remainder_of(const Active& task);
  void look_into_future(Active& task);
  void finish(Slot slot);

  void enqueue(Slot slot);
  void begin_service(Slot slot);
  void serve_at_once(Slot slot);
  [[nodiscard]] Seconds expected_length(const Activity& activity) const;
  void account(Active& task, Seconds served);
  [[nodiscard]] static ActivityRecord activity_of(const Active& task);
  void report_wait(const Active& task);
  void report_service(const Active& task);
  void report_free_decision(const Active& task);
  void check_balance(bool stopped) const;
  void report_stuck() const;

  const Scenario& scenario_;
  const Network& network_;
  TaskSource& source_;
  Policy& policy_;
  PolicyAbilities abilities_;
  std::uint64_t followed_tasks_;
  std::uint64_t followed_ = 0;  // so far
  ChannelPaths& paths_;
  bool moves_;
  EnergyModel energy_;
  Engine& engine_;
  Observer& observer_;
  Stations stations_;
  Probes probes_;
  Backlog backlog_;
  MeasuredState measured_;  // of the decision being made
  std::int64_t last_decision_ns_ = 0;
  std::vector<RatePath*> future_;  // of the links that the device of that decision sees

  std::deque<Active> active_;
  std::vector<Slot> free_slots_;
  std::vector<std::uint32_t> free_devices_;  // closed loop: devices that wait for their next task
  std::optional<Slot> next_release_;         // open arrivals
  RunCounts counts_;
  struct Stuck {
    Seconds since;
    StationId station;
    std::uint64_t task;
  };
  std::vector<Stuck> stuck_;
  Seconds forgotten_{0.0};  // the channels' past up to here
  bool ended_ = false;      // the scenario's end has come
  std::exception_ptr error_;
  const std::atomic<bool>* stop_ = nullptr;
};

}  // namespace mec
