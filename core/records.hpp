// What a run records, and who may watch it. Observers never influence the simulation.
#pragma once

#include <cstdint>
#include <string>

#include "core/placement.hpp"
#include "core/units.hpp"

namespace mec {

enum class TaskStatus : std::uint8_t { completed = 0, failed = 1 };

/// A finished task. Its latency is the sum of its parts, not finish - release: late in a long run
/// the clock resolves no more than its own last place, while the length of a service is known
/// exactly. The two agree to that resolution.
struct TaskRecord {
  std::uint64_t task = 0;
  std::uint32_t device = 0;
  Seconds release;
  Seconds decided;  // the placement is known at the device
  Seconds finish;
  Seconds exec;                  // in service on CPUs
  Seconds transfer;              // in service on links
  Seconds wait;                  // queued, after the decision
  Seconds decision;              // charged in simulated time, its transfers and queueing included
  std::int64_t decision_ns = 0;  // measured wall-clock time of decide()
  Joules energy;
  Placement placement;
  Seconds estimated_latency;  // of the placement, on the snapshot the policy saw, without waiting
  Seconds optimal_latency;    // least latency on that snapshot, without waiting
  TaskStatus status = TaskStatus::completed;

  [[nodiscard]] Seconds latency() const { return decision + exec + transfer + wait; }
};

enum class ActivityKind : std::uint8_t { wait, compute, transfer, decide };

/// One thing that a task goes through. A task's activities follow each other without a gap from its
/// release to its end: what takes no time is left out, but for decisions. Dates are those of the
/// clock.
struct ActivityRecord {
  std::uint64_t task = 0;
  std::uint64_t order = 0;  // of the task among the recorded ones, by release, from 0
  std::uint32_t device = 0;
  ActivityKind kind = ActivityKind::compute;
  bool on_link = false;     // transfers, and waits for them
  bool deciding = false;    // part of a decision: itself, its request and answer, their waits
  std::uint32_t where = 0;  // site, or link of the device's topology
  /// t of the subtask or of the data d_t; in a decision, the first subtask that it places.
  std::uint32_t subtask = 0;
  double amount = 0.0;  // bytes of a transfer, cycles of a computation, else 0
  Seconds begin;
  Seconds end;
  Placement placement;  // of a decision: all of the task's, as they are from then on

  friend bool operator==(const ActivityRecord&, const ActivityRecord&) = default;
};

/// Names one run: one policy on one replication of a scenario.
struct RunLabel {
  std::string scenario;
  std::string policy;  // display name: the name, with its parameters when it was given any
  std::uint64_t seed = 0;
  std::uint32_t replication = 0;
};

/// released = completed + failed + in_flight, always. Tasks of the warm-up are counted, though not
/// recorded.
struct RunCounts {
  std::uint64_t released = 0;
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::uint64_t in_flight = 0;
  std::uint64_t warmup = 0;  // of the completed: not recorded
  bool ended = true;         // false: stopped before the end of the source or of the scenario

  RunCounts& operator+=(const RunCounts& other) {
    released += other.released;
    completed += other.completed;
    failed += other.failed;
    in_flight += other.in_flight;
    warmup += other.warmup;
    ended = ended && other.ended;
    return *this;
  }
};

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void begin_run(const RunLabel&) {}
  /// Of the tasks that are followed, none by default; in the order of their ends, and all of a task
  /// before it is finished.
  virtual void activity(const ActivityRecord&) {}
  virtual void task_finished(const TaskRecord&) = 0;
  virtual void end_run(const RunCounts&) {}
};

}  // namespace mec
