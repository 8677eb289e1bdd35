// Imitation learning where bandwidths move while a task runs.
#pragma once

#include "core/policy.hpp"

namespace mec {

[[nodiscard]] PolicyEntry online_dil_policy();

}  // namespace mec
