// What the orchestrator needs of a discrete-event engine, and nothing more. SimGrid is one
// (simgrid_engine.cpp), an event heap of our own another (event_engine.cpp).
//
// A server is one core or one link direction. A plain server serves one request at a time; queues
// before it are not the engine's business. A sharing server has all that is asked of it in service
// at once and divides itself evenly among it (processor sharing): with c cores and n services each
// goes at min(1, c / n) of its own rate.
//
// A service goes at a constant rate or along a path (core/rate_path.hpp). The path does not depend
// on what is simulated, so an engine may look ahead on it; a change in mid-service is exact.
#pragma once

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>

#include "core/errors.hpp"
#include "core/rate_path.hpp"
#include "core/units.hpp"

namespace mec {

using ServerId = std::uint32_t;
using Token = std::uint64_t;

/// How fast a service goes, in units per second, were it alone: > 0 and finite, or along a path.
class ServiceRate {
 public:
  constexpr ServiceRate(double rate) : rate_(rate) {}      // NOLINT(google-explicit-constructor)
  ServiceRate(RatePath& path) : path_(&path) {}            // NOLINT(google-explicit-constructor)
  [[nodiscard]] double constant() const { return rate_; }  // where path() is null
  [[nodiscard]] RatePath* path() const { return path_; }

 private:
  double rate_ = 0.0;
  RatePath* path_ = nullptr;
};

/// The engine cannot do what the scenario asks for; the message says which one can.
class UnsupportedByEngine : public UserError {
 public:
  using UserError::UserError;
};

/// Receives what happens. At one date, timers come first, in the order in which they were asked
/// for, then services that end or are stuck, in the order in which they were started. Handlers may
/// call the engine, but must not throw.
class EngineListener {
 public:
  virtual ~EngineListener() = default;
  /// A hint that the service of this token is likely to end next, so that what it needs can be on
  /// its way from memory by then. Engines need not give it.
  virtual void expect(Token) {}
  virtual void on_timer(Token token) = 0;
  /// `served`: how long the service took. Known to its last place, where now() is known to the
  /// clock's.
  virtual void on_service_done(ServerId server, Token token, Seconds served) = 0;
  /// The path of this service stays at zero for ever from now on: it never ends. The server stays
  /// taken (a sharing server serves its others as if this one were gone).
  virtual void on_service_stuck(ServerId server, Token token) = 0;
};

/// Calls that break what `Engine` asks of its callers throw std::logic_error.
class Engine {
 public:
  virtual ~Engine() = default;

  [[nodiscard]] virtual Seconds now() const = 0;

  /// A plain server. Only before `run`.
  virtual ServerId add_server(const std::string& name) = 0;
  /// A sharing server of `cores` >= 1. Only before `run`. Throws UnsupportedByEngine.
  virtual ServerId add_sharing_server(const std::string& name, std::uint32_t cores) = 0;

  /// Calls `on_timer(token)` at `when` >= now, finite.
  virtual void at(Seconds when, Token token) = 0;

  /// Starts a service of `amount` > 0 units, which must end at a finite date, or never by an outage
  /// without end; on a plain server, only when it is idle. `on_service_done` is called at its end,
  /// the date of which is now + `served`. The path must outlive the service.
  virtual void start(ServerId server, double amount, ServiceRate rate, Token token) = 0;

  /// Runs until nothing is scheduled and nothing is in service.
  virtual void run(EngineListener& listener) = 0;

  /// Makes `run` return without calling the listener again.
  virtual void stop() = 0;
};

/// What `at` asks of its caller.
inline void require_date(double when, double now) {
  if (!(when >= now && when < std::numeric_limits<double>::infinity())) {
    throw std::logic_error("a timer was asked for at a date that is past or not finite");
  }
}

/// What `start` asks of its caller, idleness of the server apart.
inline void require_service(double amount, ServiceRate rate, double now) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const bool finite =
      amount > 0.0 && amount < kInfinity &&
      (rate.path() != nullptr || (rate.constant() > 0.0 && rate.constant() < kInfinity &&
                                  now + amount / rate.constant() < kInfinity));
  if (!finite) {
    throw std::logic_error("a service needs an amount and a rate that are above 0 and finite");
  }
}

}  // namespace mec
