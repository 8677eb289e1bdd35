// The policy that knows the future: the bound on every policy's latency.
#pragma once

#include "core/policy.hpp"

namespace mec {

[[nodiscard]] PolicyEntry clairvoyant_policy();

}  // namespace mec
