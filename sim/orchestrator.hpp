// The life of every task: release, decision, transfers hop by hop, subtasks, finish. Written on the
// Engine interface, so it runs on SimGrid and on the tests' toy engine alike.
//
// A decision is asked for at the device; the request travels to the deciding site, waits for its
// CPU like any other work, and the answer travels back; then the input starts. A flow or a subtask
// of size zero, and any service at infinite rate, takes no time and joins no queue.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <exception>
#include <optional>
#include <span>
#include <vector>

#include "core/policy.hpp"
#include "core/records.hpp"
#include "core/scenario.hpp"
#include "core/topology.hpp"
#include "core/workload.hpp"
#include "sim/engine.hpp"
#include "sim/stations.hpp"

namespace mec {

class Orchestrator final : private EngineListener {
 public:
  /// All references must outlive the orchestrator. Adds its servers to the engine.
  Orchestrator(const Scenario& scenario, TaskSource& source, Policy& policy, Engine& engine,
               Observer& observer);

  /// Runs the source to its end, or until `stop` becomes true; call once. Rethrows what the policy
  /// or the observer throws. `observer` is told of every finished task; begin_run and end_run are
  /// the caller's. Of the counts returned, released = completed + failed + in_flight, and nothing
  /// is in flight unless it was stopped.
  RunCounts run(const std::atomic<bool>& stop);

 private:
  enum class Step : std::uint8_t { request, decide, answer, transfer, compute, done };

  // One service: `amount` units at `rate` on a site or a link.
  struct Activity {
    bool on_link = false;
    bool decides = false;   // the policy is called when this service starts
    std::size_t where = 0;  // site or link
    double amount = 0.0;
    double rate = 1.0;
    Seconds queued;   // when it joined the queue
    Seconds started;  // when its service began
  };

  // A task in flight. Slots are reused; the engine's token of a service is the slot.
  struct Active {
    WorkItem item;
    std::optional<SystemState> state;
    TaskRecord record;
    ResourceUse use;
    Step step = Step::request;         // what comes after the activity under way
    std::size_t subtask = 0;           // t of the next transfer or subtask
    std::span<const LinkIndex> route;  // of the transfer under way
    std::size_t hop = 0;               // next hop of it
    bool decided = false;              // the answer has arrived at the device
    Activity activity;
  };

  void on_timer(Token token) override;
  void on_service_done(ServerId server, Token token, Seconds served) override;
  template <class Handler>
  void guarded(Handler handler);

  void schedule_next_release();
  void take_next_of(std::uint32_t device);
  void release(Slot slot);
  void release_free_devices();
  Slot take_slot();

  void advance(Slot slot);
  bool next_activity(Active& task);
  static bool next_hop(Active& task, Bytes size);
  bool next_decision(Active& task);
  static bool next_compute(Active& task);
  void start_route(Active& task, std::size_t from, std::size_t to);
  void start_transfer(Active& task);
  void answer_arrived(Active& task);
  void decide(Active& task);
  void ask_policy(Active& task, const SiteCosts& costs);
  void finish(Slot slot);

  void enqueue(Slot slot);
  double begin_service(Slot slot);
  void account(Active& task, Seconds served);

  const Scenario& scenario_;
  const Topology& topology_;
  TaskSource& source_;
  Policy& policy_;
  Engine& engine_;
  Observer& observer_;
  Stations stations_;

  std::deque<Active> active_;
  std::vector<Slot> free_slots_;
  std::vector<std::uint32_t> free_devices_;  // closed loop: devices that wait for their next task
  std::optional<Slot> next_release_;         // open arrivals
  RunCounts counts_;
  std::exception_ptr error_;
  const std::atomic<bool>* stop_ = nullptr;
};

}  // namespace mec
