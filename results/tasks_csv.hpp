// tasks.csv: one row a finished task and policy. results/README.md describes the columns.
#pragma once

#include <cstdint>
#include <string>

#include "core/output_file.hpp"
#include "core/records.hpp"
#include "results/csv_field.hpp"

namespace mec {

/// Measured times differ from run to run; the rows of a sweep's cells leave them out, and are the
/// same bytes however the sweep is run.
enum class MeasuredTimes : std::uint8_t { written, left_out };

/// The names of the columns, joined by commas.
[[nodiscard]] std::string task_columns(MeasuredTimes times);
/// Those of a sweep's cell.
[[nodiscard]] std::string cell_columns();

/// Writes the header at once and a row a record, in the order in which records arrive. Memory does
/// not grow with their number. `file` must outlive it; who made the file commits it. Throws
/// OutputError.
class TasksCsv : public Observer {
 public:
  explicit TasksCsv(OutputFile& file, MeasuredTimes times = MeasuredTimes::written);

  void begin_run(const RunLabel& label) override;
  void task_finished(const TaskRecord& record) override;

 private:
  OutputFile& file_;
  MeasuredTimes times_;
  CsvBuffer label_;  // the columns that all rows of a run share
  CsvBuffer row_;
};

}  // namespace mec
