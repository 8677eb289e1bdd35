// Edge: every subtask on the edge server (paper, Section 5.1, "Others").
#pragma once

#include "core/policy.hpp"

namespace mec {

[[nodiscard]] PolicyEntry edge_policy();

}  // namespace mec
