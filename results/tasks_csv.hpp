// tasks.csv: one row a finished task and policy. results/README.md describes the columns.
#pragma once

#include "core/output_file.hpp"
#include "core/records.hpp"
#include "results/csv_field.hpp"

namespace mec {

/// Writes the header at once and a row a record, in the order in which records arrive. Memory does
/// not grow with their number. `file` must outlive it; who made the file commits it. Throws
/// OutputError.
class TasksCsv : public Observer {
 public:
  explicit TasksCsv(OutputFile& file);

  void begin_run(const RunLabel& label) override;
  void task_finished(const TaskRecord& record) override;

 private:
  OutputFile& file_;
  CsvBuffer label_;  // the columns that all rows of a run share
  CsvBuffer row_;
};

}  // namespace mec
