// sweep.sqlite: the tables of a sweep in one SQLite database. results/README.md gives the schema.
#pragma once

#include <filesystem>

#include "results/sweep_results.hpp"

namespace mec {

/// Loads the CSV files that write_sweep_files has put into `directory` into
/// `directory`/sweep.sqlite, in one transaction; the file appears whole or not at all. Throws
/// OutputError, and UserError where this build has no SQLite or a CSV file is none of its own.
void write_sweep_database(const SweepResults& results, const std::filesystem::path& directory);

/// Throws UserError where this build has no SQLite, and says which package it needs: to be called
/// before hours of simulation.
void check_database_support();

}  // namespace mec
