// Workload files: CSV, a row a task. Columns are found by the names in the header, in any order;
// others are ignored.
//
//   task, device, release_s        whole number, whole number, seconds
//   work_cycles, data_bytes        n and n+1 numbers joined by spaces
//   p1_hz, p2_hz, b1_Bps, b2_Bps   the state; columns and fields may be missing or empty
//
// Rows may be in any order of release. A column of the state must be empty where it has no meaning:
// p2, b1 and b2 in a topology, a bandwidth that moves, and one with two directions that differ.
#pragma once

#include <string>
#include <vector>

#include "core/workload.hpp"
#include "scenarios/workload_writer.hpp"  // IWYU pragma: export

namespace mec {

/// Names of the columns, the first five of which a file must have.
[[nodiscard]] const std::vector<std::string>& workload_columns();

/// Tasks for this network. Throws ScenarioError (`FILE:LINE:COL: column "value": ...`) with the
/// first 20 faults.
[[nodiscard]] std::vector<RecordedTask> read_workload(const std::string& path,
                                                      const NetworkModel& network);

}  // namespace mec
