// What a sweep has run so far, and the files that come of it. results/README.md describes them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/records.hpp"
#include "core/sweep.hpp"

namespace mec {

/// Wall-clock times of one cell: of a decision, and of the whole simulation.
struct CellTimes {
  std::uint64_t decisions = 0;
  double decision_mean_ns = 0.0;
  double decision_median_ns = 0.0;
  double decision_p99_ns = 0.0;
  std::int64_t wall_ns = 0;
};

/// What a finished cell has come to, beside its rows. Everything but `times` is the same whenever
/// and wherever the cell runs.
struct CellReport {
  RunCounts counts;
  std::optional<double> mean_latency;    // s, over its recorded tasks
  std::optional<double> ratio_of_means;  // over those that have an optimum
  CellTimes times;
};

enum class CellStatus : std::uint8_t { completed, failed, timed_out, missing };

struct SweepCell {
  CellId id;
  std::string key;  // 32 hexadecimal digits: of its scenario, policy, seed, replication and version
  CellStatus status = CellStatus::missing;
  std::string reason;          // failed, timed out: one line
  std::string errors;          // what it wrote to standard error, or the end of it
  CellReport report;           // of a completed one
  std::filesystem::path rows;  // of a completed one: its tasks, in the columns of cell_columns()
};

struct SweepResults {
  std::string scenario;  // name
  std::uint64_t seed = 1;
  SweepGrid grid;
  std::vector<std::string> policies;  // display names
  std::vector<SweepCell> cells;       // by point, policy, replication
  /// [points]: whether the tasks of a run are independent of each other: one device at a time,
  /// closed loop, nothing that moves (independent_tasks() of results/independence.hpp says). What
  /// statistics resample depends on it.
  std::vector<bool> independent_tasks;
  WarmUpDetection warm_up = WarmUpDetection::none;
};

/// Writes tasks.csv, cells.csv, summary.csv, comparisons.csv, quantiles.csv, timings.csv and
/// failures.csv to `directory`, each replaced as a whole. All but timings.csv depend on nothing but
/// the cells' contents. One point is in memory at a time. Throws OutputError, and UserError on rows
/// that are no rows.
void write_sweep_files(const SweepResults& results, const std::filesystem::path& directory);

}  // namespace mec
