#include "scenarios/workload_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include "scenarios/csv_table.hpp"
#include "scenarios/quantity.hpp"
#include "scenarios/text_file.hpp"

namespace mec {

namespace {

constexpr std::uint64_t kLargestDevice = 99'999;

enum Column : std::size_t { kTask, kDeviceId, kRelease, kWork, kData, kP1, kP2, kB1, kB2 };
constexpr std::size_t kRequired = kData + 1;

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
      values.push_back(Quantity{parse_csv_number(item, Zero::allowed)});
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
  WorkloadReader(const std::string& path, std::string_view text, const NetworkModel& network)
      : table_(path, text, workload_columns(), kRequired), columns_(state_columns(network)) {}

  std::vector<RecordedTask> read() {
    table_.read_header();
    CsvRow row;
    while (table_.next(row)) {
      read_row(row);
    }
    if (tasks_.empty() && table_.fault_count() == 0) {
      table_.add(1, 1, "the file has no tasks; expected at least one row below the header");
    }
    check_ids();
    table_.raise();
    return std::move(tasks_);
  }

 private:
  void read_row(const CsvRow& row) {
    RecordedTask task;
    const std::size_t before = table_.fault_count();
    parse_row(row, task);
    if (table_.fault_count() == before) {
      ids_.push_back({task.task, row.line, table_.field(row, kTask).column});
      tasks_.push_back(std::move(task));
    } else if (!row.ended) {
      table_.keep_as_tear(before);
    }
  }

  void parse_row(const CsvRow& row, RecordedTask& task) {
    if (!table_.check(row)) {
      return;
    }
    table_.parse(row, kTask, [&](std::string_view text) {
      task.task = parse_id(text, std::numeric_limits<std::uint64_t>::max());
    });
    table_.parse(row, kDeviceId, [&](std::string_view text) {
      task.device = static_cast<std::uint32_t>(parse_id(text, kLargestDevice));
    });
    table_.parse(row, kRelease, [&](std::string_view text) {
      task.release = Seconds{parse_csv_number(text, Zero::allowed)};
    });
    parse_chain(row, task.chain);
    parse_state(row, kP1, true, task.p1);
    parse_state(row, kP2, columns_.p2, task.p2);
    parse_state(row, kB1, columns_.b1, task.b1);
    parse_state(row, kB2, columns_.b2, task.b2);
  }

  void parse_chain(const CsvRow& row, ChainTask& chain) {
    const bool has_work = table_.parse(row, kWork, [&](std::string_view text) {
      chain.work = parse_list<Cycles>(text);
      if (chain.work.empty() || chain.work.size() > kMaxSubtasks) {
        throw ValueError(fmt::format("{} subtasks; expected 1 to {} values joined by spaces",
                                     chain.work.size(), kMaxSubtasks));
      }
    });
    table_.parse(row, kData, [&](std::string_view text) {
      chain.data = parse_list<Bytes>(text);
      if (has_work && chain.data.size() != chain.size() + 1) {
        throw ValueError(fmt::format("{} values for {} subtasks; expected {}, one more",
                                     chain.data.size(), chain.size(), chain.size() + 1));
      }
    });
  }

  template <class Quantity>
  void parse_state(const CsvRow& row, Column column, bool has_meaning,
                   std::optional<Quantity>& value) {
    if (!table_.has(column) || trim(table_.field(row, column).text).empty()) {
      return;
    }
    table_.parse(row, column, [&](std::string_view text) {
      if (!has_meaning) {
        throw ValueError(columns_.three_tier
                             ? "this bandwidth moves, or has two directions that differ; expected "
                               "an empty field"
                             : "the scenario's topology has no such part; expected an empty field");
      }
      value = Quantity{parse_csv_number(text, Zero::refused)};
    });
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
      table_.add(ids_[i].line, ids_[i].column,
                 fmt::format("task \"{}\": duplicate id, first on line {}; expected each id once",
                             ids_[i].id, ids_[first].line));
    }
  }

  CsvTable table_;
  StateColumns columns_;
  std::vector<RecordedTask> tasks_;
  std::vector<IdPlace> ids_;
};

}  // namespace

const std::vector<std::string>& workload_columns() {
  static const std::vector<std::string> names = {"task",        "device",     "release_s",
                                                 "work_cycles", "data_bytes", "p1_hz",
                                                 "p2_hz",       "b1_Bps",     "b2_Bps"};
  return names;
}

std::vector<RecordedTask> read_workload(const std::string& path, const NetworkModel& network) {
  const std::string text = read_text_file(path);
  return WorkloadReader(path, text, network).read();
}

}  // namespace mec
