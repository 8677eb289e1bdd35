// Every server, CPU core or link direction alike, is a SimGrid host. A plain one has one core of
// unit speed; a service of `amount` units at `rate` units per second is an Exec of amount / rate
// flops. One SimGrid flop is one second of service. A sharing one has its cores, and SimGrid
// divides them among the Execs.
//
// Why links are hosts: SimGrid ignores a link's bandwidth when it is raised in mid-transfer, and
// its Comm truncates fractions of bytes. Why hosts have unit speed: rates are redrawn for every
// task, and SimGrid takes rates under 1e-5 for zero.
//
// Along a path a service goes stretch by stretch, an Exec for each; an outage is waited for. On a
// sharing server the Exec is cancelled where the path changes, and another one started with what
// SimGrid says is left.
//
// No actors: timers and completion callbacks run in SimGrid's own context, several times faster
// than one actor a task. SimGrid does not fire timers of one date in order, so they are kept in a
// heap of our own, and SimGrid is asked to wake us at its head.
//
// SimGrid 3.32 looks at all Execs in progress whenever one ends. Beyond kMostExecs of them, a
// service on a plain server waits until it is among the next to end, and only then is an Exec, of
// the rest of it.
#include "sim/simgrid_engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "sim/simgrid_internal.hpp"

