// Local: every subtask on the device (paper, Section 5.1, "Others").
#pragma once

#include "core/policy.hpp"

namespace mec {

[[nodiscard]] PolicyEntry local_policy();

}  // namespace mec
