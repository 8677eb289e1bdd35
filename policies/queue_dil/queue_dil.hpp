// Queue-aware DIL: a network that places whole tasks as a planner does that sees queues and pays
// for what it takes from others.
#pragma once

#include "core/policy.hpp"

namespace mec {

[[nodiscard]] PolicyEntry queue_dil_policy();

}  // namespace mec
