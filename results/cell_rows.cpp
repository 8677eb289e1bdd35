#include "results/cell_rows.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/errors.hpp"
#include "results/csv_records.hpp"
#include "results/tasks_csv.hpp"

namespace mec {

namespace {

// Fields after scenario, policy, seed and replication; none of them is ever quoted.
enum Field : std::size_t {
  kTask = 0,
  kExec = 6,
  kTransfer = 7,
  kWait = 8,
  kDecision = 9,
  kEnergy = 10,
  kOptimum = 13,
  kStatus = 14,
  kFields = 15
};

template <typename Number>
bool parse(std::string_view field, Number& number) {
  const char* end = field.data() + field.size();
  const auto result = std::from_chars(field.data(), end, number);
  return result.ec == std::errc() && result.ptr == end;
}

// Empty: a value that is none.
bool parse_or_nan(std::string_view field, double& number) {
  number = std::numeric_limits<double>::quiet_NaN();
  return field.empty() || parse(field, number);
}

bool split(std::string_view text, std::array<std::string_view, kFields>& fields) {
  std::size_t count = 0;
  for (;;) {
    const std::size_t comma = text.find(',');
    if (count == kFields) {
      return false;
    }
    fields[count++] = text.substr(0, comma);
    if (comma == std::string_view::npos) {
      return count == kFields;
    }
    text.remove_prefix(comma + 1);
  }
}

bool parse_row(std::string_view text, CellRow& row) {
  std::array<std::string_view, kFields> field;
  if (!split(text, field) || !parse(field[kTask], row.task)) {
    return false;
  }
  row.completed = field[kStatus] == "completed";
  if (!row.completed) {
    return field[kStatus] == "failed";
  }
  constexpr double kRounding = 1e-9;  // s: waits are differences of dates
  return parse(field[kExec], row.exec) && parse(field[kTransfer], row.transfer) &&
         parse(field[kWait], row.wait) && parse(field[kDecision], row.decision) &&
         parse_or_nan(field[kEnergy], row.energy) && parse_or_nan(field[kOptimum], row.optimum) &&
         std::isfinite(row.latency()) && row.latency() >= -kRounding;
}

// The length of the first four fields, which name the run, with the comma after each; 0 if there
// are not so many.
std::size_t length_of_label(std::string_view record) {
  bool quoted = false;
  int commas = 0;
  for (std::size_t i = 0; i < record.size(); ++i) {
    quoted = quoted != (record[i] == '"');
    commas += record[i] == ',' && !quoted ? 1 : 0;
    if (commas == 4) {
      return i + 1;
    }
  }
  return 0;
}

bool is_label_of(std::string_view label, const SweepCell& cell, std::string_view policy) {
  CsvFields fields;
  const std::vector<std::string_view>& field = fields.split(label);
  return field.size() == 5 && field[1] == policy && field[3] == std::to_string(cell.id.replication);
}

[[noreturn]] void fail(const SweepCell& cell, const CsvRecords& records, std::string_view what) {
  throw UserError(fmt::format("{}:{}: {}; remove the file, and the same sweep simulates it again",
                              cell.rows.string(), records.line(), what));
}

}  // namespace

void read_cell_rows(const SweepCell& cell, std::string_view policy,
                    const std::function<void(const CellRow&, std::string_view record)>& use) {
  CsvRecords records(cell.rows.string());
  std::string_view record;
  if (!records.next(record) || record != cell_columns()) {
    fail(cell, records, "not the header of a cell's rows");
  }
  std::string label;
  while (records.next(record)) {
    if (label.empty()) {
      label = record.substr(0, length_of_label(record));
      if (!is_label_of(label, cell, policy)) {
        fail(cell, records, "no row of this cell");
      }
    }
    CellRow row;
    if (!record.starts_with(label) || !parse_row(record.substr(label.size()), row)) {
      fail(cell, records, "no row of this cell");
    }
    use(row, record);
  }
}

}  // namespace mec
