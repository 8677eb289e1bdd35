#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/output_file.hpp"
#include "results/cell_rows.hpp"
#include "results/comparisons_csv.hpp"
#include "results/csv_field.hpp"
#include "results/quantiles_csv.hpp"
#include "results/readable_text.hpp"
#include "results/summary_csv.hpp"
#include "results/sweep_point.hpp"
#include "results/sweep_results.hpp"
#include "results/tasks_csv.hpp"

namespace mec {

namespace {

std::string_view name_of(CellStatus status) {
  constexpr std::array<std::string_view, 4> kNames = {"completed", "failed", "timed-out",
                                                      "missing"};
  return kNames[static_cast<std::size_t>(status)];
}

template <typename Number>
void append_column(CsvBuffer& out, const Number& number) {
  out.push_back(',');
  append_csv_number(out, number);
}

void append_text_column(CsvBuffer& out, std::string_view text) {
  out.push_back(',');
  append_csv_text(out, text);
}

std::string_view view(const CsvBuffer& buffer) { return {buffer.data(), buffer.size()}; }

// The sweep's, or the point's where it is an axis.
std::string seed_of(const SweepResults& results, std::uint32_t point) {
  const std::vector<SweepColumn>& columns = results.grid.columns;
  const auto axis = std::find_if(columns.begin(), columns.end(), [](const SweepColumn& column) {
    return column.key == "seed" && column.numeric;
  });
  if (axis == columns.end()) {
    return std::to_string(results.seed);
  }
  return results.grid.points.at(point).at(static_cast<std::size_t>(axis - columns.begin()));
}

class SweepFiles {
 public:
  SweepFiles(const SweepResults& results, const std::filesystem::path& directory)
      : results_(results), directory_(directory) {
    CsvBuffer axes;
    axes.append(std::string_view("point,"));
    for (const SweepColumn& column : results.grid.columns) {
      append_csv_text(axes, column.name);
      axes.push_back(',');
    }
    const auto open = [this, &axes](const char* name, std::string_view columns) -> OutputFile& {
      OutputFile& file = files_.emplace_back((directory_ / name).string());
      file.write(view(axes));
      file.write(columns);
      file.write("\n");
      return file;
    };
    tasks_ = &open("tasks.csv", cell_columns());
    cells_ = &open("cells.csv",
                   "scenario,policy,seed,replication,key,status,tasks,completed,failed,in_flight,"
                   "warmup,mean_latency_s,ratio_of_means,mser5_tasks");
    summary_ = &open("summary.csv", summary_columns(MeasuredTimes::left_out) +
                                        ",replications,unit,units,warmup_left_out");
    comparisons_ = &open("comparisons.csv", comparisons_columns());
    quantiles_ = &open("quantiles.csv", quantiles_columns());
    timings_ = &open("timings.csv",
                     "scenario,policy,replication,decisions,decision_mean_ns,decision_median_ns,"
                     "decision_p99_ns,wall_ns");
    failures_ = &open("failures.csv", "scenario,policy,seed,replication,key,status,reason,stderr");
  }

  void write_point(std::span<const SweepCell> cells) {
    set_prefix(cells.front().id.point);
    PointTasks tasks(results_, cells);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (cells[i].status == CellStatus::completed) {
        read_cell_rows(cells[i], results_.policies.at(cells[i].id.policy),
                       [&](const CellRow& row, std::string_view record) {
                         tasks_->write(view(prefix_));
                         tasks_->write(record);
                         tasks_->write("\n");
                         tasks.add(i, row);
                       });
        write_timing(cells[i]);
      } else if (cells[i].status != CellStatus::missing) {
        write_failure(cells[i]);
      }
    }
    write_statistics(cells, tasks.statistics());
  }

  void commit() {
    for (OutputFile& file : files_) {
      file.commit();
    }
  }

 private:
  void set_prefix(std::uint32_t point) {
    prefix_.clear();
    append_csv_number(prefix_, point);
    prefix_.push_back(',');
    for (const std::string& value : results_.grid.points.at(point)) {
      append_csv_text(prefix_, value);
      prefix_.push_back(',');
    }
  }

