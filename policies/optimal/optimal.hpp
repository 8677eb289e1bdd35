// Optimal: a placement of least cost on the snapshot (paper, Section 5.1, item 1).
#pragma once

#include "core/policy.hpp"

namespace mec {

[[nodiscard]] PolicyEntry optimal_policy();

}  // namespace mec
