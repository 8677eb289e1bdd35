// Text helpers shared by every room that reports a user's mistake.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mec {

/// The candidate nearest to `name` by edit distance (ignoring case, a swap of neighbours is one
/// edit), or nothing when none is near enough to be a likely typing error (at most a third of the
/// letters differ, at least one).
[[nodiscard]] std::optional<std::string> nearest_name(std::string_view name,
                                                      const std::vector<std::string>& candidates);

/// `; did you mean "x"?` or an empty string.
[[nodiscard]] std::string did_you_mean(std::string_view name,
                                       const std::vector<std::string>& candidates);

/// "a, b, c"
[[nodiscard]] std::string join(const std::vector<std::string>& items,
                               std::string_view separator = ", ");

/// The double that `text` is as a whole, or nothing. Accepts what std::from_chars does, and a
/// leading '+'. Locale-free.
[[nodiscard]] std::optional<double> parse_double(std::string_view text);

}  // namespace mec
