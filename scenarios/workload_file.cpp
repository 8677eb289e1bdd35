#include "scenarios/workload_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "core/text.hpp"
#include "scenarios/csv_reader.hpp"
#include "scenarios/quantity.hpp"
#include "scenarios/scenario_error.hpp"
#include "scenarios/text_file.hpp"
#include "scenarios/value_error.hpp"

namespace mec {

namespace {

constexpr std::size_t kMostFaults = 20;
constexpr std::uint64_t kLargestDevice = 99'999;
constexpr double kLargest = 1e60;  // as for quantities: no product or quotient overflows
constexpr double kSmallest = 1e-60;

enum Column : std::size_t {
  kTask,
  kDeviceId,
  kRelease,
  kWork,
  kData,
  kP1,
  kP2,
  kB1,
  kB2,
  kColumns
};
constexpr std::size_t kRequired = kData + 1;
constexpr std::size_t kAbsent = std::numeric_limits<std::size_t>::max();

struct RowFault {
  std::size_t line;
  std::size_t column;
  std::string message;
};

enum class Zero { allowed, refused };

double parse_number(std::string_view text, Zero zero) {
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

std::uint64_t parse_id(std::string_view text, std::uint64_t high) {
  text = trim(text);
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || value > high) {
    throw ValueError(fmt::format("not a whole number from 0 to {}", high));
  }
  return value;
}

template <class Quantity>
std::vector<Quantity> parse_list(std::string_view text) {
  std::vector<Quantity> values;
  values.reserve(static_cast<std::size_t>(std::count(text.begin(), text.end(), ' ')) + 1);
  for (text = trim(text); !text.empty(); text = trim(text)) {
    const auto item = text.substr(0, text.find(' '));
    try {
      values.push_back(Quantity{parse_number(item, Zero::allowed)});
    } catch (const ValueError& error) {
      throw ValueError(
          fmt::format("value {}, \"{}\": {}", values.size() + 1, printable(item), error.what()));
    }
    text.remove_prefix(item.size());
  }
  return values;
}

class WorkloadReader {
 public:
  WorkloadReader(const std::string& path, std::string_view text) : path_(path), reader_(text) {}

  std::vector<RecordedTask> read() {
    CsvRow row;
    if (!reader_.next(row)) {
      add({1, 1, "the file is empty; expected a header of " + join(workload_columns())});
      raise();
    }
    read_header(row);
    raise();
    while (faults_.size() < kMostFaults && reader_.next(row)) {
      read_row(row);
    }
    if (tasks_.empty() && faults_.empty()) {
      add({1, 1, "the file has no tasks; expected at least one row below the header"});
    }
    check_ids();
    raise();
    return std::move(tasks_);
  }

 private:
  void add(const RowFault& fault) { faults_.push_back(fault); }

  void raise() {
    if (faults_.empty()) {
      return;
    }
    std::stable_sort(faults_.begin(), faults_.end(), [](const RowFault& a, const RowFault& b) {
      return std::pair(a.line, a.column) < std::pair(b.line, b.column);
    });
    faults_.resize(std::min(faults_.size(), kMostFaults), RowFault{});
    std::vector<std::string> texts;
    for (const RowFault& fault : faults_) {
      texts.push_back(fmt::format("{}:{}:{}: {}", printable(path_), fault.line, fault.column,
                                  one_line(fault.message)));
    }
    throw ScenarioError(std::move(texts));
  }

  void read_header(const CsvRow& header) {
    positions_.fill(kAbsent);
    width_ = header.fields.size();
    if (*header.fault != '\0') {
      const CsvField& field = header.fields[header.malformed];
      add({field.line, field.column, header.fault});
      return;
    }
    for (std::size_t i = 0; i < header.fields.size(); ++i) {
      place_column(header.fields[i], i);
    }
    for (std::size_t column = 0; column < kRequired; ++column) {
      if (positions_[column] == kAbsent) {
        report_missing(workload_columns()[column], header);
      }
    }
  }

  void place_column(const CsvField& field, std::size_t position) {
    const auto& names = workload_columns();
    const auto it = std::find(names.begin(), names.end(), trim(field.text));
    if (it == names.end()) {
      return;
    }
    std::size_t& place = positions_[static_cast<std::size_t>(it - names.begin())];
    if (place != kAbsent) {
      add({field.line, field.column,
           fmt::format("column {} appears twice; expected it once", *it)});
    }
    place = position;
  }

  // At the column that looks as if it were meant, if there is one.
  void report_missing(const std::string& name, const CsvRow& header) {
    std::vector<std::string> others;
    for (const CsvField& field : header.fields) {
      const std::string other(trim(field.text));
      const auto& names = workload_columns();
      others.push_back(std::find(names.begin(), names.end(), other) == names.end() ? other : "");
    }
    const std::vector<std::string> required(workload_columns().begin(),
                                            workload_columns().begin() + kRequired);
    const std::string expected =
        fmt::format("missing column {}; expected {}", name, join(required));
    const auto near = nearest_name(name, others);
    if (!near || near->empty()) {
      add({header.line, 1, expected});
      return;
    }
    const auto it = std::find(others.begin(), others.end(), *near);
    const CsvField& field = header.fields[static_cast<std::size_t>(it - others.begin())];
    add({field.line, field.column,
         fmt::format(R"("{}": {}; did you mean "{}"?)", printable(*near), expected, name)});
  }

