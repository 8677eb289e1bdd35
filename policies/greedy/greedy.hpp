// Greedy: subtask by subtask, the site that is cheapest for this subtask alone (paper, Section 5.1,
// item 2).
#pragma once

#include "core/policy.hpp"

namespace mec {

[[nodiscard]] PolicyEntry greedy_policy();

}  // namespace mec
