// The explicit list of every policy that ships. A static object that registers itself would be
// dropped by the linker from a static library; a list is also where a reader looks first.
#pragma once

#include "core/policy.hpp"

namespace mec {

/// All policies in their canonical order: that of tables, figures and files.
[[nodiscard]] const PolicyRegistry& policy_registry();

}  // namespace mec
