// Every server, CPU core or link direction alike, is a SimGrid host of one core and unit speed; a
// service of `amount` units at `rate` units per second is an Exec of amount / rate flops. One
// SimGrid flop is one second of service.
//
// Why links are hosts: SimGrid ignores a link's bandwidth when it is raised in mid-transfer, and
// its Comm truncates fractions of bytes. Why hosts have unit speed: rates are redrawn for every
// task, and SimGrid takes rates under 1e-5 for zero. A rate that changes in mid-service cancels the
// Exec and starts another with what is left.
//
// No actors: timers and completion callbacks run in SimGrid's own context, several times faster
// than one actor a task. SimGrid does not fire timers of one date in order, so they are kept in a
// heap of our own, and SimGrid is asked to wake us at its head.
#include "sim/simgrid_engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <queue>
#include <simgrid/kernel/Timer.hpp>
#include <simgrid/s4u.hpp>
#include <stdexcept>
#include <utility>
#include <vector>

// clang-format off
#include <xbt/base.h>          // must come before version.h
#include <simgrid/version.h>
// clang-format on

namespace mec {

namespace {

namespace sg = simgrid::s4u;

// What differs between SimGrid 3.32 and 4.0. On 4.0 the old spellings still compile, and crash.
#if SIMGRID_VERSION >= 40000UL
using CompletedActivity = sg::Exec;
constexpr const char* kTimePrecisionKey = "precision/timing";
sg::NetZone* add_zone(sg::Engine& engine) {
  return engine.get_netzone_root()->add_netzone_star("mec");
}
sg::Host* add_host(sg::NetZone* zone, const std::string& name) { return zone->add_host(name, 1.0); }
template <class Callback>
void on_completion(Callback callback) {
  sg::Exec::on_completion_cb(callback);
}
// Started alone, an Exec that nobody waits for stays in a list for good: hundreds of bytes a
// service.
void begin(const sg::ExecPtr& exec) { exec->detach(); }
#else
using CompletedActivity = sg::Activity;
constexpr const char* kTimePrecisionKey = "surf/precision";
sg::NetZone* add_zone(sg::Engine&) { return sg::create_star_zone("mec"); }
sg::Host* add_host(sg::NetZone* zone, const std::string& name) {
  return zone->create_host(name, 1.0);
}
template <class Callback>
void on_completion(Callback callback) {
  sg::Activity::on_completion_cb(callback);
}
void begin(const sg::ExecPtr& exec) { exec->start(); }
#endif

struct Server {
  ServerId id = 0;
  sg::Host* host = nullptr;
  sg::ExecPtr exec;  // in service, or null
  double rate = 1.0;
  double remaining = 0.0;  // units left at `since`
  double since = 0.0;
  double served = 0.0;  // seconds in service before `since`
  double piece = 0.0;   // units that the Exec covers
  Token token = 0;
  std::uint64_t order = 0;  // of starting
};

struct Alarm {
  double when;
  std::uint64_t sequence;
  Token token;
  friend bool operator>(const Alarm& a, const Alarm& b) {
    return std::pair(a.when, a.sequence) > std::pair(b.when, b.sequence);
  }
};

// Dates that differ by less than this are one date to SimGrid. Its default of 1e-9 s would merge
// distinct events of short tasks.
constexpr double kTimePrecision = 1e-15;

// Up to this date the clock itself is finer than kTimePrecision.
constexpr double kFineUntil = 2.0;

class SimgridEngine final : public Engine {
 public:
  SimgridEngine() : engine_(make_engine()), zone_(add_zone(*engine_)) {
    sg::Engine::set_config(kTimePrecisionKey, kTimePrecision);
    on_completion([this](const CompletedActivity& activity) { completed(activity); });
  }
  // SimGrid cannot be torn down and set up again within a process; it goes with the process.

  [[nodiscard]] Seconds now() const override { return Seconds{sg::Engine::get_clock()}; }

  ServerId add_server(const std::string& name) override {
    const auto id = static_cast<ServerId>(servers_.size());
    Server& server = servers_.emplace_back();
    server.id = id;
    server.host = add_host(zone_, name);
    return id;
  }

  void at(Seconds when, Token token) override {
    alarms_.push({when.value(), sequence_++, token});
    arm();
  }

  void start(ServerId id, double amount, Token token) override {
    Server& server = servers_[id];
    if (server.exec) {
      throw std::logic_error("a service was started on a busy server");
    }
    server.remaining = amount;
    server.served = 0.0;
    server.token = token;
    server.order = started_++;
    execute(server);
  }

  void set_rate(ServerId id, double rate) override {
    Server& server = servers_[id];
    if (rate == server.rate) {
      return;
    }
    if (server.exec) {
      const double elapsed = now().value() - server.since;
      server.served += elapsed;
      server.remaining -= elapsed * server.rate;
      server.remaining = std::max(server.remaining, 0.0);
      server.rate = rate;
      sg::ExecPtr old = std::move(server.exec);
      server.exec = nullptr;  // its completion callback, if any, is not a completion of ours
      old->cancel();
      finished_.push_back(std::move(old));
      execute(server);
    }
    server.rate = rate;
  }

