// A third engine, obviously simple: the earliest of a list of events is found by looking at all of
// them, and a path is integrated by plain sums. It shares no code with the others, so that an
// orchestrator that gives the same results on all owes nothing to any of them.
#pragma once

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/engine.hpp"

namespace mec::test {

class ToyEngine final : public Engine {
 public:
  [[nodiscard]] Seconds now() const override { return Seconds{now_}; }

  ServerId add_server(const std::string& name) override { return add(name, 0); }
  ServerId add_sharing_server(const std::string& name, std::uint32_t cores) override {
    return add(name, cores);
  }

  void at(Seconds when, Token token) override {
    require_date(when.value(), now_);
    timers_.push_back({when.value(), token});
  }

  void start(ServerId id, double amount, ServiceRate rate, Token token) override {
    require_service(amount, rate, now_);
    Service service{id, token, started, now_, amount, amount, rate};
    if (servers_[id].cores == 0) {
      if (servers_[id].busy) {
        throw std::logic_error("busy server");
      }
      servers_[id].busy = true;
      integrate(service);
    }
    ++started;
    services_.push_back(service);
  }

  void run(EngineListener& listener) override {
    while (!stopped_) {
      const std::size_t timer = first_timer();
      const std::size_t service = first_service();
      const double fires = timer < timers_.size() ? timers_[timer].when : kNever;
      const double ends = service < services_.size() ? end_of(services_[service]) : kNever;
      const double changes = next_change();
      if (fires == kNever && ends == kNever && changes == kNever) {
        return;
      }
      if (changes < std::min(fires, ends)) {
        advance(changes);
      } else if (fires <= ends) {
        advance(fires);
        const Token token = timers_[timer].token;
        timers_.erase(timers_.begin() + static_cast<std::ptrdiff_t>(timer));
        listener.on_timer(token);
      } else {
        advance(ends);
        report(service, listener);
      }
    }
  }

  void stop() override { stopped_ = true; }

  std::vector<std::string> names;
  std::uint64_t started = 0;  // services

 private:
  static constexpr double kNever = std::numeric_limits<double>::infinity();

  struct Server {
    std::uint32_t cores = 0;  // none: a plain one
    bool busy = false;
  };
  struct Service {
    ServerId server;
    Token token;
    std::uint64_t order;
    double start;
    double amount;
    double left;  // on a sharing server, at now_
    ServiceRate rate;
    double served = 0.0;  // on a plain server, infinite if it is stuck
    double end = 0.0;
  };
  struct Timer {
    double when;
    Token token;
  };

  ServerId add(const std::string& name, std::uint32_t cores) {
    servers_.push_back({cores, false});
    names.push_back(name);
    return static_cast<ServerId>(servers_.size() - 1);
  }

  // The end of a service on a plain server.
  static void integrate(Service& service) {
    double date = service.start;
    double left = service.left;
    for (RateSegment segment = segment_at(service, date);;
         date = segment.until.value(), segment = segment_at(service, date)) {
      const double until = segment.until.value();
      if (segment.rate == 0.0 && until == kNever) {
        service.served = kNever;
        service.end = date;
        return;
      }
      if (segment.rate > 0.0 && left <= segment.rate * (until - date)) {
        service.served = date - service.start + left / segment.rate;
        service.end = service.start + service.served;
        return;
      }
      left -= segment.rate * (until - date);
    }
  }

  static RateSegment segment_at(const Service& service, double date) {
    return service.rate.path() == nullptr ? RateSegment{service.rate.constant(), Seconds{kNever}}
                                          : service.rate.path()->at(Seconds{date});
  }

  [[nodiscard]] bool shares(const Service& service) const {
    return servers_[service.server].cores > 0;
  }

  // Units per second on a sharing server, now.
  [[nodiscard]] double speed_of(const Service& service) const {
    double sharers = 0.0;
    for (const Service& other : services_) {
      if (other.server == service.server && segment_at(other, now_).rate > 0.0) {
        sharers += 1.0;
      }
    }
    const double cores = servers_[service.server].cores;
    return segment_at(service, now_).rate * std::min(1.0, cores / sharers);
  }

  [[nodiscard]] bool is_stuck(const Service& service) const {
    const RateSegment segment = segment_at(service, now_);
    return shares(service) ? segment.rate == 0.0 && segment.until.value() == kNever
                           : service.served == kNever;
  }

  // When it ends or is stuck, if nothing changes before.
  [[nodiscard]] double end_of(const Service& service) const {
    if (!shares(service)) {
      return service.end;
    }
    if (is_stuck(service) || service.left <= 1e-15 * service.amount) {
      return now_;
    }
    const double speed = speed_of(service);
    return speed > 0.0 ? now_ + service.left / speed : kNever;
  }

  // The next date at which the rate of a service on a sharing server changes.
  [[nodiscard]] double next_change() const {
    double next = kNever;
    for (const Service& service : services_) {
      if (shares(service)) {
        next = std::min(next, segment_at(service, now_).until.value());
      }
    }
    return next;
  }

  // The first of those asked for first.
  [[nodiscard]] std::size_t first_timer() const {
    std::size_t first = 0;
    for (std::size_t i = 1; i < timers_.size(); ++i) {
      first = timers_[i].when < timers_[first].when ? i : first;
    }
    return first;
  }
  [[nodiscard]] std::size_t first_service() const {
    std::size_t first = 0;
    for (std::size_t i = 1; i < services_.size(); ++i) {
      first = end_of(services_[i]) < end_of(services_[first]) ? i : first;
    }
    return first;
  }

  void advance(double date) {
    std::vector<double> speeds;
    for (const Service& service : services_) {
      speeds.push_back(shares(service) ? speed_of(service) : 0.0);
    }
    for (std::size_t i = 0; i < services_.size(); ++i) {
      services_[i].left -= speeds[i] * (date - now_);
    }
    now_ = date;
  }

  void report(std::size_t i, EngineListener& listener) {
    const Service service = services_[i];
    const bool stuck = is_stuck(service);
    services_.erase(services_.begin() + static_cast<std::ptrdiff_t>(i));
    if (stuck) {
      listener.on_service_stuck(service.server, service.token);
    } else {
      servers_[service.server].busy = false;
      listener.on_service_done(service.server, service.token,
                               Seconds{shares(service) ? now_ - service.start : service.served});
    }
  }

  double now_ = 0.0;
  bool stopped_ = false;
  std::vector<Server> servers_;
  std::vector<Service> services_;  // in the order of starting
  std::vector<Timer> timers_;      // in the order of asking
};

}  // namespace mec::test
