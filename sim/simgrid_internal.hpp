// The engine on SimGrid; see simgrid_engine.cpp. For sim/simgrid_*.cpp only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "sim/engine.hpp"
#include "sim/simgrid_api.hpp"
#include "sim/simgrid_clock.hpp"
#include "sim/stretch.hpp"

namespace mec::on_simgrid {

// Flops per second of a sharing server's core: a share of it must stay above 1e-5. A power of two,
// so that scaling is exact.
inline constexpr double kSharingSpeed = 1048576.0;

struct Server {
  sg::Host* host = nullptr;
  bool sharing = false;
  bool busy = false;  // a plain one
};

struct Service {
  ServerId server = 0;
  Token token = 0;
  std::uint64_t order = 0;  // of starting
  double amount = 0.0;
  RatePath* path = nullptr;  // or a constant rate
  Stretch stretch;           // in hand
  double served = 0.0;       // seconds, once the end is known
  double target = 0.0;       // date, on a plain server: the service's end or the stretch's
  bool ends = false;         // at `target`
  bool stuck = false;
  bool active = false;  // has not ended
  sg::ExecPtr exec;     // in SimGrid, or null
};

// Of the caller's, or ours: a service begins, its rate changes, or it is time to look after those
// that wait to become Execs.
struct Alarm {
  enum class Kind : std::uint8_t { timer, begin, change, guard };
  double when;
  std::uint64_t sequence;
  std::uint64_t token;  // ours: the service's order
  Service* service;
  Kind kind;
  friend bool operator>(const Alarm& a, const Alarm& b) {
    return std::pair(a.when, a.sequence) > std::pair(b.when, b.sequence);
  }
};

struct Waiting {
  double target;
  Service* service;
  friend bool operator>(const Waiting& a, const Waiting& b) {
    return std::pair(a.target, a.service->order) > std::pair(b.target, b.service->order);
  }
};

template <class Entry>
using MinHeap = std::priority_queue<Entry, std::vector<Entry>, std::greater<>>;

class SimgridEngine final : public Engine {
 public:
  // SimGrid cannot be torn down and set up again within a process; it goes with the process.
  SimgridEngine();

  [[nodiscard]] Seconds now() const override { return Seconds{clock_.now()}; }
  ServerId add_server(const std::string& name) override;
  ServerId add_sharing_server(const std::string& name, std::uint32_t cores) override;
  void at(Seconds when, Token token) override;
  void start(ServerId id, double amount, ServiceRate rate, Token token) override;
  void run(EngineListener& listener) override;
  void stop() override;

 private:
  static constexpr double kNever = std::numeric_limits<double>::infinity();

  static std::unique_ptr<sg::Engine> make_engine();

  Service& new_service();
  void begin_service(Service& service);
  void enter_stretch(Service& service, double date);
  void serve(Service& service);
  void begin_exec(Service& service);
  void begin_exec(Service& service, sg::Host* host, double flops);
  void completed(const CompletedActivity& activity);
  void advance(Service& service);
  void cancel(Service& service);

  [[nodiscard]] bool crowded(double target) const;
  void refill();
  void begin_first_waiting();
  void set_guard();
  void on_guard();

  void enter_shared_stretch(Service& service);
  void change_shared(Service& service);

  void finish(Service& service);
  void report_soon();
  void ring_bell();
  void report();
  void report(Service& service);

  void set_alarm(double when, Alarm::Kind kind, std::uint64_t token, Service* service = nullptr);
  void set_change_alarm(Service& service);
  void tick();
  void wake();
  void drain_alarms();
  void change(Service& service);

  std::unique_ptr<sg::Engine> engine_;
  sg::NetZone* zone_;
  SimgridClock clock_{[this] { wake(); },
                      [this] { return !stopped_ && (in_service_ > 0 || !alarms_.empty()); }};
  EngineListener* listener_ = nullptr;
  bool stopped_ = false;

  std::vector<Server> servers_;
  std::deque<Service> services_;  // stable addresses: Execs point to them
  std::vector<Service*> free_;
  std::size_t in_service_ = 0;  // stuck ones apart
  std::uint64_t started_ = 0;   // services

  std::size_t in_simgrid_ = 0;          // Execs
  sg::ExecPtr finished_;                // SimGrid may still
  std::vector<sg::ExecPtr> cancelled_;  // look at these
  MinHeap<Waiting> waiting_;            // to become Execs
  double guarded_ = kNever;             // the date of the next guard
  std::vector<Service*> changes_;       // on sharing servers, at this date

  std::vector<Service*> ended_;      // or stuck, at this date, not yet reported
  std::vector<Service*> reporting_;  // being reported
  bool report_set_ = false;
  Service bell_;
  sg::Host* bell_host_ = nullptr;
  bool bell_rung_ = false;

  MinHeap<Alarm> alarms_;
  std::uint64_t sequence_ = 0;  // of alarms
};

}  // namespace mec::on_simgrid
