// kd-dil: a small network that a large one has taught.
#pragma once

#include "core/policy.hpp"

namespace mec {

[[nodiscard]] PolicyEntry kd_dil_policy();

}  // namespace mec
