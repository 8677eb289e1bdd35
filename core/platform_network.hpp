// The network of a platform: a group for each device, and a medium for each link.
#pragma once

#include "core/network.hpp"
#include "core/platform.hpp"

namespace mec {

/// Sites are the servers in their order. A link that only one device's routes cross is its own.
/// Throws std::logic_error on a platform whose file has not been read.
[[nodiscard]] Network network_of_platform(const PlatformModel& model);

}  // namespace mec
