#include "sim/cli/versions.hpp"

#include <fmt/core.h>

#include <boost/version.hpp>

#include "sim/simgrid_engine.hpp"

namespace mec::cli {

std::string mecsim_version() { return MECSIM_VERSION; }

std::map<std::string, std::string> versions() {
  return {{"mecsim", MECSIM_VERSION},
          {"simgrid", simgrid_version()},
          {"boost", fmt::format("{}.{}.{}", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000,
                                BOOST_VERSION % 100)},
          {"fmt", fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100,
                              FMT_VERSION % 100)},
          {"yaml-cpp", MECSIM_YAML_CPP_VERSION},
          {"compiler", MECSIM_COMPILER}};
}

}  // namespace mec::cli
