#include "scenarios/csv_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/text.hpp"
#include "scenarios/quantity.hpp"
#include "scenarios/scenario_error.hpp"
#include "scenarios/text_file.hpp"

namespace mec {

namespace {

constexpr std::size_t kMostFaults = 20;
constexpr std::size_t kAbsent = std::numeric_limits<std::size_t>::max();
constexpr double kLargest = 1e60;
constexpr double kSmallest = 1e-60;

}  // namespace

CsvTable::CsvTable(const std::string& path, std::string_view text,
                   const std::vector<std::string>& columns, std::size_t required)
    : path_(path),
      reader_(text),
      columns_(columns),
      required_(required),
      positions_(columns.size(), kAbsent) {}

void CsvTable::read_header() {
  CsvRow header;
  if (!reader_.next(header)) {
    add(1, 1, "the file is empty; expected a header of " + join(columns_));
    raise();
  }
  width_ = header.fields.size();
  if (*header.fault != '\0') {
    const CsvField& field = header.fields[header.malformed];
    add(field.line, field.column, header.fault);
    raise();
  }
  for (std::size_t i = 0; i < header.fields.size(); ++i) {
    place_column(header.fields[i], i);
  }
  for (std::size_t column = 0; column < required_; ++column) {
    if (!has(column)) {
      report_missing(columns_[column], header);
    }
  }
  raise();
}

void CsvTable::place_column(const CsvField& field, std::size_t position) {
  const auto it = std::find(columns_.begin(), columns_.end(), trim(field.text));
  if (it == columns_.end()) {
    return;
  }
  std::size_t& place = positions_[static_cast<std::size_t>(it - columns_.begin())];
  if (place != kAbsent) {
    add(field.line, field.column, fmt::format("column {} appears twice; expected it once", *it));
  }
  place = position;
}

// At the column that looks as if it were meant, if there is one.
void CsvTable::report_missing(const std::string& name, const CsvRow& header) {
  std::vector<std::string> others;
  for (const CsvField& field : header.fields) {
    const std::string other(trim(field.text));
    const bool known = std::find(columns_.begin(), columns_.end(), other) != columns_.end();
    others.push_back(known ? "" : other);
  }
  const std::vector<std::string> required(
      columns_.begin(), columns_.begin() + static_cast<std::ptrdiff_t>(required_));
  const std::string expected = fmt::format("missing column {}; expected {}", name, join(required));
  const auto near = nearest_name(name, others);
  if (!near || near->empty()) {
    add(header.line, 1, expected);
    return;
  }
  const auto it = std::find(others.begin(), others.end(), *near);
  const CsvField& field = header.fields[static_cast<std::size_t>(it - others.begin())];
  add(field.line, field.column,
      fmt::format(R"("{}": {}; did you mean "{}"?)", printable(*near), expected, name));
}

bool CsvTable::next(CsvRow& row) { return faults_.size() < kMostFaults && reader_.next(row); }

bool CsvTable::check(const CsvRow& row) {
  if (*row.fault != '\0') {
    const CsvField& place = row.fields[row.malformed];
    add(place.line, place.column, row.fault);
    return false;
  }
  if (row.fields.size() != width_) {
    add(row.line, 1,
        fmt::format("{} fields; expected {} as in the header", row.fields.size(), width_));
    return false;
  }
  return true;
}

bool CsvTable::has(std::size_t column) const { return positions_[column] != kAbsent; }

const CsvField& CsvTable::field(const CsvRow& row, std::size_t column) const {
  return row.fields[positions_[column]];
}

void CsvTable::add(std::size_t line, std::size_t column, std::string message) {
  faults_.push_back({line, column, std::move(message)});
}

void CsvTable::add_at(const CsvField& place, std::size_t column, const char* message) {
  add(place.line, place.column,
      fmt::format("{} \"{}\": {}", columns_[column], printable(place.text), message));
}

void CsvTable::keep_as_tear(std::size_t before) {
  faults_.resize(before + 1);
  std::string& message = faults_.back().message;
  message = fmt::format("torn last line: {}; expected a whole row that ends in a line break",
                        message.substr(0, message.find("; expected")));
}

void CsvTable::raise() {
  if (faults_.empty()) {
    return;
  }
  std::stable_sort(faults_.begin(), faults_.end(), [](const Fault& a, const Fault& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
  faults_.resize(std::min(faults_.size(), kMostFaults));
  std::vector<std::string> texts;
  for (const Fault& fault : faults_) {
    texts.push_back(fmt::format("{}:{}:{}: {}", printable(path_), fault.line, fault.column,
                                one_line(fault.message)));
  }
  throw ScenarioError(std::move(texts));
}

double parse_csv_number(std::string_view text, Zero zero) {
  const auto value = parse_double(trim(text));
  if (!value) {
    throw ValueError("not a number");
  }
  if (!std::isfinite(*value)) {
    throw ValueError("not a finite number");
  }
  if (*value < 0.0) {
    throw ValueError("negative; expected at least 0");
  }
  if (*value == 0.0 && zero == Zero::refused) {
    throw ValueError("0 is no value here; expected more than 0");
  }
  if (*value > kLargest || (zero == Zero::refused && *value < kSmallest)) {
    throw ValueError("out of range; expected a value from 1e-60 to 1e+60");
  }
  return *value;
}

}  // namespace mec
