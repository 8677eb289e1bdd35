// Reads a CSV of expected results that was computed by someone else: no quotes, no escapes, lists
// joined by spaces.
#pragma once

#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/state.hpp"
#include "core/task.hpp"
#include "core/text.hpp"
#include "tests/catch.hpp"

namespace mec::test {

inline std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) {
    parts.push_back(part);
  }
  return parts;
}

/// A row of expected results, by column name.
class VectorRow {
 public:
  explicit VectorRow(std::map<std::string, std::string> cells) : cells_(std::move(cells)) {}

  [[nodiscard]] const std::string& text(const std::string& column) const {
    return cells_.at(column);
  }
  [[nodiscard]] double number(const std::string& column) const {
    return parse_double(text(column)).value();
  }
  [[nodiscard]] std::vector<double> numbers(const std::string& column) const {
    std::vector<double> values;
    for (const std::string& part : split(text(column), ' ')) {
      values.push_back(parse_double(part).value());
    }
    return values;
  }
  [[nodiscard]] Placement placement(const std::string& column) const {
    Placement sites;
    for (const double site : numbers(column)) {
      sites.push_back(static_cast<SiteIndex>(site));
    }
    return sites;
  }
  [[nodiscard]] ChainTask task() const {
    ChainTask task;
    for (const double work : numbers("work_cycles")) {
      task.work.emplace_back(work);
    }
    for (const double data : numbers("data_bytes")) {
      task.data.emplace_back(data);
    }
    return task;
  }
  [[nodiscard]] SystemState state() const {
    return SystemState(ThreeTierState{Hertz{number("p1_hz")}, Hertz{number("p2_hz")},
                                      BytesPerSecond{number("b1_Bps")},
                                      BytesPerSecond{number("b2_Bps")}, kInfiniteSpeed});
  }

 private:
  std::map<std::string, std::string> cells_;
};

/// The file that the environment names, or the place where a checkout may keep one beside it.
inline std::string vectors_path() {
  const char* named = std::getenv("MECSIM_VECTORS");
  return named != nullptr ? named : MECSIM_SOURCE_DIR "/../shared/vectors/chain.csv";
}

/// All rows, or nothing when there is no such file.
inline std::optional<std::vector<VectorRow>> read_vectors(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!file || !std::getline(file, line)) {
    return std::nullopt;
  }
  const std::vector<std::string> columns = split(line, ',');
  std::vector<VectorRow> rows;
  while (std::getline(file, line)) {
    const std::vector<std::string> parts = split(line, ',');
    if (parts.size() != columns.size()) {
      throw std::runtime_error(path + ": a row with another number of columns than the header");
    }
    std::map<std::string, std::string> cells;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      cells[columns[i]] = parts[i];
    }
    rows.emplace_back(std::move(cells));
  }
  return rows;
}

/// The rows to check against; none, with a warning that the test is skipped, where there is no
/// file.
inline std::vector<VectorRow> vectors_or_warning() {
  const std::string path = vectors_path();
  const auto rows = read_vectors(path);
  if (!rows) {
    WARN("skipped: no file " << path << " (MECSIM_VECTORS names another)");
    return {};
  }
  REQUIRE_FALSE(rows->empty());
  return *rows;
}

}  // namespace mec::test
