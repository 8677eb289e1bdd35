#include "sim/event_engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <vector>

namespace mec {

namespace {

// A heap of four children a node: half the levels of a binary one, and the children of a node lie
// side by side in memory. `before(a, b)` is a strict order without ties.
template <class Entry>
class Heap {
 public:
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] const Entry& top() const { return entries_.front(); }

  template <class Before>
  void push(const Entry& entry, const Before& before) {
    std::size_t hole = entries_.size();
    entries_.push_back(entry);
    rise(hole, entry, before);
  }

  // The hole that the top leaves sinks to the bottom, and the last entry rises from there: it
  // belongs near the bottom, so that comparing with it on the way down would be in vain.
  template <class Before>
  void pop(const Before& before) {
    const Entry last = entries_.back();
    entries_.pop_back();
    const std::size_t size = entries_.size();
    if (size == 0) {
      return;
    }
    std::size_t hole = 0;
    for (std::size_t child = 1; child < size; child = 4 * hole + 1) {
      const std::size_t end = std::min(child + 4, size);
      std::size_t first = child;
      for (std::size_t i = child + 1; i < end; ++i) {
        first = before(entries_[i], entries_[first]) ? i : first;
      }
      entries_[hole] = entries_[first];
      hole = first;
    }
    rise(hole, last, before);
  }

 private:
  template <class Before>
  void rise(std::size_t hole, const Entry& entry, const Before& before) {
    while (hole > 0 && before(entry, entries_[(hole - 1) / 4])) {
      entries_[hole] = entries_[(hole - 1) / 4];
      hole = (hole - 1) / 4;
    }
    entries_[hole] = entry;
  }

  std::vector<Entry> entries_;
};

struct Timer {
  double when;
  std::uint64_t sequence;
  Token token;
};

bool earlier(const Timer& a, const Timer& b) {
  return a.when < b.when || (a.when == b.when && a.sequence < b.sequence);
}

// Small, for the heap's sake; all else is the server's.
struct End {
  double when;
  ServerId server;
};

struct Server {
  Token token = 0;
  double served = 0.0;      // by the service at its end; infinite: it will be stuck
  std::uint64_t order = 0;  // of starting
  bool busy = false;
};

struct EndsBefore {
  const Server* servers;
  bool operator()(const End& a, const End& b) const {
    return a.when < b.when ||
           (a.when == b.when && servers[a.server].order < servers[b.server].order);
  }
};

// From when on the path is at zero for ever, which is known to come.
double stuck_date(RatePath& path, double start) {
  double date = start;
  RateSegment segment = path.at(Seconds{date});
  while (std::isfinite(segment.until.value())) {
    date = segment.until.value();
    segment = path.at(segment.until);
  }
  return date;
}

class EventEngine final : public Engine {
 public:
  [[nodiscard]] Seconds now() const override { return Seconds{now_}; }

  ServerId add_server(const std::string&) override {
    servers_.emplace_back();
    return static_cast<ServerId>(servers_.size() - 1);
  }

  ServerId add_sharing_server(const std::string& name, std::uint32_t) override {
    throw UnsupportedByEngine(
        fmt::format("{}: the event engine has no processor sharing: use --engine simgrid", name));
  }

  void at(Seconds when, Token token) override {
    require_date(when.value(), now_);
    timers_.push({when.value(), sequence_++, token}, earlier);
  }

  void start(ServerId id, double amount, ServiceRate rate, Token token) override {
    require_service(amount, rate, now_);
    Server& server = servers_[id];
    if (server.busy) {
      throw std::logic_error("a service was started on a busy server");
    }
    const double served = rate.path() == nullptr
                              ? amount / rate.constant()
                              : service_time(*rate.path(), Seconds{now_}, amount).value();
    server = {token, served, started_++, true};
    const double end = std::isfinite(served) ? now_ + served : stuck_date(*rate.path(), now_);
    ends_.push({end, id}, before());
  }

  void run(EngineListener& listener) override {
    while (!stopped_) {
      if (!timers_.empty() && (ends_.empty() || timers_.top().when <= ends_.top().when)) {
        const Timer timer = timers_.top();
        timers_.pop(earlier);
        now_ = timer.when;
        listener.on_timer(timer.token);
      } else if (!ends_.empty()) {
        const End end = ends_.top();
        ends_.pop(before());
        now_ = end.when;
        if (!ends_.empty()) {
          listener.expect(servers_[ends_.top().server].token);
        }
        finish(end.server, listener);
      } else {
        return;
      }
    }
  }

  void stop() override { stopped_ = true; }

 private:
  [[nodiscard]] EndsBefore before() const { return {servers_.data()}; }

  void finish(ServerId id, EngineListener& listener) {
    Server& server = servers_[id];
    if (std::isfinite(server.served)) {
      server.busy = false;
      listener.on_service_done(id, server.token, Seconds{server.served});
    } else {
      listener.on_service_stuck(id, server.token);
    }
  }

  std::vector<Server> servers_;
  Heap<Timer> timers_;
  Heap<End> ends_;
  std::uint64_t sequence_ = 0;  // of timers
  std::uint64_t started_ = 0;   // services
  double now_ = 0.0;
  bool stopped_ = false;
};

}  // namespace

std::unique_ptr<Engine> make_event_engine() { return std::make_unique<EventEngine>(); }

}  // namespace mec
