#include "results/sweep_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/text.hpp"

namespace mec {

namespace {

constexpr std::array<std::string_view, 20> kIntegers = {
    "point",           "replication", "task",      "device",  "tasks",
    "completed",       "failed",      "in_flight", "warmup",  "mser5_tasks",
    "ratio_undefined", "units",       "wins",      "ties",    "losses",
    "replications",    "decisions",   "wall_ns",   "numeric", "warmup_left_out"};
constexpr std::array<std::string_view, 9> kTexts = {
    "policy", "other", "key", "status", "reason", "stderr", "unit", "placement", "significant"};

template <std::size_t N>
bool holds(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string_view sql_name(ColumnType type) {
  constexpr std::array<std::string_view, 3> kNames = {"INTEGER", "REAL", "TEXT"};
  return kNames[static_cast<std::size_t>(type)];
}

}  // namespace

ColumnType column_type(std::string_view name) {
  if (holds(kTexts, name)) {
    return ColumnType::text;
  }
  return holds(kIntegers, name) ? ColumnType::integer : ColumnType::real;
}

const std::vector<SweepTable>& sweep_tables() {
  static const std::string kOfPoint = "FOREIGN KEY (point) REFERENCES points (point)";
  static const std::string kOfCell =
      "FOREIGN KEY (point, policy, replication) REFERENCES cells (point, policy, replication)";
  static const std::string kOfSummary =
      "FOREIGN KEY (point, policy) REFERENCES summary (point, policy)";
  static const std::vector<SweepTable> kTables = {
      {"cells", "cells.csv", "PRIMARY KEY (point, policy, replication), " + kOfPoint},
      {"tasks", "tasks.csv", "PRIMARY KEY (point, policy, replication, task), " + kOfCell},
      {"summary", "summary.csv", "PRIMARY KEY (point, policy), " + kOfPoint},
      {"comparisons", "comparisons.csv",
       "PRIMARY KEY (point, policy, other), " + kOfSummary +
           ", FOREIGN KEY (point, other) REFERENCES summary (point, policy)"},
      {"quantiles", "quantiles.csv", "PRIMARY KEY (point, policy, probability), " + kOfSummary},
      {"timings", "timings.csv", "PRIMARY KEY (point, policy, replication), " + kOfCell},
      {"failures", "failures.csv", "PRIMARY KEY (point, policy, replication), " + kOfCell}};
  return kTables;
}

// An axis may have the name of any other column: the point comes first, then the axes.
bool is_kept(std::size_t position, std::string_view column, const SweepGrid& grid) {
  return position == 0 ||
         (position > grid.columns.size() && column != "scenario" && column != "seed");
}

std::string quoted_name(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  }
  return quoted + "\"";
}

std::string create_table(const SweepTable& table, const std::vector<std::string>& columns) {
  std::string declared;
  for (const std::string& column : columns) {
    declared += fmt::format("{} {}, ", quoted_name(column), sql_name(column_type(column)));
  }
  return fmt::format("CREATE TABLE {} ({}{}) WITHOUT ROWID", table.name, declared,
                     table.constraints);
}

std::string create_points(const SweepGrid& grid) {
  std::string declared = "point INTEGER PRIMARY KEY";
  for (const SweepColumn& axis : grid.columns) {
    declared += fmt::format(", {} {}", quoted_name(axis.name),
                            sql_name(axis.numeric ? ColumnType::real : ColumnType::text));
  }
  return fmt::format("CREATE TABLE points ({})", declared);
}

}  // namespace mec
