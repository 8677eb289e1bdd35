// A CSV file with a header as a table: columns are found by name, in any order, others are ignored;
// every fault has its place, and all are reported at once.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/csv_reader.hpp"
#include "scenarios/value_error.hpp"

namespace mec {

class CsvTable {
 public:
  /// The first `required` of `columns` must be there. `path` is named in faults; all must outlive
  /// the table.
  CsvTable(const std::string& path, std::string_view text, const std::vector<std::string>& columns,
           std::size_t required);

  /// Reads the header. Throws ScenarioError when a column is missing or appears twice.
  void read_header();
  /// The next row; false at the end, or when there have been faults enough.
  bool next(CsvRow& row);
  /// Whether the row is well-formed and as long as the header; if not, the fault is noted.
  bool check(const CsvRow& row);

  [[nodiscard]] bool has(std::size_t column) const;
  [[nodiscard]] const CsvField& field(const CsvRow& row, std::size_t column) const;
  /// Calls `parser` with the field's text. Whether it threw no ValueError; if not, the fault is
  /// noted.
  template <class Parser>
  bool parse(const CsvRow& row, std::size_t column, Parser parser) {
    const CsvField& place = field(row, column);
    try {
      parser(place.text);
      return true;
    } catch (const ValueError& error) {
      add_at(place, column, error.what());
      return false;
    }
  }

  void add(std::size_t line, std::size_t column, std::string message);
  /// What follows a tear tells nothing: of the faults after the first `before`, keeps one and says
  /// that the last line is torn.
  void keep_as_tear(std::size_t before);
  [[nodiscard]] std::size_t fault_count() const { return faults_.size(); }
  /// Throws ScenarioError with the first faults in line order, unless there are none.
  void raise();

 private:
  struct Fault {
    std::size_t line = 0;
    std::size_t column = 0;
    std::string message;
  };

  void place_column(const CsvField& field, std::size_t position);
  void report_missing(const std::string& name, const CsvRow& header);
  void add_at(const CsvField& place, std::size_t column, const char* message);

  const std::string& path_;
  CsvReader reader_;
  const std::vector<std::string>& columns_;
  std::size_t required_;
  std::vector<std::size_t> positions_;  // of each column in a row
  std::size_t width_ = 0;
  std::vector<Fault> faults_;
};

enum class Zero { allowed, refused };

/// A finite number of at least 0, up to 1e60 as for quantities: no product or quotient overflows.
/// Throws ValueError.
[[nodiscard]] double parse_csv_number(std::string_view text, Zero zero);

}  // namespace mec
