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
  virtual void task_finished(const TaskRecord&) = 0;
  virtual void end_run(const RunCounts&) {}
};

}  // namespace mec
