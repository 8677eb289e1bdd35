// How tasks enter the simulation: when the next one is released, and as what.
#include <algorithm>

#include "sim/orchestrator.hpp"

namespace mec {

namespace {

// The deciding site by its role: in a network of another shape than the paper's, the nearest server
// of that tier.
SiteIndex site_of_role(SiteIndex role, const Topology& topology) {
  return role == kEdge ? topology.edge_site() : role == kCloud ? topology.cloud_site() : role;
}

}  // namespace

Slot Orchestrator::take_slot() {
  if (free_slots_.empty()) {
    active_.emplace_back();
    return static_cast<Slot>(active_.size() - 1);
  }
  const Slot slot = free_slots_.back();
  free_slots_.pop_back();
  return slot;
}

void Orchestrator::schedule_next_release() {
  const Slot slot = take_slot();
  if (!source_.next(active_[slot].item)) {
    free_slots_.push_back(slot);
    next_release_.reset();
    return;
  }
  next_release_ = slot;
  engine_.at(std::max(active_[slot].item.release, engine_.now()), kNextRelease);
}

void Orchestrator::take_next_of(std::uint32_t device) {
  const Slot slot = take_slot();
  if (!source_.next_of(device, active_[slot].item)) {
    free_slots_.push_back(slot);
  } else if (active_[slot].item.release > engine_.now()) {
    engine_.at(active_[slot].item.release, kHeldRelease | slot);
  } else {
    release(slot);
  }
}

void Orchestrator::release(Slot slot) {
  Active& task = active_[slot];
  ++counts_.released;
  ++counts_.in_flight;
  task.group = &network_.group_of(task.item.device);
  task.record = TaskRecord{};
  task.record.task = task.item.task;
  task.record.device = task.item.device;
  task.record.release = engine_.now();
  task.use = ResourceUse{};
  task.use.site_busy.assign(network_.sites() - 1, Seconds{0.0});
  task.recorded = counts_.released > scenario_.workload.warmup_tasks &&
                  task.record.release >= scenario_.workload.warmup;
  task.followed = task.recorded && followed_ < followed_tasks_;
  task.order = followed_;
  followed_ += task.followed ? 1U : 0U;
  task.has_plan = false;
  task.subtask = 0;
  task.at = kDevice;
  task.deciding_site = site_of_role(scenario_.decision.site, task.group->topology);
  if (moves_) {
    look_into_future(task);
  }
  start_decision(task);
  advance(slot);
}

}  // namespace mec
