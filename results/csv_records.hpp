// Reads a CSV file (RFC 4180) a record at a time, in bounded memory.
#pragma once

#include <cstddef>
#include <deque>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace mec {

/// Records end in a line feed. A quoted field may hold line feeds, so a record may be of several
/// lines.
class CsvRecords {
 public:
  /// Throws UserError when the file cannot be read.
  explicit CsvRecords(const std::string& path);

  /// The next record without its line feed, valid until the next call; false at the end of the
  /// file. Throws UserError, with file and line, where the last record has no end.
  bool next(std::string_view& record);
  /// The line in which the last record began, from 1.
  [[nodiscard]] std::size_t line() const { return line_; }

 private:
  [[nodiscard]] std::size_t end_of_record() const;
  bool read_more();

  std::string path_;
  std::ifstream file_;
  std::string block_;
  std::size_t begin_ = 0;  // of what is left of the block
  std::size_t line_ = 0;
  std::size_t next_line_ = 1;
};

/// The fields of a record; those that were quoted are kept in `unquoted`, the others lie in
/// `record`.
class CsvFields {
 public:
  const std::vector<std::string_view>& split(std::string_view record);

 private:
  std::vector<std::string_view> fields_;
  std::deque<std::string> unquoted_;
};

}  // namespace mec
