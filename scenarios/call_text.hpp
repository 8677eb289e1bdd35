// `name(argument, argument)`, taken apart.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace mec {

struct CallText {
  std::string_view name;
  std::vector<std::string_view> arguments;  // trimmed; empty for `name()`
};

/// Nothing if `text` has no parenthesis. Throws ValueError when parentheses do not match or an
/// argument is empty.
[[nodiscard]] std::optional<CallText> parse_call(std::string_view text);

}  // namespace mec
