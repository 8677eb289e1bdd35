// What local, edge and cloud share: every subtask on one site.
#pragma once

#include <string>

#include "core/policy.hpp"

namespace mec {

/// The entry of a policy that places everything on `site`: the device, the nearest edge server or
/// the nearest cloud. It refuses a network of fewer sites.
[[nodiscard]] PolicyEntry constant_policy(const std::string& name, SiteIndex site,
                                          const std::string& summary);

}  // namespace mec
