// Writes a workload file that `read_workload` reads back bit for bit. The cloud's speed has no
// column: it is the scenario's.
#pragma once

#include <string>

#include "core/output_file.hpp"
#include "core/workload.hpp"

namespace mec {

/// The file is whole or not there (see OutputFile): without `finish`, nothing remains. Throws
/// UserError when the path cannot be opened, OutputError when it cannot be written.
class WorkloadWriter {
 public:
  explicit WorkloadWriter(const std::string& path);
  ~WorkloadWriter();
  WorkloadWriter(const WorkloadWriter&) = delete;
  WorkloadWriter& operator=(const WorkloadWriter&) = delete;
  WorkloadWriter(WorkloadWriter&&) = delete;
  WorkloadWriter& operator=(WorkloadWriter&&) = delete;

  void write(const WorkItem& item);
  void finish();

 private:
  OutputFile file_;
  bool finished_ = false;
};

}  // namespace mec
