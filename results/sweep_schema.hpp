// The tables of sweep.sqlite, as data: what each is loaded from and how its columns are declared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/sweep.hpp"

namespace mec {

enum class ColumnType : std::uint8_t { integer, real, text };

/// By its name, wherever it occurs; what is not known otherwise is real.
[[nodiscard]] ColumnType column_type(std::string_view name);

/// A table that a CSV file of the sweep is loaded into. The columns that are the same in every row
/// of a point or of the sweep (axes, scenario, seed) are left to the tables points and meta.
struct SweepTable {
  std::string name;
  std::string file;
  std::string constraints;  // primary and foreign keys
};

/// In an order in which each refers to earlier ones only.
[[nodiscard]] const std::vector<SweepTable>& sweep_tables();

/// Whether the column at this position (from 0) of a CSV file is a column of the table as well.
[[nodiscard]] bool is_kept(std::size_t position, std::string_view column, const SweepGrid& grid);

/// `name` as SQL takes any name: in double quotes.
[[nodiscard]] std::string quoted_name(std::string_view name);

/// CREATE TABLE of a table with the columns that are kept of `columns`.
[[nodiscard]] std::string create_table(const SweepTable& table,
                                       const std::vector<std::string>& columns);
/// CREATE TABLE of points.
[[nodiscard]] std::string create_points(const SweepGrid& grid);

}  // namespace mec
