// Small sweeps for tests: cells with given latencies.
#pragma once

#include <string>
#include <vector>

#include "core/output_file.hpp"
#include "results/sweep_results.hpp"
#include "results/task_sums.hpp"
#include "results/tasks_csv.hpp"
#include "tests/support/scratch.hpp"
#include "tests/unit/results/records.hpp"

namespace mec::test {

/// Two axes, one of numbers, with names and values that need quoting; two policies; no cells.
inline SweepResults two_points() {
  SweepResults results;
  results.scenario = "mini";
  results.seed = 7;
  results.grid.columns = {{"speed_Hz", "edge.speed", "Hz", true}, {"a \"b\"", "x", "", false}};
  results.grid.points = {{"1e+09", "x,y"}, {"2e+09", "z"}};
  results.policies = {"fast", "slow,er"};
  results.independent_tasks = {true, true};
  return results;
}

/// A finished cell whose tasks, 0, 1, ..., have these latencies and an optimum of 1 s.
inline void add_cell(SweepResults& results, const Scratch& scratch, CellId id,
                     const std::vector<double>& latencies) {
  SweepCell cell;
  cell.id = id;
  cell.key =
      "k" + std::to_string(id.point) + std::to_string(id.policy) + std::to_string(id.replication);
  cell.status = CellStatus::completed;
  cell.rows = scratch / (cell.key + ".csv");
  OutputFile file(cell.rows.string());
  TasksCsv csv(file, MeasuredTimes::left_out);
  csv.begin_run({results.scenario, results.policies.at(id.policy), results.seed, id.replication});
  TaskSums sums;
  for (const double latency : latencies) {
    TaskRecord record = completed_task(latency, 1);
    record.task = static_cast<std::uint64_t>(sums.tasks);
    csv.task_finished(record);
    sums += sums_of_task(latency, 1);
  }
  file.commit();
  cell.report.counts = {latencies.size(), latencies.size(), 0, 0};
  cell.report.mean_latency = sums.mean_latency();
  cell.report.ratio_of_means = sums.ratio_of_means();
  cell.report.times = {latencies.size(), 5, 4, 9, 77};
  results.cells.push_back(cell);
}

/// Point 0: "fast" with latencies of 1 and 3 s, "slow,er" with 2 and 6. Point 1: "fast" with 2,
/// "slow,er" failed.
inline SweepResults small_sweep(const Scratch& scratch, const std::string& reason,
                                const std::string& errors) {
  SweepResults results = two_points();
  add_cell(results, scratch, {0, 0, 0}, {1, 3});
  add_cell(results, scratch, {0, 1, 0}, {2, 6});
  add_cell(results, scratch, {1, 0, 0}, {2});
  SweepCell failed;
  failed.id = {1, 1, 0};
  failed.key = "k110";
  failed.status = CellStatus::failed;
  failed.reason = reason;
  failed.errors = errors;
  results.cells.push_back(failed);
  return results;
}

}  // namespace mec::test
