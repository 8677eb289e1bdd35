// The reference page of scenario files: every key, unit, distribution and policy, as Markdown.
#pragma once

#include <string>

#include "core/policy.hpp"

namespace mec {

/// Ends in a line break. The same registry gives the same bytes.
[[nodiscard]] std::string option_reference(const PolicyRegistry& policies);

}  // namespace mec
