#include "sim/orchestrator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>

#include "core/solvers.hpp"

namespace mec {

namespace {

// Timer tokens: a kind in the upper half, a slot in the lower.
constexpr Token kStart = Token{1} << 32U;
constexpr Token kNextRelease = Token{2} << 32U;
constexpr Token kHeldRelease = Token{3} << 32U;
constexpr Token kDelayOver = Token{4} << 32U;
constexpr Token kKindMask = ~Token{0} << 32U;

std::int64_t nanoseconds_since(std::chrono::steady_clock::time_point start) {
  const auto elapsed = std::chrono::steady_clock::now() - start;
  return std::chrono::duration_cast<std::chrono::nanoseconds>(elapsed).count();
}

}  // namespace

Orchestrator::Orchestrator(const Scenario& scenario, TaskSource& source, Policy& policy,
                           Engine& engine, Observer& observer)
    : scenario_(scenario),
      topology_(three_tier_topology()),
      source_(source),
      policy_(policy),
      engine_(engine),
      observer_(observer),
      stations_(topology_, scenario.network, source.devices(), engine) {}

RunCounts Orchestrator::run(const std::atomic<bool>& stop) {
  stop_ = &stop;
  engine_.at(Seconds{0.0}, kStart);
  engine_.run(*this);
  if (error_) {
    std::rethrow_exception(error_);
  }
  const bool balanced = counts_.released == counts_.completed + counts_.failed + counts_.in_flight;
  if (!balanced || (counts_.in_flight != 0 && !stop)) {
    throw std::logic_error(
        fmt::format("tasks got lost: {} released, {} completed, {} failed, {} in flight",
                    counts_.released, counts_.completed, counts_.failed, counts_.in_flight));
  }
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

void Orchestrator::on_timer(Token token) {
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
        account(active_[slot],
                Seconds{active_[slot].activity.amount / active_[slot].activity.rate});
        advance(slot);
    }
  });
}

void Orchestrator::on_service_done(ServerId server, Token token, Seconds served) {
  guarded([this, server, token, served] {
    const auto slot = static_cast<Slot>(token);
    account(active_[slot], served);
    if (const auto waiting = stations_.release(server)) {
      const double amount = begin_service(*waiting);
      engine_.set_rate(server, active_[*waiting].activity.rate);
      engine_.start(server, amount, *waiting);
    }
    advance(slot);
  });
}

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

