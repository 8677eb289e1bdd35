// What the orchestrator says of itself: the activities of the tasks that are followed, and what is
// wrong with a run in the end.
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "sim/orchestrator.hpp"

namespace mec {

void Orchestrator::check_balance(bool stopped) const {
  const bool balanced = counts_.released == counts_.completed + counts_.failed + counts_.in_flight;
  if (!balanced || (counts_.in_flight != 0 && !stopped)) {
    throw std::logic_error(
        fmt::format("tasks got lost: {} released, {} completed, {} failed, {} in flight",
                    counts_.released, counts_.completed, counts_.failed, counts_.in_flight));
  }
}

void Orchestrator::report_stuck() const {
  constexpr std::size_t kMostNamed = 5;
  std::string which;
  for (std::size_t i = 0; i < std::min(stuck_.size(), kMostNamed); ++i) {
    which += fmt::format("{}task {} on {} since {} s", i == 0 ? "" : ", ", stuck_[i].task,
                         stations_.name(stuck_[i].station), stuck_[i].since.value());
  }
  const std::size_t more = stuck_.size() - std::min(stuck_.size(), kMostNamed);
  throw StuckError(fmt::format(
      "transfers never end, because the bandwidth stays at zero for ever: {}{}; {} of {} released "
      "tasks hang, those that wait behind them included",
      which, more == 0 ? "" : fmt::format(" and {} more", more), counts_.in_flight,
      counts_.released));
}

ActivityRecord Orchestrator::activity_of(const Active& task) {
  const Activity& activity = task.activity;
  const bool computes = !activity.on_link && !activity.decides;
  ActivityRecord record;
  record.task = task.item.task;
  record.order = task.order;
  record.device = task.item.device;
  record.on_link = activity.on_link;
  record.deciding = activity.decides || (activity.on_link && task.deciding);
  record.where = static_cast<std::uint32_t>(activity.where);
  // next_activity() has gone on to the next subtask by the time this one is in service.
  record.subtask = static_cast<std::uint32_t>(task.subtask - (computes ? 1 : 0));
  return record;
}

void Orchestrator::report_wait(const Active& task) {
  ActivityRecord record = activity_of(task);
  record.kind = ActivityKind::wait;
  record.begin = task.activity.queued;
  record.end = task.activity.started;
  observer_.activity(record);
}

void Orchestrator::report_service(const Active& task) {
  const Activity& activity = task.activity;
  ActivityRecord record = activity_of(task);
  record.begin = activity.started;
  record.end = engine_.now();
  if (activity.decides) {
    record.kind = ActivityKind::decide;
    record.placement = task.record.placement;
  } else {
    record.kind = activity.on_link ? ActivityKind::transfer : ActivityKind::compute;
    record.amount = activity.amount;
  }
  observer_.activity(record);
}

void Orchestrator::report_free_decision(const Active& task) {
  ActivityRecord record;
  record.task = task.item.task;
  record.order = task.order;
  record.device = task.item.device;
  record.kind = ActivityKind::decide;
  record.deciding = true;
  record.where = task.deciding_site;
  record.subtask = static_cast<std::uint32_t>(task.subtask);
  record.begin = engine_.now();
  record.end = record.begin;
  record.placement = task.record.placement;
  observer_.activity(record);
}

}  // namespace mec
