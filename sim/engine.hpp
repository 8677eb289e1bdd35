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
/// for, then the ends of services, in the order in which these were started. Handlers may call the
/// engine, but must not throw.
class EngineListener {
 public:
  virtual ~EngineListener() = default;
  virtual void on_timer(Token token) = 0;
  /// `served`: how long the service took. Known to its last place, where now() is known to the
  /// clock's.
  virtual void on_service_done(ServerId server, Token token, Seconds served) = 0;
  /// The path of this service stays at zero for ever from now on: it never ends. The server stays
  /// taken (a sharing server serves its others as if this one were gone).
  virtual void on_service_stuck(ServerId server, Token token) = 0;
};

class Engine {
 public:
  virtual ~Engine() = default;

  [[nodiscard]] virtual Seconds now() const = 0;

  /// A plain server. Only before `run`.
  virtual ServerId add_server(const std::string& name) = 0;
  /// A sharing server of `cores` >= 1. Only before `run`. Throws UnsupportedByEngine.
  virtual ServerId add_sharing_server(const std::string& name, std::uint32_t cores) = 0;

  /// Calls `on_timer(token)` at `when` >= now; equal times fire in the order in which they were
  /// asked for.
  virtual void at(Seconds when, Token token) = 0;

  /// Starts a service of `amount` > 0 units; on a plain server, only when it is idle.
  /// `on_service_done` is called at its end.
  virtual void start(ServerId server, double amount, ServiceRate rate, Token token) = 0;

  /// Runs until nothing is scheduled and nothing is in service.
  virtual void run(EngineListener& listener) = 0;

  /// Makes `run` return without calling the listener again.
  virtual void stop() = 0;
};

}  // namespace mec
