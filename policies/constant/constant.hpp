// Local, Edge, Cloud: the whole task on one site (paper, Section 5.1, "Others").
#pragma once

#include "core/policy.hpp"

namespace mec {

[[nodiscard]] PolicyEntry local_policy();
[[nodiscard]] PolicyEntry edge_policy();
[[nodiscard]] PolicyEntry cloud_policy();

}  // namespace mec
