#include "results/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace mec {

namespace {

constexpr std::size_t kWidth = 100;
constexpr std::size_t kColumns = 7;
constexpr std::size_t kGap = 2;
constexpr std::size_t kLeastPolicyWidth = 8;

using Row = std::array<std::string, kColumns>;

std::string plain(double value) {
  const double size = std::abs(value);
  if (size >= 1e5) {
    return fmt::format("{:.2e}", value);
  }
  const int decimals = size < 99.995 ? 3 : size < 999.95 ? 2 : 1;
  return fmt::format("{:.{}f}", value, decimals);
}

std::string cell(const std::optional<double>& value) { return value ? plain(*value) : "-"; }

std::string with_interval(const Estimate& estimate) {
  if (estimate.value && estimate.low && estimate.high) {
    return fmt::format("{} [{}, {}]", plain(*estimate.value), plain(*estimate.low),
                       plain(*estimate.high));
  }
  return cell(estimate.value);
}

std::string duration_cell(const std::optional<double>& seconds) {
  return seconds ? readable_duration(*seconds) : "-";
}

Row row_of(const PolicySummary& summary) {
  std::optional<double> decision_s = summary.decision_median_ns;
  if (decision_s) {
    *decision_s *= 1e-9;
  }
  return {summary.complete ? summary.policy : summary.policy + " *",
          with_interval(summary.ratio_of_means),
          cell(summary.mean_of_ratios.value),
          cell(summary.median_ratio.value),
          cell(summary.p95_ratio.value),
          duration_cell(summary.mean_latency.value),
          duration_cell(decision_s)};
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
}

// All columns as wide as their widest cell, the first one narrowed until the table fits.
std::array<std::size_t, kColumns> widths_of(const std::vector<Row>& rows) {
  std::array<std::size_t, kColumns> widths = {};
  for (const Row& row : rows) {
    for (std::size_t column = 0; column < kColumns; ++column) {
      widths[column] = std::max(widths[column], code_points(row[column]));
    }
  }
  std::size_t others = 0;
  for (std::size_t column = 1; column < kColumns; ++column) {
    others += kGap + widths[column];
  }
  const std::size_t left = kWidth - std::min(kWidth, others);
  widths[0] = std::min(widths[0], std::max(left, kLeastPolicyWidth));
  return widths;
}

// The mark of a partial result outlives the shortening of the name before it.
std::string first_cell(const std::string& text, std::size_t width) {
  constexpr std::string_view kMark = " *";
  const std::size_t cut = text.size() - std::min(text.size(), kMark.size());
  if (std::string_view(text).substr(cut) != kMark || width <= kMark.size()) {
    return shortened(text, width);
  }
  return shortened(std::string_view(text).substr(0, cut), width - kMark.size()) +
         std::string(kMark);
}

std::string line_of(const Row& row, const std::array<std::size_t, kColumns>& widths) {
  const std::string name = first_cell(row[0], widths[0]);
  std::string line = name + std::string(widths[0] - code_points(name), ' ');
  for (std::size_t column = 1; column < kColumns; ++column) {
    line += fmt::format("{:>{}}", row[column], kGap + widths[column]);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string notes_on(const PolicySummary& summary) {
  const std::string name = shortened(summary.policy, 40);
  std::string notes;
  if (!summary.complete) {
    notes += fmt::format("* PARTIAL: {} was cut short: {} of {} released tasks finished.\n", name,
                         summary.counts.completed + summary.counts.failed, summary.counts.released);
  }
  if (summary.counts.failed > 0) {
    notes += fmt::format("{}: {} of {} tasks failed; the figures are of those that completed.\n",
                         name, summary.counts.failed, summary.counts.released);
  }
  if (summary.ratio_undefined > 0) {
    notes += fmt::format("{}: {} tasks have no ratio (their optimum is 0 s or unknown).\n", name,
                         summary.ratio_undefined);
  }
  return notes;
}

}  // namespace

std::string readable_duration(double seconds) {
  struct Unit {
    double size;
    const char* name;
  };
  constexpr std::array<Unit, 4> kUnits = {{{1.0, "s"}, {1e-3, "ms"}, {1e-6, "us"}, {1e-9, "ns"}}};
  if (seconds == 0.0) {
    return "0 s";
  }
  std::size_t i = 0;
  while (i + 1 < kUnits.size() && std::abs(seconds) < 0.9995 * kUnits[i].size) {
    ++i;
  }
  const Unit& unit = kUnits[i];
  const double amount = seconds / unit.size;
  const double size = std::abs(amount);
  if (size >= 1e6) {
    return fmt::format("{:.2e} {}", amount, unit.name);
  }
  const int decimals = size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
  return fmt::format("{:.{}f} {}", amount, decimals, unit.name);
}

std::string shortened(std::string_view text, std::size_t width) {
  const bool cut = code_points(text) > width;
  const std::size_t keep = cut ? width - std::min<std::size_t>(width, 1) : width;
  std::string result;
  std::size_t points = 0;
  for (const char c : text) {
    points += code_points({&c, 1});
    if (points > keep) {
      break;
    }
    result += static_cast<unsigned char>(c) < 0x20U || c == 0x7f ? ' ' : c;
  }
  return cut && width > 0 ? result + "\u2026" : result;
}

std::string comparison_table(const std::vector<PolicySummary>& summaries) {
  std::vector<Row> rows = {{"", "latency / optimum:", "", "", "", "mean", "median"},
                           {"policy", "ratio of means [95 % CI]", "mean of ratios", "median", "p95",
                            "latency", "decision"}};
  std::transform(summaries.begin(), summaries.end(), std::back_inserter(rows), row_of);
  const std::array<std::size_t, kColumns> widths = widths_of(rows);
  const bool one_scenario =
      std::all_of(summaries.begin(), summaries.end(), [&summaries](const PolicySummary& summary) {
        return summary.scenario == summaries.front().scenario;
      });

  std::string table = line_of(rows[0], widths) + line_of(rows[1], widths);
  std::string notes;
  for (std::size_t i = 0; i < summaries.size(); ++i) {
    if (!one_scenario && (i == 0 || summaries[i].scenario != summaries[i - 1].scenario)) {
      table += shortened(summaries[i].scenario, kWidth - 1) + ":\n";
    }
    table += line_of(rows[i + 2], widths);
    notes += notes_on(summaries[i]);
  }
  return table + notes;
}

}  // namespace mec