  // Point, axes, scenario and policy.
  void begin_row(const SweepCell& cell) {
    row_.clear();
    row_.append(prefix_.begin(), prefix_.end());
    append_csv_text(row_, results_.scenario);
    append_text_column(row_, results_.policies.at(cell.id.policy));
  }

  void append_identity(const SweepCell& cell) {
    append_text_column(row_, seed_of(results_, cell.id.point));
    append_column(row_, cell.id.replication);
    append_text_column(row_, cell.key);
    append_text_column(row_, name_of(cell.status));
  }

  void end_row(OutputFile& file) {
    row_.push_back('\n');
    file.write(view(row_));
  }

  void write_timing(const SweepCell& cell) {
    const CellTimes& times = cell.report.times;
    begin_row(cell);
    append_column(row_, cell.id.replication);
    append_column(row_, times.decisions);
    append_column(row_, times.decision_mean_ns);
    append_column(row_, times.decision_median_ns);
    append_column(row_, times.decision_p99_ns);
    append_column(row_, times.wall_ns);
    end_row(*timings_);
  }

  void write_failure(const SweepCell& cell) {
    begin_row(cell);
    append_identity(cell);
    append_text_column(row_, readable_text(cell.reason));
    append_text_column(row_, readable_text(cell.errors));
    end_row(*failures_);
  }

  void write_cell(const SweepCell& cell, const std::optional<std::size_t>& mser5) {
    begin_row(cell);
    append_identity(cell);
    if (cell.status == CellStatus::completed) {
      const RunCounts& counts = cell.report.counts;
      for (const std::uint64_t count :
           {counts.released, counts.completed, counts.failed, counts.in_flight, counts.warmup}) {
        append_column(row_, count);
      }
      append_column(row_, cell.report.mean_latency);
      append_column(row_, cell.report.ratio_of_means);
      row_.push_back(',');
      if (mser5) {
        append_csv_number(row_, *mser5);
      }
    } else {
      row_.append(std::string_view(",,,,,,,,"));
    }
    end_row(*cells_);
  }

  void write_summary(const PointPolicy& policy) {
    row_.clear();
    row_.append(prefix_.begin(), prefix_.end());
    append_summary(row_, policy.summary, MeasuredTimes::left_out);
    append_column(row_, policy.replications);
    append_text_column(row_, name_of(policy.unit));
    append_column(row_, policy.units);
    row_.push_back(',');
    if (policy.left_out) {
      append_csv_number(row_, *policy.left_out);
    }
    end_row(*summary_);
  }

  void write_statistics(std::span<const SweepCell> cells, const PointStatistics& statistics) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      write_cell(cells[i], statistics.mser5[i]);
    }
    CsvBuffer quantiles;
    for (const PointPolicy& policy : statistics.policies) {
      write_summary(policy);
      append_quantiles(quantiles, view(prefix_), policy.summary.scenario, policy.summary.policy,
                       policy.distribution);
    }
    quantiles_->write(view(quantiles));
    CsvBuffer comparisons;
    append_comparisons(comparisons, view(prefix_), results_.scenario, results_.policies,
                       statistics.comparisons);
    comparisons_->write(view(comparisons));
  }

  const SweepResults& results_;
  std::filesystem::path directory_;
  std::deque<OutputFile> files_;
  OutputFile* tasks_ = nullptr;
  OutputFile* cells_ = nullptr;
  OutputFile* summary_ = nullptr;
  OutputFile* comparisons_ = nullptr;
  OutputFile* quantiles_ = nullptr;
  OutputFile* timings_ = nullptr;
  OutputFile* failures_ = nullptr;
  CsvBuffer prefix_;  // point and axes, of every row of a point
  CsvBuffer row_;
};

}  // namespace

void write_sweep_files(const SweepResults& results, const std::filesystem::path& directory) {
  SweepFiles files(results, directory);
  const std::vector<SweepCell>& cells = results.cells;
  for (std::size_t first = 0, last = 0; first < cells.size(); first = last) {
    while (last < cells.size() && cells[last].id.point == cells[first].id.point) {
      ++last;
    }
    files.write_point(std::span(cells).subspan(first, last - first));
  }
  files.commit();
}

}  // namespace mec
