// What --engine says.
#pragma once

#include <string>

#include "sim/run_simulation.hpp"

namespace mec::cli {

/// "simgrid" or "events". Throws UserError.
[[nodiscard]] EngineKind parse_engine(const std::string& name);
[[nodiscard]] std::string name_of(EngineKind engine);

}  // namespace mec::cli
