// Reads SimGrid's platform files (XML) with SimGrid itself, so that zones, clusters and routing are
// what SimGrid makes of them. Hosts come in the order of the file, with the speed of their first
// pstate; a host's property `tier` is edge or cloud. Ignores loopbacks, and what only a simulation
// by SimGrid's own network model would use: latencies and profiles.
#pragma once

#include <string>

#include "core/platform.hpp"

namespace mec {

/// In a process of its own: SimGrid allows one engine a process, and ends it on some mistakes.
/// Throws UserError, which names the file and says what SimGrid has against it; also for hosts that
/// no route joins, and for links that are shared in ways of their own (WIFI). A PlatformReader.
[[nodiscard]] PlatformFile read_simgrid_platform(const std::string& path,
                                                 const HostSelection& selection);

}  // namespace mec