namespace mec::on_simgrid {

SimgridEngine::SimgridEngine() : engine_(make_engine()), zone_(add_zone(*engine_)) {
  on_completion([this](const CompletedActivity& activity) { completed(activity); });
  bell_host_ = add_host(zone_, "mecsim's bell", 1.0);
}

std::unique_ptr<sg::Engine> SimgridEngine::make_engine() {
  if (sg::Engine::has_instance()) {
    throw std::logic_error("SimGrid allows one engine a process");
  }
  static std::string name = "mecsim";
  static std::string quiet = "--log=root.thresh:critical";
  static char* arguments[] = {name.data(), quiet.data(), nullptr};
  int count = 2;
  return std::make_unique<sg::Engine>(&count, arguments);
}

ServerId SimgridEngine::add_server(const std::string& name) {
  servers_.push_back({add_host(zone_, name, 1.0), false, false});
  return static_cast<ServerId>(servers_.size() - 1);
}

ServerId SimgridEngine::add_sharing_server(const std::string& name, std::uint32_t cores) {
  sg::Host* host = add_host(zone_, name, kSharingSpeed);
  host->set_core_count(static_cast<int>(cores));
  servers_.push_back({host, true, false});
  return static_cast<ServerId>(servers_.size() - 1);
}

void SimgridEngine::at(Seconds when, Token token) {
  require_date(when.value(), clock_.now());
  set_alarm(when.value(), Alarm::Kind::timer, token);
}

void SimgridEngine::start(ServerId id, double amount, ServiceRate rate, Token token) {
  const double now = clock_.now();
  require_service(amount, rate, now);
  Server& server = servers_[id];
  if (server.busy) {
    throw std::logic_error("a service was started on a busy server");
  }
  server.busy = !server.sharing;
  Service& service = new_service();
  service.server = id;
  service.token = token;
  service.order = started_++;
  service.amount = amount;
  service.path = rate.path();
  service.stretch = Stretch::first(now, amount, rate.constant());
  if (listener_ != nullptr) {
    begin_service(service);
  } else {  // SimGrid cannot start anything before it runs
    set_alarm(now, Alarm::Kind::begin, service.order, &service);
  }
}

Service& SimgridEngine::new_service() {
  if (free_.empty()) {
    free_.push_back(&services_.emplace_back());
  }
  Service& service = *free_.back();
  free_.pop_back();
  service.ends = false;
  service.stuck = false;
  service.active = true;
  ++in_service_;
  return service;
}

void SimgridEngine::run(EngineListener& listener) {
  listener_ = &listener;
  if (!stopped_) {
    engine_->run();
  }
  listener_ = nullptr;
  if (!stopped_ && in_service_ > 0) {
    throw std::runtime_error(fmt::format("SimGrid stopped at {} s with {} services unfinished",
                                         clock_.now(), in_service_));
  }
}

void SimgridEngine::stop() {
  stopped_ = true;
  for (Service& service : services_) {
    cancel(service);
  }
}

// ---- reports -----------------------------------------------------------------

// It has ended or is stuck: to be reported at this date.
void SimgridEngine::finish(Service& service) {
  service.active = false;
  ended_.push_back(&service);
}

// To be called while SimGrid tells of ends: a timer of this very date fires once it has told of
// all. They are reported together, in the order of starting; SimGrid's is that of a heap.
void SimgridEngine::report_soon() {
  if (!report_set_ && !bell_rung_) {
    report_set_ = true;
    simgrid::kernel::timer::Timer::set(clock_.now(), [this] { report(); });
  }
}

// To be called at any other moment: SimGrid may not have told of this date's ends yet. When an Exec
// of nothing has ended, it has.
void SimgridEngine::ring_bell() {
  if (!bell_rung_) {
    bell_rung_ = true;
    begin_exec(bell_, bell_host_, 0.0);
  }
}

void SimgridEngine::report() {
  tick();
  report_set_ = false;
  for (Service* service : changes_) {
    if (service->active && !stopped_) {
      change_shared(*service);
    }
  }
  changes_.clear();
  reporting_.swap(ended_);
  std::sort(reporting_.begin(), reporting_.end(),
            [](const Service* a, const Service* b) { return a->order < b->order; });
  for (Service* service : reporting_) {
    drain_alarms();
    if (!stopped_) {
      report(*service);
    }
  }
  reporting_.clear();
}

void SimgridEngine::report(Service& service) {
  free_.push_back(&service);
  --in_service_;
  const Token token = service.token;
  if (service.stuck) {
    listener_->on_service_stuck(service.server, token);
  } else {
    servers_[service.server].busy = false;
    listener_->on_service_done(service.server, token, Seconds{service.served});
  }
}

// ---- timers ------------------------------------------------------------------

void SimgridEngine::set_alarm(double when, Alarm::Kind kind, std::uint64_t token,
                              Service* service) {
  alarms_.push({when, sequence_++, token, service, kind});
  clock_.wake_at(alarms_.top().when);
}

void SimgridEngine::set_change_alarm(Service& service) {
  set_alarm(service.stretch.until, Alarm::Kind::change, service.order, &service);
}

void SimgridEngine::tick() {
  if (clock_.tick()) {
    cancelled_.clear();  // SimGrid has told of these, too
  }
}

void SimgridEngine::wake() {
  tick();
  drain_alarms();
  if (!stopped_ && !alarms_.empty()) {
    clock_.wake_at(alarms_.top().when);
  }
}

void SimgridEngine::drain_alarms() {
  while (!stopped_ && !alarms_.empty() && alarms_.top().when <= clock_.now()) {
    const Alarm alarm = alarms_.top();
    alarms_.pop();
    if (alarm.kind == Alarm::Kind::timer) {
      listener_->on_timer(alarm.token);
    } else if (alarm.kind == Alarm::Kind::guard) {
      on_guard();
    } else if (alarm.kind == Alarm::Kind::begin) {
      begin_service(*alarm.service);
    } else if (alarm.service->active && alarm.service->order == alarm.token) {
      change(*alarm.service);
    }
  }
}

void SimgridEngine::change(Service& service) {
  if (servers_[service.server].sharing) {
    changes_.push_back(&service);
    ring_bell();
  } else {
    enter_stretch(service, service.stretch.until);
  }
}

}  // namespace mec::on_simgrid

namespace mec {

std::unique_ptr<Engine> make_simgrid_engine() {
  return std::make_unique<on_simgrid::SimgridEngine>();
}

std::string simgrid_version() {
  return fmt::format("{}.{}.{}", SIMGRID_VERSION_MAJOR, SIMGRID_VERSION_MINOR,
                     SIMGRID_VERSION_PATCH);
}

}  // namespace mec
