// Best constant: the cheapest placement that keeps the whole task on one site. No learning, no
// search: the baseline that a learned policy must beat.
#pragma once

#include "core/policy.hpp"

namespace mec {

[[nodiscard]] PolicyEntry best_constant_policy();

}  // namespace mec
