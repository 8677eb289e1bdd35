#include "sim/cli/sweep/sweep_output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "results/activity_log.hpp"
#include "results/sweep_database.hpp"
#include "results/sweep_precision.hpp"
#include "results/table.hpp"
#include "scenarios/csv_table.hpp"
#include "scenarios/text_file.hpp"

namespace mec::cli {

namespace {

constexpr std::size_t kFailuresNamed = 10;
constexpr std::size_t kNameWidth = 40;

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  std::size_t points = 0;  // that have a value

  void add(double value) {
    ++points;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  [[nodiscard]] bool empty() const { return low > high; }
};

// What is printed of a policy, over the points.
struct Line {
  std::string policy;
  Range ratio;
  Range latency;
};

std::string ratios(const Range& range) {
  return range.empty()             ? "-"
         : range.low == range.high ? fmt::format("{:.4f}", range.low)
                                   : fmt::format("{:.4f} to {:.4f}", range.low, range.high);
}

std::string durations(const Range& range) {
  return range.empty() ? "-"
         : range.low == range.high
             ? readable_duration(range.low)
             : readable_duration(range.low) + " to " + readable_duration(range.high);
}

// A range over some points must not pass for one over all.
std::string gaps(const Line& line, std::size_t points) {
  const std::size_t latency = line.latency.points;
  const std::size_t ratio = line.ratio.points;
  const std::string of_points = fmt::format(" of {} points", points);
  return 0 < ratio && ratio < latency      ? fmt::format("  (ratio: {}{})", ratio, of_points)
         : 0 < latency && latency < points ? fmt::format("  ({}{})", latency, of_points)
                                           : "";
}

std::vector<Line> read_lines(const SweepResults& results, const std::filesystem::path& directory) {
  const std::string path = (directory / "summary.csv").string();
  const std::vector<std::string> columns = {"policy", "ratio_of_means", "mean_latency_s"};
  const std::string text = read_text_file(path);
  CsvTable table(path, text, columns, columns.size());
  table.read_header();
  std::vector<Line> lines;
  for (const std::string& policy : results.policies) {
    lines.push_back({policy, {}, {}});
  }
  for (CsvRow row; table.next(row);) {
    if (!table.check(row)) {
      continue;
    }
    const auto line =
        std::find_if(lines.begin(), lines.end(), [&table, &row](const Line& candidate) {
          return candidate.policy == table.field(row, 0).text;
        });
    for (const auto& [column, range] :
         {std::pair(std::size_t{1}, &Line::ratio), std::pair(std::size_t{2}, &Line::latency)}) {
      const std::string_view field = table.field(row, column).text;
      if (line != lines.end() && !field.empty()) {
        table.parse(row, column, [&, wanted = range](std::string_view number) {
          ((*line).*wanted).add(parse_csv_number(number, Zero::allowed));
        });
      }
    }
  }
  return lines;
}

std::uint64_t count(const SweepResults& results, CellStatus status) {
  return static_cast<std::uint64_t>(
      std::count_if(results.cells.begin(), results.cells.end(),
                    [status](const SweepCell& cell) { return cell.status == status; }));
}

std::string describe_place(const SweepResults& results, std::uint32_t point, std::uint32_t policy) {
  std::string text = fmt::format("policy {}", results.policies[policy]);
  for (std::size_t i = 0; i < results.grid.columns.size(); ++i) {
    text += fmt::format(", {} {}", results.grid.columns[i].name, results.grid.points[point][i]);
  }
  return text;
}

}  // namespace

void write_sweep_output(const SweepResults& results, const CellStore& store,
                        const std::filesystem::path& directory, Database database) {
  write_sweep_files(results, directory);
  std::vector<std::filesystem::path> logs;
  for (const SweepCell& cell : results.cells) {
    if (cell.id.point == 0 && cell.id.replication == 0 && cell.status == CellStatus::completed) {
      logs.push_back(store.activities(cell.key));
    }
  }
  merge_activity_logs(logs, directory);
  if (database == Database::written) {
    write_sweep_database(results, directory);
  }
}

void print_sweep_summary(const SweepResults& results, const std::filesystem::path& directory) {
  const std::vector<Line> lines = read_lines(results, directory);
  std::size_t width = 6;  // "policy"
  for (const Line& line : lines) {
    width = std::max(width, std::min(kNameWidth, line.policy.size()));
  }
  const std::size_t points = results.grid.points.size();
  fmt::print("{:<{}}  {:<20}  {}{}\n", "policy", width, "latency / optimum", "mean latency",
             points == 1 ? "" : fmt::format("  (lowest to highest of {} points)", points));
  for (const Line& line : lines) {
    fmt::print("{:<{}}  {:<20}  {}{}\n", shortened(line.policy, kNameWidth), width,
               ratios(line.ratio), durations(line.latency), gaps(line, points));
  }
}

void print_failures(const SweepResults& results) {
  std::size_t named = 0;
  for (const SweepCell& cell : results.cells) {
    if (cell.status != CellStatus::failed && cell.status != CellStatus::timed_out) {
      continue;
    }
    if (++named > kFailuresNamed) {
      break;
    }
    std::fputs(fmt::format("mecsim: {}: {}\n", describe_cell(results, cell), cell.reason).c_str(),
               stderr);
  }
  const std::uint64_t all =
      count(results, CellStatus::failed) + count(results, CellStatus::timed_out);
  if (all > kFailuresNamed) {
    std::fputs(fmt::format("mecsim: and {} more: see failures.csv\n", all - kFailuresNamed).c_str(),
               stderr);
  }
}

void print_precision(const PrecisionTarget& target, const SweepResults& results) {
  const PrecisionReached reached = precision_reached(target, results);
  const std::uint32_t least = reached.replications_least;
  const std::uint32_t most = reached.replications_most;
  fmt::print("replications: {} a point\n",
             least == most ? fmt::format("{}", least) : fmt::format("{} to {}", least, most));
  if (reached.points_missed == 0) {
    return;
  }
  std::fflush(stdout);
  fmt::print(
      stderr,
      "mecsim: warning: precision of {:g} % not reached at {} of {} {} with {} replications: "
      "widest {:.3g} % ({})\n",
      100.0 * target.relative, reached.points_missed, reached.points,
      reached.points == 1 ? "point" : "points", target.most, 100.0 * reached.widest->relative,
      describe_place(results, reached.widest->point, reached.widest->policy));
}

std::string describe_cell(const SweepResults& results, const SweepCell& cell) {
  return fmt::format("{}, replication {}", describe_place(results, cell.id.point, cell.id.policy),
                     cell.id.replication);
}

std::string cell_counts(const SweepResults& results) {
  std::string text = fmt::format("{} of {} cells completed", count(results, CellStatus::completed),
                                 results.cells.size());
  for (const auto& [status, words] :
       {std::pair(CellStatus::failed, "failed"), std::pair(CellStatus::timed_out, "timed out"),
        std::pair(CellStatus::missing, "missing")}) {
    if (const std::uint64_t cells = count(results, status); cells > 0) {
      text += fmt::format(", {} {}", cells, words);
    }
  }
  return text;
}

int exit_code_of(const SweepResults& results) {
  return count(results, CellStatus::completed) == results.cells.size() ? 0 : 1;
}

}  // namespace mec::cli
