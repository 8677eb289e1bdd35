// How a value is written as a field of a CSV file (RFC 4180).
#pragma once

#include <fmt/compile.h>
#include <fmt/format.h>

#include <cmath>
#include <concepts>
#include <iterator>
#include <optional>
#include <string_view>

namespace mec {

using CsvBuffer = fmt::memory_buffer;

/// Text as it stands, in double quotes if it holds a comma, quote or line break.
void append_csv_text(CsvBuffer& out, std::string_view text);

/// The shortest decimal that reads back as the same double; nothing for infinities and NaN: an
/// empty field is what every reader of CSV takes as "no value".
inline void append_csv_number(CsvBuffer& out, double value) {
  if (std::isfinite(value)) {
    fmt::format_to(std::back_inserter(out), FMT_COMPILE("{}"), value);
  }
}
template <std::integral Integer>
void append_csv_number(CsvBuffer& out, Integer value) {
  fmt::format_to(std::back_inserter(out), FMT_COMPILE("{}"), value);
}
inline void append_csv_number(CsvBuffer& out, const std::optional<double>& value) {
  if (value) {
    append_csv_number(out, *value);
  }
}

}  // namespace mec
