#include "scenarios/decision_costs_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/text.hpp"
#include "scenarios/csv_table.hpp"
#include "scenarios/quantity.hpp"
#include "scenarios/text_file.hpp"

namespace mec {

namespace {

enum Column : std::size_t { kPolicy, kCycles };

const std::vector<std::string>& cost_columns() {
  static const std::vector<std::string> names = {"policy", "cycles"};
  return names;
}

class DecisionCostsReader {
 public:
  DecisionCostsReader(const std::string& path, std::string_view text)
      : table_(path, text, cost_columns(), cost_columns().size()) {}

  std::vector<Cycles> read(const std::vector<NamesInFile>& policies) {
    table_.read_header();
    CsvRow row;
    while (table_.next(row)) {
      const std::size_t before = table_.fault_count();
      read_row(row);
      if (table_.fault_count() != before && !row.ended) {
        table_.keep_as_tear(before);
      }
    }
    table_.raise();
    std::vector<Cycles> cycles;
    cycles.reserve(policies.size());
    for (const NamesInFile& names : policies) {
      cycles.push_back(look_up(names));
    }
    table_.raise();
    return cycles;
  }

 private:
  struct Row {
    Cycles cycles;
    std::size_t line = 0;
  };

  void read_row(const CsvRow& row) {
    if (!table_.check(row)) {
      return;
    }
    Row cost{Cycles{0.0}, row.line};
    table_.parse(row, kCycles, [&](std::string_view text) {
      cost.cycles = Cycles{parse_csv_number(text, Zero::allowed)};
    });
    table_.parse(row, kPolicy, [&](std::string_view text) {
      const auto [first, is_new] = rows_.emplace(trim(text), cost);
      if (!is_new) {
        throw ValueError(fmt::format("duplicate policy, first on line {}; expected each once",
                                     first->second.line));
      }
    });
  }

  // A policy that is not there is a fault of the file as a whole.
  Cycles look_up(const NamesInFile& names) {
    for (const std::string& name : names) {
      const auto row = rows_.find(name);
      if (row != rows_.end()) {
        return row->second.cycles;
      }
    }
    std::vector<std::string> there;
    for (const auto& [name, row] : rows_) {
      there.push_back(printable(name));
    }
    table_.add(1, 1,
               fmt::format("no row of policy {}; {}{}", list_of_alternatives(names),
                           there.empty() ? "the file has none" : "the file has " + join(there),
                           did_you_mean(names.back(), there)));
    return Cycles{0.0};
  }

  CsvTable table_;
  std::map<std::string, Row> rows_;
};

}  // namespace

std::vector<Cycles> read_decision_costs(const std::string& path,
                                        const std::vector<NamesInFile>& policies) {
  const std::string text = read_text_file(path);
  return DecisionCostsReader(path, text).read(policies);
}

}  // namespace mec
