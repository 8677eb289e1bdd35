#include "sim/orchestrator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace mec {

Orchestrator::Orchestrator(const Simulated& simulated, Engine& engine, Observer& observer)
    : scenario_(simulated.scenario),
      network_(simulated.network),
      source_(simulated.source),
      policy_(simulated.policy),
      abilities_(simulated.abilities),
      followed_tasks_(simulated.followed_tasks),
      paths_(simulated.paths),
      moves_(network_.moves()),
      energy_(energy_of_servers(scenario_.energy, network_)),
      engine_(engine),
      observer_(observer),
      stations_(network_, engine),
      probes_(network_, scenario_.observation, paths_, simulated.streams),
      backlog_(network_, scenario_.observation, stations_) {}

RunCounts Orchestrator::run(const std::atomic<bool>& stop) {
  stop_ = &stop;
  engine_.at(Seconds{0.0}, kStart);
  if (std::isfinite(scenario_.workload.until.value())) {
    engine_.at(scenario_.workload.until, kEnd);
  }
  engine_.run(*this);
  if (error_) {
    std::rethrow_exception(error_);
  }
  if (!stuck_.empty() && !stop && !ended_) {
    report_stuck();
  }
  check_balance(stop || ended_);
  counts_.ended = !stop || counts_.in_flight == 0;
  return counts_;
}

// Exceptions must not cross the engine: it is stopped, and run() rethrows.
template <class Handler>
void Orchestrator::guarded(Handler handler) {
  if (error_ || *stop_) {
    engine_.stop();
    return;
  }
  try {
    handler();
    release_free_devices();
  } catch (...) {
    error_ = std::current_exception();
    engine_.stop();
  }
}

// Most of the time of an event goes into waiting for its task to come from memory, once there are
// thousands of devices.
void Orchestrator::expect(Token token) {
  constexpr std::size_t kLine = 64;
  const auto* task = reinterpret_cast<const char*>(&active_[static_cast<Slot>(token)]);
  for (std::size_t at = 0; at < sizeof(Active); at += kLine) {
    __builtin_prefetch(task + at);
  }
}

void Orchestrator::on_timer(Token token) {
  if ((token & kKindMask) == kEnd) {
    ended_ = true;
    engine_.stop();
    return;
  }
  guarded([this, token] {
    const auto slot = static_cast<Slot>(token & ~kKindMask);
    switch (token & kKindMask) {
      case kStart:
        if (source_.closed_loop()) {
          for (std::uint32_t d = 0; d < source_.devices(); ++d) {
            free_devices_.push_back(d);
          }
        } else {
          schedule_next_release();
        }
        break;
      case kNextRelease: {
        const Slot due = *next_release_;
        schedule_next_release();
        release(due);
        break;
      }
      case kHeldRelease:
        release(slot);
        break;
      default:  // kDelayOver
        account(active_[slot], active_[slot].activity.length);
        advance(slot);
    }
  });
}

void Orchestrator::on_service_done(ServerId server, Token token, Seconds served) {
  guarded([this, server, token, served] {
    const auto slot = static_cast<Slot>(token);
    account(active_[slot], served);
    if (backlog_.is_seen()) {
      backlog_.publish_until(engine_.now());
      stations_.job_done(stations_.station_of(server), engine_.now());
    }
    if (const auto waiting = stations_.release(server)) {
      begin_service(*waiting);
      const Activity& next = active_[*waiting].activity;
      engine_.start(server, next.amount, next.rate, *waiting);
    }
    advance(slot);
  });
}

void Orchestrator::on_service_stuck(ServerId server, Token token) {
  const Active& task = active_[static_cast<Slot>(token)];
  stuck_.push_back({engine_.now(), stations_.station_of(server), task.item.task});
}

// A loop, not a recursion from finish(): thousands of tasks in a row may take no time at all.
void Orchestrator::release_free_devices() {
  for (std::size_t i = 0; i < free_devices_.size() && !*stop_; ++i) {
    take_next_of(free_devices_[i]);
  }
  free_devices_.clear();
}

// Leads the task through everything that takes no time, up to its next service or its end.
void Orchestrator::advance(Slot slot) {
  if (next_activity(active_[slot])) {
    enqueue(slot);
  } else {
    finish(slot);
  }
}

bool Orchestrator::next_activity(Active& task) {
  const DecisionModel& decision = scenario_.decision;
  for (;;) {
    switch (task.step) {
      case Step::request:
        if (next_hop(task, decision.request)) {
          return true;
        }
        task.step = Step::decide;
        break;
      case Step::decide:
        task.step = Step::answer;
        start_route(task, task.deciding_site, task.at);
        if (next_decision(task)) {
          return true;
        }
        break;
      case Step::answer:
        if (next_hop(task, decision.answer)) {
          return true;
        }
        answer_arrived(task);
        break;
      case Step::transfer:
        if (next_hop(task, task.item.chain.data[task.subtask])) {
          return true;
        }
        task.step = task.subtask == task.item.chain.size() ? Step::done : Step::compute;
        break;
      case Step::compute: {
        task.at = task.record.placement[task.subtask];
        const bool busy = next_compute(task);
        ++task.subtask;
        if (decision.when == DecisionMoment::subtask && task.subtask < task.item.chain.size()) {
          start_decision(task);
        } else {
          start_transfer(task);
        }
        if (busy) {
          return true;
        }
        break;
      }
      case Step::done:
        return false;
    }
  }
}

void Orchestrator::start_route(Active& task, std::size_t from, std::size_t to) {
  task.route = task.group->topology.route(from, to);
  task.hop = 0;
}

