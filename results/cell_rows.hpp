// The task rows of one finished cell of a sweep, read back. Columns are those of a run's tasks.csv
// without the measured decision_ns.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "results/sweep_results.hpp"

namespace mec {

/// The numbers of a row that statistics are made of, in seconds and joules. A failed task has its
/// number only.
struct CellRow {
  std::uint64_t task = 0;
  double exec = 0.0;
  double transfer = 0.0;
  double wait = 0.0;
  double decision = 0.0;
  double energy = 0.0;
  double optimum = 0.0;  // NaN: unknown
  bool completed = true;

  /// Added as when it was written, so that it is the latency_s of the file.
  [[nodiscard]] double latency() const { return decision + exec + transfer + wait; }
};

/// Calls `use` with each row in the order of the file, and with its text, without the line break.
/// Memory does not grow with the file. Throws UserError, with file and line, where the header is
/// another, a line is no row of this cell or the last one is torn.
void read_cell_rows(const SweepCell& cell, std::string_view policy,
                    const std::function<void(const CellRow&, std::string_view record)>& use);

}  // namespace mec
