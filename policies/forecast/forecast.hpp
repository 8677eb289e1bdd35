// The policy that plans on forecast bandwidths.
#pragma once

#include "core/policy.hpp"

namespace mec {

[[nodiscard]] PolicyEntry forecast_policy();

}  // namespace mec
