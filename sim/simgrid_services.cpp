// How services go in SimGrid: on plain servers, in the crowd before them, and on sharing servers.
// See simgrid_engine.cpp.
#include <algorithm>
#include <cmath>

#include "sim/simgrid_internal.hpp"

namespace mec::on_simgrid {

namespace {

constexpr std::size_t kMostExecs = 128;

}  // namespace

// ---- services on plain servers -----------------------------------------------

void SimgridEngine::begin_service(Service& service) {
  if (servers_[service.server].sharing) {
    enter_shared_stretch(service);
  } else if (service.path != nullptr) {
    enter_stretch(service, service.stretch.start);
  } else {
    service.served = service.amount / service.stretch.rate;
    service.target = service.stretch.start + service.served;
    service.ends = true;
    serve(service);
  }
}

// `date` is now, and so far it has come.
void SimgridEngine::enter_stretch(Service& service, double date) {
  Stretch& stretch = service.stretch;
  stretch.enter(*service.path, date);
  if (stretch.is_stuck()) {
    service.stuck = true;
    finish(service);
    ring_bell();
  } else if (stretch.rate == 0.0) {
    set_change_alarm(service);
  } else if (stretch.is_last()) {
    service.ends = true;
    service.served = stretch.served();
    service.target = stretch.start + service.served;
    serve(service);
  } else {
    stretch.left -= stretch.capacity();
    service.target = stretch.until;
    serve(service);
  }
}

// Until its target.
void SimgridEngine::serve(Service& service) {
  if (service.target <= clock_.now()) {  // shorter than the clock resolves
    finish(service);
    ring_bell();
  } else if (!crowded(service.target)) {
    begin_exec(service);
  } else if (!service.ends) {
    set_change_alarm(service);
  } else {
    waiting_.push({service.target, &service});
    set_guard();
  }
}

void SimgridEngine::begin_exec(Service& service) {
  double duration = service.target - clock_.now();
  if (clock_.now() + duration > service.target) {
    duration = std::nextafter(duration, 0.0);  // too early does no harm: see completed()
  }
  begin_exec(service, servers_[service.server].host, duration);
}

void SimgridEngine::begin_exec(Service& service, sg::Host* host, double flops) {
  service.exec = sg::Exec::init();
  service.exec->set_host(host)->set_flops_amount(flops);
  service.exec->set_data(&service);
  begin(service.exec);
  ++in_simgrid_;
  clock_.keep_pace();
}

void SimgridEngine::completed(const CompletedActivity& activity) {
  auto* service = static_cast<Service*>(activity.template get_data<Service>());
  if (service == nullptr || service->exec.get() != &activity) {
    return;  // cancelled
  }
  tick();
  // An Exec must outlive its own callback; that of the callback before can go now.
  finished_ = std::move(service->exec);
  service->exec = nullptr;
  --in_simgrid_;
  if (stopped_) {
    return;
  }
  if (service == &bell_) {
    bell_rung_ = false;
    report_soon();
  } else {
    advance(*service);
  }
  refill();
}

// Its Exec has ended.
void SimgridEngine::advance(Service& service) {
  const bool sharing = servers_[service.server].sharing;
  if (sharing) {
    service.served = clock_.now() - service.stretch.start;
  }
  if (!sharing && clock_.now() < service.target) {
    begin_exec(service);
  } else if (sharing || service.ends) {
    finish(service);
    report_soon();
  } else {
    enter_stretch(service, service.stretch.until);
  }
}

void SimgridEngine::cancel(Service& service) {
  if (service.exec) {
    sg::ExecPtr exec = std::move(service.exec);
    service.exec = nullptr;  // its completion callback, if any, is not a completion of ours
    exec->cancel();
    cancelled_.push_back(std::move(exec));
    --in_simgrid_;
  }
}

// ---- services that wait to become Execs --------------------------------------

// Those in SimGrid end before those that wait, but for long ones that came when there was room.
bool SimgridEngine::crowded(double target) const {
  return waiting_.empty() ? in_simgrid_ >= kMostExecs : target >= waiting_.top().target;
}

void SimgridEngine::refill() {
  if (!waiting_.empty() && in_simgrid_ <= kMostExecs / 2) {
    while (!waiting_.empty() && in_simgrid_ < kMostExecs) {
      begin_first_waiting();
    }
    set_guard();
  }
}

void SimgridEngine::begin_first_waiting() {
  Service& service = *waiting_.top().service;
  waiting_.pop();
  begin_exec(service);
}

// The first of those that wait becomes an Exec halfway to its end at the latest, room or no room.
void SimgridEngine::set_guard() {
  while (!waiting_.empty()) {
    const double target = waiting_.top().target;
    const double middle = clock_.now() + 0.5 * (target - clock_.now());
    if (clock_.now() < middle && middle < target) {
      if (middle < guarded_) {
        guarded_ = middle;
        set_alarm(middle, Alarm::Kind::guard, 0);
      }
      return;
    }
    begin_first_waiting();
  }
}

void SimgridEngine::on_guard() {
  guarded_ = kNever;
  const double target = waiting_.empty() ? kNever : waiting_.top().target;
  while (!waiting_.empty() && waiting_.top().target <= target) {
    begin_first_waiting();
  }
  set_guard();
}

// ---- services on sharing servers ---------------------------------------------

// Goes on at the rate that holds now.
void SimgridEngine::enter_shared_stretch(Service& service) {
  Stretch& stretch = service.stretch;
  if (service.path != nullptr) {
    stretch.enter(*service.path, clock_.now());
  }
  if (stretch.is_stuck()) {
    service.stuck = true;
    finish(service);
    ring_bell();
    return;
  }
  if (stretch.rate > 0.0) {
    const auto alone = static_cast<double>(stretch.left / static_cast<long double>(stretch.rate));
    begin_exec(service, servers_[service.server].host, alone * kSharingSpeed);
  }
  if (!stretch.is_for_ever()) {
    set_change_alarm(service);
  }
}

// After the ends of this date: SimGrid refuses to say what is left of an Exec that has just ended.
void SimgridEngine::change_shared(Service& service) {
  Stretch& stretch = service.stretch;
  if (service.exec && stretch.since < clock_.now()) {
    const double alone = service.exec->get_remaining() / kSharingSpeed;
    stretch.left = static_cast<long double>(alone) * static_cast<long double>(stretch.rate);
  }
  cancel(service);
  // What ends with its stretch may be said to have a rounding left.
  if (stretch.left <=
      4.0L * std::numeric_limits<double>::epsilon() * static_cast<long double>(service.amount)) {
    service.served = clock_.now() - stretch.start;
    finish(service);
  } else {
    enter_shared_stretch(service);
  }
}

}  // namespace mec::on_simgrid
