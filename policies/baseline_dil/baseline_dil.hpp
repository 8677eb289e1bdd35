// baseline-dil: kd-dil's student without its teacher.
#pragma once

#include "core/policy.hpp"
#include "policies/learning/imitation_policy.hpp"

namespace mec {

[[nodiscard]] PolicyEntry baseline_dil_policy();

/// Of its parameters: kd-dil's student has the same.
[[nodiscard]] const learning::ImitationDefaults& student_defaults();

}  // namespace mec
