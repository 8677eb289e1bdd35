// Random: each subtask on a site drawn uniformly (paper, Section 5.1, "Others").
#pragma once

#include "core/policy.hpp"

namespace mec {

[[nodiscard]] PolicyEntry random_policy();

}  // namespace mec