void Orchestrator::start_transfer(Active& task) {
  const Placement& placement = task.record.placement;
  start_route(task, task.at, task.subtask == placement.size() ? kDevice : placement[task.subtask]);
  task.step = Step::transfer;
}

void Orchestrator::start_decision(Active& task) {
  task.deciding = true;
  start_route(task, task.at, task.deciding_site);
  task.step = Step::request;
}

bool Orchestrator::next_hop(Active& task, Bytes size) {
  while (task.hop < task.route.size()) {
    const std::size_t link = task.route[task.hop++];
    RatePath* path = moves_ ? paths_.of(task.item.device, link) : nullptr;
    const double rate = task.item.state.rates[link].value();
    if (size.value() > 0.0 && (path != nullptr || std::isfinite(rate))) {
      const ServiceRate service = path != nullptr ? ServiceRate(*path) : ServiceRate(rate);
      const StationId station = stations_.of_medium(task.group->medium[link], task.item.device);
      task.activity = {true, false, link, size.value(), service, station, {}, {}, {}};
      return true;
    }
  }
  return false;
}

bool Orchestrator::next_compute(Active& task) {
  const std::size_t site = task.at;
  const double work = task.item.chain.work[task.subtask].value();
  const double speed = task.item.state.speeds[site].value();
  if (work > 0.0 && std::isfinite(speed)) {
    const StationId station = stations_.of_site(site, task.item.device);
    task.activity = {false, false, site, work, speed, station, {}, {}, {}};
    return true;
  }
  return false;
}

void Orchestrator::enqueue(Slot slot) {
  Active& task = active_[slot];
  Activity& activity = task.activity;
  activity.queued = engine_.now();
  if (stations_.unlimited(activity.station)) {
    begin_service(slot);
    serve_at_once(slot);
    return;
  }
  if (backlog_.is_seen()) {
    backlog_.publish_until(engine_.now());
    stations_.add_work(activity.station, activity.queued, expected_length(activity));
  }
  if (const auto server = stations_.claim(activity.station, slot)) {
    begin_service(slot);
    engine_.start(*server, activity.amount, activity.rate, slot);
  }
}

// Where nobody waits there is no server of the engine's: the end is a timer.
void Orchestrator::serve_at_once(Slot slot) {
  const Seconds now = engine_.now();
  Activity& activity = active_[slot].activity;
  activity.length = activity.rate.path() == nullptr
                        ? Seconds{activity.amount / activity.rate.constant()}
                        : service_time(*activity.rate.path(), now, activity.amount);
  if (std::isfinite(activity.length.value())) {
    engine_.at(now + activity.length, kDelayOver | slot);
  } else {
    stuck_.push_back({now, activity.station, active_[slot].item.task});
  }
}

// As far as the present rate tells; an outage counts as the least rate that is ever measured.
Seconds Orchestrator::expected_length(const Activity& activity) const {
  const double rate =
      activity.rate.path() == nullptr
          ? activity.rate.constant()
          : std::max(activity.rate.path()->at(engine_.now()).rate, kLeastMeasuredRate.value());
  return Seconds{activity.amount / rate};
}

void Orchestrator::begin_service(Slot slot) {
  Active& task = active_[slot];
  Activity& activity = task.activity;
  activity.started = engine_.now();
  if (task.followed && activity.started > activity.queued) {
    report_wait(task);
  }
  if (activity.decides) {
    decide(task);
    if (std::holds_alternative<MeasuredDecisionCost>(scenario_.decision.cost)) {
      const std::int64_t measured = std::max<std::int64_t>(1, last_decision_ns_);
      activity.amount = 1e-9 * static_cast<double>(measured);
    }
  }
  if (activity.rate.path() == nullptr &&
      !std::isfinite(activity.amount / activity.rate.constant())) {
    throw std::runtime_error(fmt::format("task {}: a service of {} at {} per second never ends",
                                         task.item.task, activity.amount,
                                         activity.rate.constant()));
  }
}

void Orchestrator::account(Active& task, Seconds served) {
  const Activity& activity = task.activity;
  const Seconds waited = activity.started - activity.queued;
  if (task.followed) {
    report_service(task);
  }
  // A decision's services come while it is being made; the computation before it does not.
  if (activity.decides || (activity.on_link && task.deciding)) {
    task.record.decision += waited + served;
  } else {
    task.record.wait += waited;
    (activity.on_link ? task.record.transfer : task.record.exec) += served;
  }
  if (activity.on_link) {
    const Link& link = task.group->topology.link(activity.where);
    if (link.from == kDevice) {
      task.use.transmitting += served;
    } else if (link.to == kDevice) {
      task.use.receiving += served;
    }
  } else if (activity.where == kDevice) {
    task.use.device_busy += served;
    // A measured decision is in seconds; what it burns is that time at the device's frequency.
    task.use.device_work += served * task.item.state.speeds[kDevice];
  } else {
    task.use.site_busy[activity.where - 1] += served;
  }
}

void Orchestrator::finish(Slot slot) {
  Active& task = active_[slot];
  task.record.finish = engine_.now();
  task.use.latency = task.record.latency();
  task.record.energy = energy_of(task.use, energy_, task.item.state.speeds[kDevice]);
  task.record.status = TaskStatus::completed;
  ++counts_.completed;
  --counts_.in_flight;
  if (task.recorded) {
    observer_.task_finished(task.record);
  } else {
    ++counts_.warmup;
  }
  const std::uint32_t device = task.item.device;
  free_slots_.push_back(slot);
  if (source_.closed_loop()) {
    free_devices_.push_back(device);
  }
}

}  // namespace mec
