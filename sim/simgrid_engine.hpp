// The reference engine: SimGrid. Only the files sim/simgrid_* include it, and simgrid_api.hpp is
// the one place that knows its versions apart.
#pragma once

#include <memory>
#include <string>

#include "sim/engine.hpp"

namespace mec {

/// SimGrid allows one engine a process: a second call throws std::logic_error. Run each simulation
/// in a process of its own (sim/isolated_run.hpp).
[[nodiscard]] std::unique_ptr<Engine> make_simgrid_engine();

/// "3.32.0"
[[nodiscard]] std::string simgrid_version();

}  // namespace mec
