// Deep reinforcement learning: a network that has learned what placements cost by trying them
// (paper, Section 5.1, item 3).
#pragma once

#include "core/policy.hpp"

namespace mec {

[[nodiscard]] PolicyEntry drl_policy();

}  // namespace mec
