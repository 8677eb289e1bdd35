// A discrete-event engine of our own: heaps of dates, and nothing else. Without processor sharing
// the end of a service is known at its start, however its rate moves (service_time in
// core/rate_path.hpp), so that a service costs one entry of a heap. It agrees with SimGrid task by
// task (tests/unit/sim/test_engines.cpp) and is many times faster.
//
// Ignores sharing servers: it refuses them.
#pragma once

#include <memory>

#include "sim/engine.hpp"

namespace mec {

[[nodiscard]] std::unique_ptr<Engine> make_event_engine();

}  // namespace mec