  void run(EngineListener& listener) override {
    listener_ = &listener;
    engine_->run();
    listener_ = nullptr;
    if (!stopped_ && std::any_of(servers_.begin(), servers_.end(),
                                 [](const Server& server) { return server.exec != nullptr; })) {
      throw std::runtime_error(
          fmt::format("SimGrid stopped at {} s with services unfinished", now().value()));
    }
  }

  void stop() override { stopped_ = true; }

 private:
  static std::unique_ptr<sg::Engine> make_engine() {
    if (sg::Engine::has_instance()) {
      throw std::logic_error("SimGrid allows one engine a process");
    }
    static std::string name = "mecsim";
    static std::string quiet = "--log=root.thresh:critical";
    static char* arguments[] = {name.data(), quiet.data(), nullptr};
    int count = 2;
    return std::make_unique<sg::Engine>(&count, arguments);
  }

  // SimGrid moves its clock by now += date - now, which lands on `date` exactly if date <= 2 now,
  // and may miss it by a rounding otherwise: then the completion is lost, unless that rounding is
  // below kTimePrecision. So a service longer than the clock's reading goes in pieces.
  void execute(Server& server) const {
    server.since = now().value();
    const double duration = server.remaining / server.rate;
    const double longest = std::max(server.since, kFineUntil - server.since);
    const bool in_pieces = server.since > 0.0 && duration > longest;
    server.piece = in_pieces ? longest * server.rate : server.remaining;
    server.exec = sg::Exec::init();
    server.exec->set_host(server.host)->set_flops_amount(in_pieces ? longest : duration);
    server.exec->set_data(&server);
    begin(server.exec);
  }

  void completed(const CompletedActivity& activity) {
    auto* server = static_cast<Server*>(activity.template get_data<Server>());
    if (server == nullptr || server->exec.get() != &activity) {
      return;  // cancelled by set_rate
    }
    // An Exec must outlive its own callback; those of earlier callbacks can go now.
    finished_.clear();
    finished_.push_back(std::move(server->exec));
    server->exec = nullptr;
    server->served += server->piece / server->rate;
    server->remaining -= server->piece;
    if (server->remaining > 0.0 && !stopped_) {
      execute(*server);
    } else if (!stopped_) {
      report_later(server);
    }
  }

  // Services that end together are reported together, in the order in which they were started:
  // SimGrid's own order is that of a heap, and not the same in all its versions. A timer of this
  // very date fires once it has told us of all.
  void report_later(Server* server) {
    if (ended_.empty()) {
      simgrid::kernel::timer::Timer::set(now().value(), [this] { report(); });
    }
    ended_.push_back(server);
  }

  void report() {
    reporting_.swap(ended_);
    std::sort(reporting_.begin(), reporting_.end(),
              [](const Server* a, const Server* b) { return a->order < b->order; });
    for (const Server* server : reporting_) {
      if (!stopped_) {
        listener_->on_service_done(server->id, server->token, Seconds{server->served});
      }
    }
    reporting_.clear();
  }

  void arm() {
    const double head = alarms_.top().when;
    if (head < armed_) {
      armed_ = head;
      simgrid::kernel::timer::Timer::set(head, [this] { wake(); });
    }
  }

  void wake() {
    armed_ = std::numeric_limits<double>::infinity();
    while (!stopped_ && !alarms_.empty() && alarms_.top().when <= now().value()) {
      const Token token = alarms_.top().token;
      alarms_.pop();
      listener_->on_timer(token);
    }
    if (!stopped_ && !alarms_.empty()) {
      arm();
    }
  }

  std::unique_ptr<sg::Engine> engine_;
  sg::NetZone* zone_;
  std::deque<Server> servers_;  // stable addresses: Execs point to them
  std::vector<sg::ExecPtr> finished_;
  std::vector<Server*> ended_;      // at this date, not yet reported
  std::vector<Server*> reporting_;  // being reported
  std::priority_queue<Alarm, std::vector<Alarm>, std::greater<>> alarms_;
  std::uint64_t sequence_ = 0;  // of alarms
  std::uint64_t started_ = 0;   // services
  double armed_ = std::numeric_limits<double>::infinity();
  EngineListener* listener_ = nullptr;
  bool stopped_ = false;
};

}  // namespace

std::unique_ptr<Engine> make_simgrid_engine() { return std::make_unique<SimgridEngine>(); }

std::string simgrid_version() {
  return fmt::format("{}.{}.{}", SIMGRID_VERSION_MAJOR, SIMGRID_VERSION_MINOR,
                     SIMGRID_VERSION_PATCH);
}

}  // namespace mec
