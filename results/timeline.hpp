// timeline.json: the life of a run's first tasks, for the eye, in a trace viewer. A process a
// policy; in it a thread for each CPU and each link, or one for each of its cores where it serves
// several at once, on which the tasks follow each other; waits and whole tasks as async events,
// decisions as instants, arrows that follow a task from place to place. Another process counts the
// bandwidth of the moving links. results/README.md says how to open and read it.
//
// Of replication 0 alone. Nothing measured is in it, unless the scenario charges measured decision
// times. Threads of a place are as many as the tasks that are shown need, so their numbers are not
// those of its cores.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/network.hpp"
#include "core/records.hpp"
#include "core/scenario.hpp"
#include "core/workload.hpp"
#include "results/trace_events.hpp"

namespace mec {

inline constexpr std::uint64_t kTimelineTasks = 1'000;
/// Bandwidths are shown while any of the tasks is in flight, under any policy. What comes after so
/// many changes is left out; "otherData" says so.
inline constexpr std::size_t kMostCounterEvents = 100'000;

/// Memory does not grow with the tasks, but for the lists of places and of tasks in flight.
class Timeline final : public Observer {
 public:
  /// Of each policy's first `tasks` recorded ones; a run must follow at least as many. `recorded`:
  /// the tasks of a workload file, or null. The scenario and the file must outlive it; who made the
  /// file commits it.
  Timeline(OutputFile& file, const Scenario& scenario, const std::vector<RecordedTask>* recorded,
           std::uint64_t tasks);

  void begin_run(const RunLabel& label) override;
  void activity(const ActivityRecord& record) override;
  void task_finished(const TaskRecord& record) override;

  /// Writes the bandwidths and the end of the file.
  void finish();

 private:
  // The threads of a place, each with the end of its last event.
  struct Lane {
    TraceThread thread;
    std::int64_t end_ns = 0;
  };
  struct Place {
    std::string name;
    std::uint64_t rank = 0;  // by which threads are sorted
    std::vector<Lane> lanes;
  };
  // Where a task was last, to be left by an arrow once it is known whether it goes on.
  struct InFlight {
    std::uint64_t id = 0;  // of its async event
    std::uint64_t flow = 0;
    bool has_started = false;  // the flow
    bool is_somewhere = false;
    TraceThread thread;
    Stamp middle;
  };
  enum class Kind : std::uint8_t { own_cpu, own_medium, medium, server };
  using Key = std::tuple<Kind, std::size_t, std::uint32_t>;  // index, device

  Place& place_of_activity(const ActivityRecord& record);
  [[nodiscard]] Place new_place(const Key& key) const;
  Lane& lane_at(Place& place, std::int64_t begin_ns);
  InFlight& in_flight(const ActivityRecord& record);
  void show_wait(const ActivityRecord& record, Place& place);
  void show_service(const ActivityRecord& record, Place& place, InFlight& task);
  void show_decision(const ActivityRecord& record);
  void leave(InFlight& task, TraceEvents::Flow step);
  void add_busy(Seconds begin, Seconds end);
  [[nodiscard]] bool write_bandwidths();

  const Scenario& scenario_;
  Network network_;
  std::uint64_t tasks_;
  TraceEvents events_;
  bool showing_ = false;  // the run under way
  int process_ = 0;
  TraceThread decisions_;
  std::map<Key, Place> places_;                // of this run
  std::map<std::uint64_t, InFlight> flights_;  // by task
  std::set<std::uint32_t> devices_;
  std::map<Seconds, Seconds> busy_;  // begin and end of spans with tasks in flight, of all runs
};

}  // namespace mec
