// A second, obviously simple engine: the earliest of a list of events is found by looking at all of
// them. It shares no code with SimGrid, so an orchestrator that gives the same results on both owes
// nothing to either.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "sim/engine.hpp"

namespace mec::test {

class ToyEngine final : public Engine {
 public:
  [[nodiscard]] Seconds now() const override { return Seconds{now_}; }

  ServerId add_server(const std::string& name) override {
    servers_.push_back({});
    names.push_back(name);
    return static_cast<ServerId>(servers_.size() - 1);
  }
  void at(Seconds when, Token token) override { timers_.push_back({when.value(), token}); }
  void start(ServerId id, double amount, Token token) override {
    Server& server = servers_[id];
    if (server.busy) {
      throw std::logic_error("busy server");
    }
    server = {true, amount, server.rate, now_, token, 0.0, started};
    ++started;
  }
  void set_rate(ServerId id, double rate) override {
    Server& server = servers_[id];
    server.remaining -= (now_ - server.since) * server.rate;
    server.served += now_ - server.since;
    server.since = now_;
    server.rate = rate;
  }
  void run(EngineListener& listener) override {
    while (!stopped_) {
      double next = std::numeric_limits<double>::infinity();
      std::size_t timer = timers_.size();
      std::size_t server = servers_.size();
      for (std::size_t i = 0; i < timers_.size(); ++i) {
        if (timers_[i].when < next) {
          next = timers_[i].when;
          timer = i;
        }
      }
      for (std::size_t i = 0; i < servers_.size(); ++i) {
        const Server& candidate = servers_[i];
        const bool first = server == servers_.size() || candidate.order < servers_[server].order;
        if (candidate.busy && (candidate.end() < next ||
                               (candidate.end() == next && timer == timers_.size() && first))) {
          next = candidate.end();
          server = i;
          timer = timers_.size();
        }
      }
      if (timer < timers_.size()) {
        const Token token = timers_[timer].token;
        now_ = std::max(now_, next);
        timers_.erase(timers_.begin() + static_cast<std::ptrdiff_t>(timer));
        listener.on_timer(token);
      } else if (server < servers_.size()) {
        now_ = std::max(now_, next);
        servers_[server].busy = false;
        const Server& done = servers_[server];
        listener.on_service_done(static_cast<ServerId>(server), done.token,
                                 Seconds{done.served + done.remaining / done.rate});
      } else {
        return;
      }
    }
  }
  void stop() override { stopped_ = true; }

  std::vector<std::string> names;
  std::uint64_t started = 0;  // services

 private:
  struct Server {
    bool busy = false;
    double remaining = 0.0;
    double rate = 1.0;
    double since = 0.0;
    Token token = 0;
    double served = 0.0;
    std::uint64_t order = 0;
    [[nodiscard]] double end() const { return since + remaining / rate; }
  };
  struct Timer {
    double when;
    Token token;
  };

  double now_ = 0.0;
  bool stopped_ = false;
  std::vector<Server> servers_;
  std::vector<Timer> timers_;
};

}  // namespace mec::test