  void read_row(const CsvRow& row) {
    RecordedTask task;
    const std::size_t before = faults_.size();
    parse_row(row, task);
    if (faults_.size() == before) {
      ids_.push_back({task.task, row.line, field(row, kTask).column});
      tasks_.push_back(std::move(task));
    } else if (!row.ended) {
      faults_.resize(before + 1, RowFault{});  // what follows a tear tells nothing
      faults_.back().message =
          fmt::format("torn last line: {}; expected a whole row that ends in a line break",
                      faults_.back().message.substr(0, faults_.back().message.find("; expected")));
    }
  }

  void parse_row(const CsvRow& row, RecordedTask& task) {
    if (*row.fault != '\0') {
      const CsvField& place = row.fields[row.malformed];
      add({place.line, place.column, row.fault});
      return;
    }
    if (row.fields.size() != width_) {
      add({row.line, 1,
           fmt::format("{} fields; expected {} as in the header", row.fields.size(), width_)});
      return;
    }
    parse(row, kTask, [&](std::string_view text) {
      task.task = parse_id(text, std::numeric_limits<std::uint64_t>::max());
    });
    parse(row, kDeviceId, [&](std::string_view text) {
      task.device = static_cast<std::uint32_t>(parse_id(text, kLargestDevice));
    });
    parse(row, kRelease, [&](std::string_view text) {
      task.release = Seconds{parse_number(text, Zero::allowed)};
    });
    parse_chain(row, task.chain);
    parse_state(row, kP1, task.p1);
    parse_state(row, kP2, task.p2);
    parse_state(row, kB1, task.b1);
    parse_state(row, kB2, task.b2);
  }

  void parse_chain(const CsvRow& row, ChainTask& chain) {
    const bool has_work = parse(row, kWork, [&](std::string_view text) {
      chain.work = parse_list<Cycles>(text);
      if (chain.work.empty() || chain.work.size() > kMaxSubtasks) {
        throw ValueError(fmt::format("{} subtasks; expected 1 to {} values joined by spaces",
                                     chain.work.size(), kMaxSubtasks));
      }
    });
    parse(row, kData, [&](std::string_view text) {
      chain.data = parse_list<Bytes>(text);
      if (has_work && chain.data.size() != chain.size() + 1) {
        throw ValueError(fmt::format("{} values for {} subtasks; expected {}, one more",
                                     chain.data.size(), chain.size(), chain.size() + 1));
      }
    });
  }

  template <class Quantity>
  void parse_state(const CsvRow& row, Column column, std::optional<Quantity>& value) {
    if (positions_[column] == kAbsent || trim(field(row, column).text).empty()) {
      return;
    }
    parse(row, column,
          [&](std::string_view text) { value = Quantity{parse_number(text, Zero::refused)}; });
  }

  // Whether the field could be parsed; if not, the fault is noted.
  template <class Parser>
  bool parse(const CsvRow& row, Column column, Parser parser) {
    const CsvField& place = field(row, column);
    try {
      parser(place.text);
      return true;
    } catch (const ValueError& error) {
      add({place.line, place.column,
           fmt::format("{} \"{}\": {}", workload_columns()[column], printable(place.text),
                       error.what())});
      return false;
    }
  }

  [[nodiscard]] const CsvField& field(const CsvRow& row, Column column) const {
    return row.fields[positions_[column]];
  }

  struct IdPlace {
    std::uint64_t id;
    std::size_t line;
    std::size_t column;
  };

  void check_ids() {
    std::sort(ids_.begin(), ids_.end(), [](const IdPlace& a, const IdPlace& b) {
      return std::pair(a.id, a.line) < std::pair(b.id, b.line);
    });
    for (std::size_t i = 1, first = 0; i < ids_.size(); ++i) {
      if (ids_[i].id != ids_[first].id) {
        first = i;
        continue;
      }
      add({ids_[i].line, ids_[i].column,
           fmt::format("task \"{}\": duplicate id, first on line {}; expected each id once",
                       ids_[i].id, ids_[first].line)});
    }
  }

  const std::string& path_;
  CsvReader reader_;
  std::array<std::size_t, kColumns> positions_{};
  std::size_t width_ = 0;
  std::vector<RecordedTask> tasks_;
  std::vector<IdPlace> ids_;
  std::vector<RowFault> faults_;
};

}  // namespace

const std::vector<std::string>& workload_columns() {
  static const std::vector<std::string> names = {"task",        "device",     "release_s",
                                                 "work_cycles", "data_bytes", "p1_hz",
                                                 "p2_hz",       "b1_Bps",     "b2_Bps"};
  return names;
}

std::vector<RecordedTask> read_workload(const std::string& path) {
  const std::string text = read_text_file(path);
  return WorkloadReader(path, text).read();
}

}  // namespace mec
