#include "results/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "results/activity_names.hpp"
#include "results/bandwidth_changes.hpp"

namespace mec {

namespace {

// What the activity is to its task: "task 17 data 2".
std::string title_of(const ActivityRecord& record) {
  const bool computes = record.kind == ActivityKind::compute;
  const std::string what =
      record.kind == ActivityKind::decide ? "decision"
      : record.deciding                   ? "decision's message"
                        : fmt::format("{} {}", computes ? "subtask" : "data", record.subtask);
  return fmt::format("task {} {}", record.task, what);
}

std::string arguments_of(const ActivityRecord& record, const Network& network) {
  std::string text = fmt::format(R"("task":{},"device":{},"subtask":{})", record.task,
                                 record.device, record.subtask);
  if (record.kind == ActivityKind::transfer) {
    text += fmt::format(R"(,"link":{},"bytes":{})", json_text(place_of(record, network)),
                        record.amount);
  } else if (record.kind == ActivityKind::compute) {
    text += fmt::format(R"(,"cycles":{})", record.amount);
  }
  return text;
}

// As a member that follows others; nothing where there is no value.
std::string member(std::string_view name, double value) {
  return std::isfinite(value) ? fmt::format(R"(,"{}":{})", name, value) : std::string();
}

std::string text_of(const Placement& placement) {
  return fmt::format("{}", fmt::join(placement, " "));
}

}  // namespace

Timeline::Timeline(OutputFile& file, const Scenario& scenario,
                   const std::vector<RecordedTask>* recorded, std::uint64_t tasks)
    : scenario_(scenario),
      network_(build_network(scenario.network, device_count(scenario, recorded))),
      tasks_(tasks),
      events_(file) {}

void Timeline::begin_run(const RunLabel& label) {
  showing_ = label.replication == 0;
  places_.clear();
  flights_.clear();
  if (showing_) {
    process_ = events_.add_process(label.policy);
    decisions_ = events_.add_thread(process_, "decisions", 0);
  }
}

void Timeline::activity(const ActivityRecord& record) {
  if (!showing_ || record.order >= tasks_) {
    return;
  }
  devices_.insert(record.device);
  add_busy(record.begin, record.end);
  InFlight& task = in_flight(record);
  if (record.kind == ActivityKind::wait) {
    show_wait(record, place_of_activity(record));
  } else if (record.end > record.begin) {
    show_service(record, place_of_activity(record), task);
  }
  if (record.kind == ActivityKind::decide) {
    show_decision(record);
  }
}

Timeline::InFlight& Timeline::in_flight(const ActivityRecord& record) {
  const auto [at, is_new] = flights_.try_emplace(record.task);
  if (is_new) {
    at->second.id = events_.new_id();
    at->second.flow = events_.new_id();
    const std::string arguments =
        fmt::format(R"("task":{},"device":{})", record.task, record.device);
    events_.async_begin({decisions_, "task", "task", arguments}, stamp_of(record.begin),
                        at->second.id);
  }
  return at->second;
}

Timeline::Place& Timeline::place_of_activity(const ActivityRecord& record) {
  const std::size_t index =
      record.on_link ? network_.group_of(record.device).medium[record.where] : record.where;
  Key key{Kind::server, index, 0};
  if (record.on_link) {
    const bool own = network_.media[index].scope == Scope::per_device;
    key = own ? Key{Kind::own_medium, index, record.device} : Key{Kind::medium, index, 0};
  } else if (record.where == kDevice) {
    key = {Kind::own_cpu, 0, record.device};
  }
  const auto [at, is_new] = places_.try_emplace(key);
  if (is_new) {
    at->second = new_place(key);
  }
  return at->second;
}

// Sorted by device, its CPU before its links, then the links of all, then the servers.
Timeline::Place Timeline::new_place(const Key& key) const {
  const auto& [kind, index, device] = key;
  const std::uint64_t row = 1 + network_.media.size();
  const std::uint64_t shared = 1 + network_.devices() * row;
  const std::string& group = network_.group_of(device).name;
  switch (kind) {
    case Kind::own_cpu:
      return {fmt::format("CPU of {}-{}", group, device), 1 + device * row, {}};
    case Kind::own_medium:
      return {fmt::format("link {} of {}-{}", network_.media[index].name, group, device),
              2 + device * row + index,
              {}};
    case Kind::medium:
      return {fmt::format("link {}", network_.media[index].name), shared + index, {}};
    default:
      return {fmt::format("server {}", network_.servers[index - 1].name), shared + row + index, {}};
  }
}

// Activities come in the order of their ends. The thread that has been free for the shortest time
// leaves the others to those that have begun earlier: there are never more than at once in service.
Timeline::Lane& Timeline::lane_at(Place& place, std::int64_t begin_ns) {
  Lane* best = nullptr;
  for (Lane& lane : place.lanes) {
    if (lane.end_ns <= begin_ns && (best == nullptr || lane.end_ns > best->end_ns)) {
      best = &lane;
    }
  }
  if (best != nullptr) {
    return *best;
  }
  const std::size_t number = place.lanes.size() + 1;
  const std::string name = number == 1 ? place.name : fmt::format("{} #{}", place.name, number);
  return place.lanes.emplace_back(Lane{events_.add_thread(process_, name, place.rank)});
}

void Timeline::show_wait(const ActivityRecord& record, Place& place) {
  if (place.lanes.empty()) {
    lane_at(place, 0);
  }
  const std::string name = fmt::format("wait for {}", place.name);
  const std::string arguments = arguments_of(record, network_);
  const std::uint64_t id = events_.new_id();
  const TraceEvent event{place.lanes.front().thread, name, "wait", arguments};
  events_.async_begin(event, stamp_of(record.begin), id);
  events_.async_end({event.at, name, "wait", {}}, stamp_of(record.end), id);
}

void Timeline::show_service(const ActivityRecord& record, Place& place, InFlight& task) {
  const Stamp begin = stamp_of(record.begin);
  const Stamp end = stamp_of(record.end);
  Lane& lane = lane_at(place, begin.ns);
  lane.end_ns = end.ns;
  const std::string name = title_of(record);
  const std::string arguments = arguments_of(record, network_);
  events_.complete({lane.thread, name, part_of(record), arguments}, begin, end);
  if (end.ns > begin.ns) {
    leave(task, task.has_started ? TraceEvents::Flow::step : TraceEvents::Flow::start);
    task.is_somewhere = true;
    task.thread = lane.thread;
    task.middle = stamp_of_ns(begin.ns + (end.ns - begin.ns) / 2);
  }
}

void Timeline::show_decision(const ActivityRecord& record) {
  const std::string name = fmt::format("task {} placed", record.task);
  const std::string arguments =
      fmt::format(R"({},"decided_at":{},"placement":"{}")", arguments_of(record, network_),
                  json_text(place_of(record, network_)), text_of(record.placement));
  events_.instant({decisions_, name, "decision", arguments}, stamp_of(record.end));
}

// In the middle of where the task has been, so that no reader takes it for a neighbour's.
void Timeline::leave(InFlight& task, TraceEvents::Flow step) {
  if (task.is_somewhere) {
    events_.flow({task.thread, "path", "task", {}}, task.middle, step, task.flow);
    task.has_started = true;
  }
}

void Timeline::task_finished(const TaskRecord& record) {
  const auto at = flights_.find(record.task);
  if (at == flights_.end()) {
    return;
  }
  if (at->second.has_started) {
    leave(at->second, TraceEvents::Flow::end);
  }
  const std::string arguments =
      fmt::format(R"("placement":"{}"{}{})", text_of(record.placement),
                  member("latency_s", record.latency().value()),
                  member("optimal_latency_s", record.optimal_latency.value()));
  events_.async_end({decisions_, "task", "task", arguments}, stamp_of(record.finish),
                    at->second.id);
  flights_.erase(at);
}

void Timeline::add_busy(Seconds begin, Seconds end) {
  auto next = busy_.upper_bound(begin);
  if (next != busy_.begin() && std::prev(next)->second >= begin) {
    --next;
    begin = next->first;
  }
  while (next != busy_.end() && next->first <= end) {
    end = std::max(end, next->second);
    next = busy_.erase(next);
  }
  busy_.emplace_hint(next, begin, end);
}

bool Timeline::write_bandwidths() {
  ChannelPaths paths(network_, RandomStreams(scenario_.seed, 0));
  std::size_t left = kMostCounterEvents;
  int process = 0;
  const auto tell = [this, &process, &left](const BandwidthChange& change) {
    if (process == 0) {
      process = events_.add_process("bandwidth");
    }
    const std::string name =
        change.device ? fmt::format("{} of {}-{}", change.link,
                                    network_.group_of(*change.device).name, *change.device)
                      : change.link;
    events_.counter(process, name, "bytes per second", stamp_of(change.at),
                    change.bandwidth.value());
    --left;
  };
  for (const auto& [begin, end] : busy_) {
    const BandwidthSpan span{{devices_.begin(), devices_.end()}, begin, end, left};
    if (!for_each_bandwidth_change(network_, paths, span, tell)) {
      return false;
    }
    paths.forget_before(end);
  }
  return true;
}

void Timeline::finish() {
  const bool all = write_bandwidths();
  events_.finish(
      fmt::format(R"("scenario":{},"seed":{},"replication":0,"all bandwidth changes shown":{})",
                  json_text(scenario_.name), scenario_.seed, all));
}

}  // namespace mec
