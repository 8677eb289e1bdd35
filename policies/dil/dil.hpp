// dil: a network that imitates the optimum.
#pragma once

#include "core/policy.hpp"
#include "policies/learning/imitation_policy.hpp"

namespace mec {

[[nodiscard]] PolicyEntry dil_policy();

/// Of its parameters: kd-dil's teacher is trained alike.
[[nodiscard]] const learning::ImitationDefaults& dil_defaults();

}  // namespace mec
