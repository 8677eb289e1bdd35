// Versions of mecsim and of what it is built with.
#pragma once

#include <map>
#include <string>

namespace mec::cli {

[[nodiscard]] std::string mecsim_version();
/// mecsim, SimGrid, Boost, fmt, yaml-cpp, compiler.
[[nodiscard]] std::map<std::string, std::string> versions();

}  // namespace mec::cli
