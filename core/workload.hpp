// Streams of tasks. A source yields tasks with the state they meet; it knows nothing of policies,
// so every policy of a replication sees the same tasks in the same states.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/random.hpp"
#include "core/scenario.hpp"
#include "core/state.hpp"
#include "core/task.hpp"

namespace mec {

struct WorkItem {
  std::uint64_t task = 0;  // id: position in the workload, or the workload file's own
  std::uint32_t device = 0;
  Seconds release;  // closed loop: not before this
  ChainTask chain;
  StateSample state;  // of the device's topology
};

class TaskSource {
 public:
  virtual ~TaskSource() = default;
  /// Number of tasks in all, and of devices they come from (device ids are 0 .. devices-1).
  [[nodiscard]] virtual std::uint64_t tasks() const = 0;
  [[nodiscard]] virtual std::uint32_t devices() const = 0;
  /// Closed loop: call `next_of(device)` whenever a device is free. Otherwise `next()` gives all in
  /// release order.
  [[nodiscard]] virtual bool closed_loop() const = 0;
  /// Fills `item` (reusing its memory) and returns true, or returns false at the end.
  virtual bool next(WorkItem& item) = 0;
  virtual bool next_of(std::uint32_t device, WorkItem& item) = 0;
};

/// Tasks drawn from the scenario's distributions; memory does not grow with their number. Closed
/// loop: of N tasks and D devices, task k is device (k mod D)'s. Open arrivals: ids follow
/// (release, device).
[[nodiscard]] std::unique_ptr<TaskSource> make_generated_source(const Scenario& scenario,
                                                                const RandomStreams& streams);

/// One row of a workload file. Empty state fields take the scenario's own state.
struct RecordedTask {
  std::uint64_t task = 0;
  std::uint32_t device = 0;
  Seconds release;
  ChainTask chain;
  std::optional<Hertz> p1;
  std::optional<Hertz> p2;
  std::optional<BytesPerSecond> b1;
  std::optional<BytesPerSecond> b2;
};

/// Number of devices that the scenario and a workload file's rows (or null) name.
[[nodiscard]] std::uint32_t device_count(const Scenario& scenario,
                                         const std::vector<RecordedTask>* recorded);

/// Replays `recorded` under the scenario's arrivals (closed loop, or FileArrivals; Poisson and
/// periodic arrivals replace the file's release times). `recorded` must outlive the source. With
/// `workload.tasks_given`, only the first `workload.tasks` rows are run.
[[nodiscard]] std::unique_ptr<TaskSource> make_recorded_source(
    const Scenario& scenario, const RandomStreams& streams,
    const std::vector<RecordedTask>& recorded);

}  // namespace mec
