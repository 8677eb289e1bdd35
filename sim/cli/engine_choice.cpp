#include "sim/cli/engine_choice.hpp"

#include <fmt/format.h>

#include "core/errors.hpp"
#include "core/text.hpp"
#include "scenarios/text_file.hpp"

namespace mec::cli {

EngineKind parse_engine(const std::string& name) {
  if (name != "simgrid" && name != "events") {
    throw UserError(fmt::format("--engine \"{}\": expected simgrid or events{}", printable(name),
                                did_you_mean(name, {"simgrid", "events"})));
  }
  return name == "events" ? EngineKind::events : EngineKind::simgrid;
}

std::string name_of(EngineKind engine) {
  return engine == EngineKind::events ? "events" : "simgrid";
}

}  // namespace mec::cli
