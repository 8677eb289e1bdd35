// Writes a workload file that `read_workload` reads back bit for bit. What has no column is the
// scenario's: the cloud's speed, bandwidths that move or whose directions differ, and all but the
// device's speed in a topology.
#pragma once

#include <string>

#include "core/output_file.hpp"
#include "core/scenario.hpp"
#include "core/workload.hpp"

namespace mec {

/// The columns of the state, beside p1, that mean something in a network.
struct StateColumns {
  bool three_tier = true;
  bool p2 = true;
  bool b1 = true;
  bool b2 = true;
};
[[nodiscard]] StateColumns state_columns(const NetworkModel& network);

/// The file is whole or not there (see OutputFile): without `finish`, nothing remains. Throws
/// UserError when the path cannot be opened, OutputError when it cannot be written.
class WorkloadWriter {
 public:
  WorkloadWriter(const std::string& path, const NetworkModel& network);
  ~WorkloadWriter();
  WorkloadWriter(const WorkloadWriter&) = delete;
  WorkloadWriter& operator=(const WorkloadWriter&) = delete;
  WorkloadWriter(WorkloadWriter&&) = delete;
  WorkloadWriter& operator=(WorkloadWriter&&) = delete;

  void write(const WorkItem& item);
  void finish();

 private:
  OutputFile file_;
  StateColumns columns_;
  bool finished_ = false;
};

}  // namespace mec
