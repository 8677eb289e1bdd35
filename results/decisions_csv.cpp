#include "results/decisions_csv.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

#include "results/csv_field.hpp"
#include "results/table.hpp"

namespace mec {

namespace {

constexpr std::string_view kHeader =
    "scenario,policy,tasks,repetitions,single_median_ns,single_p99_ns,batch,batched_median_ns,"
    "relative_to_greedy,cycles,machine\n";
constexpr std::size_t kNameWidth = 36;  // of the table's first column, at most

// Greedy's single median; it has no parameters that change how it decides.
std::optional<double> greedy_ns(const DecisionBench& bench) {
  for (const DecisionTiming& timing : bench.timings) {
    if (timing.policy == "greedy" && timing.single_median_ns > 0.0) {
      return timing.single_median_ns;
    }
  }
  return std::nullopt;
}

std::optional<double> relative(const DecisionTiming& timing, const std::optional<double>& greedy) {
  return greedy ? std::optional(timing.single_median_ns / *greedy) : std::nullopt;
}

double cycles_of(const DecisionTiming& timing, const DecisionBench& bench) {
  return std::round(timing.single_median_ns * bench.cycles_per_ns);
}

template <typename Number>
void append_column(CsvBuffer& out, const Number& number) {
  out.push_back(',');
  append_csv_number(out, number);
}

std::string table_line(std::string_view policy, std::size_t width, std::string_view single,
                       std::string_view p99, std::string_view batched, std::string_view ratio,
                       std::string_view cycles) {
  const std::string name = shortened(policy, width);
  std::string line = fmt::format("{:<{}}{:>11}{:>11}{:>11}{:>11}{:>13}", name, width, single, p99,
                                 batched, ratio, cycles);
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string table_row(const DecisionTiming& timing, const DecisionBench& bench, std::size_t width) {
  const std::optional<double> ratio = relative(timing, greedy_ns(bench));
  return table_line(timing.policy, width, readable_duration(1e-9 * timing.single_median_ns),
                    readable_duration(1e-9 * timing.single_p99_ns),
                    readable_duration(1e-9 * timing.batched_median_ns),
                    ratio ? fmt::format("{:.2f}", *ratio) : "-",
                    fmt::format("{:.0f}", cycles_of(timing, bench)));
}

// What was measured: "4096 tasks", or "20 to 4096 tasks" where slow policies had fewer.
std::string pool_note(const DecisionBench& bench) {
  std::size_t least = bench.timings.front().tasks;
  std::size_t most = least;
  std::size_t batch = 0;
  for (const DecisionTiming& timing : bench.timings) {
    least = std::min(least, timing.tasks);
    most = std::max(most, timing.tasks);
    batch = std::max(batch, timing.batch);
  }
  const std::string tasks =
      least == most ? fmt::format("{}", most) : fmt::format("{} to {}", least, most);
  return fmt::format("{} tasks; batches of up to {}; {}, {:.2f} GHz\n", tasks, batch,
                     shortened(bench.machine, 40), bench.cycles_per_ns);
}

std::string busy_note(const DecisionBench& bench) {
  constexpr double kQuiet = 0.95;
  return bench.cpu_share >= kQuiet
             ? std::string()
             : fmt::format(
                   "note: the machine was busy: this measurement had a processor for {:.0f} % "
                   "of its time.\n      Times may be too long; measure again when it is quiet.\n",
                   100.0 * bench.cpu_share);
}

}  // namespace

std::string decisions_csv(const DecisionBench& bench) {
  CsvBuffer out;
  out.append(kHeader);
  const std::optional<double> greedy = greedy_ns(bench);
  for (const DecisionTiming& timing : bench.timings) {
    append_csv_text(out, bench.scenario);
    out.push_back(',');
    append_csv_text(out, timing.policy);
    append_column(out, timing.tasks);
    append_column(out, timing.repetitions);
    append_column(out, timing.single_median_ns);
    append_column(out, timing.single_p99_ns);
    append_column(out, timing.batch);
    append_column(out, timing.batched_median_ns);
    append_column(out, relative(timing, greedy));
    fmt::format_to(std::back_inserter(out), ",{:.0f},", cycles_of(timing, bench));
    append_csv_text(out, bench.machine);
    out.push_back('\n');
  }
  return fmt::to_string(out);
}

std::string decisions_table(const DecisionBench& bench) {
  if (bench.timings.empty()) {
    return "no policy was measured\n";
  }
  std::size_t width = std::string_view("policy").size();
  for (const DecisionTiming& timing : bench.timings) {
    width = std::max(width, std::min(kNameWidth, timing.policy.size()));
  }
  std::string table = table_line("", width, "", "one by one", "batched", "median /", "") +
                      table_line("policy", width, "median", "p99", "median", "Greedy's", "cycles");
  for (const DecisionTiming& timing : bench.timings) {
    table += table_row(timing, bench, width);
  }
  return table + pool_note(bench) + busy_note(bench);
}

}  // namespace mec
