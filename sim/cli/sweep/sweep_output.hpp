// What sweep and merge have in common at their end: the files of all results, and what is printed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "results/cell_store.hpp"
#include "results/sweep_results.hpp"

namespace mec::cli {

enum class Database : std::uint8_t { left_out, written };

/// Writes the CSV files, and sweep.sqlite if asked for. Throws OutputError, UserError.
void write_sweep_output(const SweepResults& results, const CellStore& store,
                        const std::filesystem::path& directory, Database database);

/// To standard output: a line a policy, with the range of its values over the points. Reads
/// summary.csv.
void print_sweep_summary(const SweepResults& results, const std::filesystem::path& directory);

/// To standard error: what has failed, the first ones by name.
void print_failures(const SweepResults& results);

/// To standard output how many replications the points took; a warning to standard error where
/// the precision that was asked for is not reached.
void print_precision(const PrecisionTarget& target, const SweepResults& results);

/// "policy greedy, devices 20, replication 3"
[[nodiscard]] std::string describe_cell(const SweepResults& results, const SweepCell& cell);

/// "38 of 40 cells completed, 1 failed, 1 timed out"
[[nodiscard]] std::string cell_counts(const SweepResults& results);

/// 0: all completed, 1.
[[nodiscard]] int exit_code_of(const SweepResults& results);

}  // namespace mec::cli
