// The JSON Schema (draft 2020-12) of scenario files, for completion and checking in editors. It
// knows every key, word, unit and policy; what spans several values (low <= high, ranges of
// quantities) only the loader checks.
#pragma once

#include <string>

#include "core/policy.hpp"

namespace mec {

/// Ends in a line break. The same registry gives the same bytes.
[[nodiscard]] std::string json_schema(const PolicyRegistry& policies);

}  // namespace mec
