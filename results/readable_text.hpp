// Text of other programs made fit for a CSV file that anything can read.
#pragma once

#include <string>
#include <string_view>

namespace mec {

/// Valid UTF-8, U+FFFD for each byte that is none; control characters but line breaks and tabs as
/// "?", carriage returns left out, line breaks at the end as well.
[[nodiscard]] std::string readable_text(std::string_view text);

}  // namespace mec