// A loop, not a recursion from finish(): thousands of tasks in a row may take no time at all.
void Orchestrator::release_free_devices() {
  for (std::size_t i = 0; i < free_devices_.size() && !*stop_; ++i) {
    take_next_of(free_devices_[i]);
  }
  free_devices_.clear();
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
  task.state.emplace(task.item.state);
  task.record = TaskRecord{};
  task.record.task = task.item.task;
  task.record.device = task.item.device;
  task.record.release = engine_.now();
  task.use = ResourceUse{};
  task.use.site_busy.assign(topology_.site_count() - 1, Seconds{0.0});
  task.decided = false;
  task.step = Step::request;
  start_route(task, kDevice, scenario_.decision.site);
  advance(slot);
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
  for (;;) {
    switch (task.step) {
      case Step::request:
        if (next_hop(task, scenario_.decision.request)) {
          return true;
        }
        task.step = Step::decide;
        break;
      case Step::decide:
        task.step = Step::answer;
        start_route(task, scenario_.decision.site, kDevice);
        if (next_decision(task)) {
          return true;
        }
        break;
      case Step::answer:
        if (next_hop(task, scenario_.decision.answer)) {
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
        const bool busy = next_compute(task);
        ++task.subtask;
        start_transfer(task);
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
  task.route = topology_.route(from, to);
  task.hop = 0;
}

void Orchestrator::start_transfer(Active& task) {
  const Placement& placement = task.record.placement;
  const std::size_t t = task.subtask;
  start_route(task, t == 0 ? kDevice : placement[t - 1],
              t == placement.size() ? kDevice : placement[t]);
  task.step = Step::transfer;
}

bool Orchestrator::next_hop(Active& task, Bytes size) {
  while (task.hop < task.route.size()) {
    const std::size_t link = task.route[task.hop++];
    const double rate = task.state->link_rate(link).value();
    if (size.value() > 0.0 && std::isfinite(rate)) {
      task.activity = {true, false, link, size.value(), rate, {}, {}};
      return true;
    }
  }
  return false;
}

bool Orchestrator::next_compute(Active& task) {
  const std::size_t site = task.record.placement[task.subtask];
  const double work = task.item.chain.work[task.subtask].value();
  const double speed = task.state->speed(site).value();
  if (work > 0.0 && std::isfinite(speed)) {
    task.activity = {false, false, site, work, speed, {}, {}};
    return true;
  }
  return false;
}

bool Orchestrator::next_decision(Active& task) {
  const std::size_t site = scenario_.decision.site;
  const double speed = task.state->speed(site).value();
  if (std::holds_alternative<MeasuredDecisionCost>(scenario_.decision.cost)) {
    task.activity = {false, true, site, 0.0, 1.0, {}, {}};  // the amount is known when it starts
    return true;
  }
  const auto* fixed = std::get_if<CyclesDecisionCost>(&scenario_.decision.cost);
  if (fixed != nullptr && fixed->cycles.value() > 0.0 && std::isfinite(speed)) {
    task.activity = {false, true, site, fixed->cycles.value(), speed, {}, {}};
    return true;
  }
  decide(task);
  return false;
}

void Orchestrator::decide(Active& task) {
  if (scenario_.objective.is_latency()) {
    ask_policy(task, task.state->seconds());
  } else {
    ask_policy(task,
               objective_costs(scenario_.objective, *task.state, topology_, scenario_.energy));
  }
}

void Orchestrator::ask_policy(Active& task, const SiteCosts& costs) {
  const SystemState& state = *task.state;
  const ChainView chain = task.item.chain.view();
  const auto start = std::chrono::steady_clock::now();
  task.record.placement = policy_.decide({chain, state, costs});
  task.record.decision_ns = nanoseconds_since(start);
  // Throws if the policy's placement does not fit the task.
  const PlacementView placement = view(task.record.placement);
  task.record.estimated_latency = estimate_latency(state, chain, placement).total();
  task.record.optimal_latency = Seconds{optimal_cost(state.seconds(), chain)};
}

void Orchestrator::answer_arrived(Active& task) {
  task.record.decided = engine_.now();

  task.decided = true;
  task.subtask = 0;
  start_transfer(task);
}

void Orchestrator::enqueue(Slot slot) {
  Active& task = active_[slot];
  Activity& activity = task.activity;
  activity.queued = engine_.now();
  const StationId station = activity.on_link ? stations_.of_link(activity.where, task.item.device)
                                             : stations_.of_site(activity.where, task.item.device);
  if (stations_.unlimited(station)) {
    const double amount = begin_service(slot);
    engine_.at(engine_.now() + Seconds{amount / activity.rate}, kDelayOver | slot);
  } else if (const auto server = stations_.claim(station, slot)) {
    const double amount = begin_service(slot);
    engine_.set_rate(*server, activity.rate);
    engine_.start(*server, amount, slot);
  }
}

// Returns the amount to serve.
double Orchestrator::begin_service(Slot slot) {
  Active& task = active_[slot];
  Activity& activity = task.activity;
  activity.started = engine_.now();
  if (activity.decides) {
    decide(task);
    if (std::holds_alternative<MeasuredDecisionCost>(scenario_.decision.cost)) {
      const std::int64_t measured = std::max<std::int64_t>(1, task.record.decision_ns);
      activity.amount = 1e-9 * static_cast<double>(measured);
    }
  }
  if (!std::isfinite(activity.amount / activity.rate)) {
    throw std::runtime_error(fmt::format("task {}: a service of {} at {} per second never ends",
                                         task.item.task, activity.amount, activity.rate));
  }
  return activity.amount;
}

void Orchestrator::account(Active& task, Seconds served) {
  const Activity& activity = task.activity;
  const Seconds waited = activity.started - activity.queued;
  if (task.decided) {
    task.record.wait += waited;
    (activity.on_link ? task.record.transfer : task.record.exec) += served;
  } else {
    task.record.decision += waited + served;
  }
  if (activity.on_link) {
    const Link& link = topology_.link(activity.where);
    if (link.from == kDevice) {
      task.use.transmitting += served;
    } else if (link.to == kDevice) {
      task.use.receiving += served;
    }
  } else if (activity.where == kDevice) {
    task.use.device_busy += served;
    // A measured decision is in seconds; what it burns is that time at the device's frequency.
    task.use.device_work += served * task.item.state.p1;
  } else {
    task.use.site_busy[activity.where - 1] += served;
  }
}

void Orchestrator::finish(Slot slot) {
  Active& task = active_[slot];
  task.record.finish = engine_.now();
  task.use.latency = task.record.latency();
  task.record.energy = energy_of(task.use, scenario_.energy, task.item.state.p1);
  task.record.status = TaskStatus::completed;
  ++counts_.completed;
  --counts_.in_flight;
  observer_.task_finished(task.record);
  const std::uint32_t device = task.item.device;
  free_slots_.push_back(slot);
  if (source_.closed_loop()) {
    free_devices_.push_back(device);
  }
}

}  // namespace mec
