// SimGrid as far as the engine uses it, and the one place that knows its versions apart: 3.32
// (Debian 12) and 4.0 (Debian 13). For sim/simgrid_*.{hpp,cpp} only.
#pragma once

#include <simgrid/kernel/Timer.hpp>
#include <simgrid/s4u.hpp>
#include <string>

// clang-format off
#include <xbt/base.h>          // must come before version.h
#include <simgrid/version.h>
// clang-format on

namespace mec::on_simgrid {

namespace sg = simgrid::s4u;

// What differs between SimGrid 3.32 and 4.0. On 4.0 the old spellings still compile, and crash.
#if SIMGRID_VERSION >= 40000UL
using CompletedActivity = sg::Exec;
inline constexpr const char* kTimePrecisionKey = "precision/timing";
inline sg::NetZone* add_zone(sg::Engine& engine) {
  return engine.get_netzone_root()->add_netzone_star("mec");
}
inline sg::Host* add_host(sg::NetZone* zone, const std::string& name, double speed) {
  return zone->add_host(name, speed);
}
template <class Callback>
void on_completion(Callback callback) {
  sg::Exec::on_completion_cb(callback);
}
// Started alone, an Exec that nobody waits for stays in a list for good: hundreds of bytes a
// service.
inline void begin(const sg::ExecPtr& exec) { exec->detach(); }
#else
using CompletedActivity = sg::Activity;
inline constexpr const char* kTimePrecisionKey = "surf/precision";
inline sg::NetZone* add_zone(sg::Engine&) { return sg::create_star_zone("mec"); }
inline sg::Host* add_host(sg::NetZone* zone, const std::string& name, double speed) {
  return zone->create_host(name, speed);
}
template <class Callback>
void on_completion(Callback callback) {
  sg::Activity::on_completion_cb(callback);
}
inline void begin(const sg::ExecPtr& exec) { exec->start(); }
#endif

}  // namespace mec::on_simgrid
