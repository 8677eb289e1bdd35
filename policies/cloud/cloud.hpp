// Cloud: every subtask in the cloud (paper, Section 5.1, "Others").
#pragma once

#include "core/policy.hpp"

namespace mec {

[[nodiscard]] PolicyEntry cloud_policy();

}  // namespace mec
