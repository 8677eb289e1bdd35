// Reading a user's text file, and showing a user's bytes safely.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace mec {

/// The file's bytes without a UTF-8 byte-order mark. Throws ScenarioError (`PATH: reason`) when it
/// cannot be read, is a directory, or is longer than `limit` bytes; (`PATH:LINE:COL: reason`) when
/// it holds a NUL byte, and so is no text.
[[nodiscard]] std::string read_text_file(
    const std::string& path, std::size_t limit = std::numeric_limits<std::size_t>::max());

/// Offset of the first byte that is not UTF-8, or npos.
[[nodiscard]] std::size_t find_invalid_utf8(std::string_view text);

/// 1-based; columns count bytes.
struct TextPosition {
  std::size_t line = 1;
  std::size_t column = 1;
};
[[nodiscard]] TextPosition position_of(std::string_view text, std::size_t offset);

/// Control characters become '?'.
[[nodiscard]] std::string one_line(std::string text);

/// `text` fit for one line of a message: control characters become '?', long text is cut short.
[[nodiscard]] std::string printable(std::string_view text);

/// "a, b or c"
[[nodiscard]] std::string list_of_alternatives(const std::vector<std::string>& items);

}  // namespace mec
