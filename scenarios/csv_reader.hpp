// Comma-separated values (RFC 4180) with the place of every field: \n or \r\n ends a line, a field
// may be quoted, a quote inside is doubled. Empty lines are skipped.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace mec {

struct CsvField {
  std::string_view text;  // valid until the next row is read
  std::size_t line = 1;
  std::size_t column = 1;  // of its first character, in bytes from 1
};

struct CsvRow {
  std::vector<CsvField> fields;
  std::size_t line = 1;
  bool ended = false;         // by a line break; false only for a last line without one
  const char* fault = "";     // why a field is malformed; empty when none is
  std::size_t malformed = 0;  // the last such field
};

class CsvReader {
 public:
  /// `text` must outlive the reader.
  explicit CsvReader(std::string_view text) : text_(text) {}

  /// Reads the next row that is not empty; false at the end.
  bool next(CsvRow& row);

 private:
  void read_row(CsvRow& row);
  void read_quoted(CsvRow& row);
  void read_plain(CsvRow& row);
  [[nodiscard]] bool at_break() const;
  void take_break();
  [[nodiscard]] std::size_t column() const { return at_ - line_start_ + 1; }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t line_start_ = 0;
  std::deque<std::string> unescaped_;
};

}  // namespace mec
