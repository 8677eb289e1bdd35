// What the orchestrator needs of a discrete-event engine, and nothing more. SimGrid is one
// (simgrid_engine.cpp); the tests have a toy one to prove the orchestrator without it.
//
// A server serves one request at a time at a rate (units per second) that may change at any moment,
// also in mid-service. Queues are not the engine's business.
#pragma once

#include <cstdint>
#include <string>

#include "core/units.hpp"

namespace mec {

using ServerId = std::uint32_t;
using Token = std::uint64_t;

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
};

class Engine {
 public:
  virtual ~Engine() = default;

  [[nodiscard]] virtual Seconds now() const = 0;

  /// A server of rate 1. Only before `run`.
  virtual ServerId add_server(const std::string& name) = 0;

  /// Calls `on_timer(token)` at `when` >= now; equal times fire in the order in which they were
  /// asked for.
  virtual void at(Seconds when, Token token) = 0;

  /// Starts a service of `amount` > 0 units on an idle server; `on_service_done` is called at its
  /// end.
  virtual void start(ServerId server, double amount, Token token) = 0;

  /// Rate > 0 [units/s] from now on, also for what is left of a service in progress.
  virtual void set_rate(ServerId server, double rate) = 0;

  /// Runs until nothing is scheduled and nothing is in service.
  virtual void run(EngineListener& listener) = 0;

  /// Makes `run` return without calling the listener again.
  virtual void stop() = 0;
};

}  // namespace mec
