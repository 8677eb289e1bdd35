// What local, edge and cloud share: every subtask on one site.
#pragma once

#include <string>

#include "core/policy.hpp"

namespace mec {

/// The entry of a policy that places everything on `site`; it refuses a network without that site.
[[nodiscard]] PolicyEntry constant_policy(const std::string& name, SiteIndex site,
                                          const std::string& summary);

}  // namespace mec
