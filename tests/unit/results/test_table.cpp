#include <algorithm>
#include <sstream>

#include "results/table.hpp"
#include "tests/catch.hpp"
#include "tests/unit/results/messages.hpp"

using namespace mec;

namespace {

PolicySummary example(const std::string& policy, double ratio) {
  PolicySummary summary;
  summary.policy = policy;
  summary.counts = {10, 10, 0, 0};
  summary.ratio_of_means = {ratio, ratio - 0.5, ratio + 0.5};
  summary.mean_of_ratios.value = ratio;
  summary.median_ratio.value = 1.0;
  summary.p95_ratio.value = 2 * ratio;
  summary.mean_latency.value = 12.345;
  summary.decision_mean_ns = 9e5;  // one of them was interrupted
  summary.decision_median_ns = 148.2;
  return summary;
}

std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto continuation = std::count_if(line.begin(), line.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
    });
    widest = std::max(widest, line.size() - static_cast<std::size_t>(continuation));
  }
  return widest;
}

}  // namespace

TEST_CASE("The comparison table lines up", "[results][table]") {
  PolicySummary none;
  none.policy = "none";
  CHECK("\n" + comparison_table({example("edge", 7.3), example("random", 123.4), none}) == R"(
              latency / optimum:                                     mean    median
policy  ratio of means [95 % CI]  mean of ratios  median     p95  latency  decision
edge        7.300 [6.800, 7.800]           7.300   1.000  14.600   12.3 s    148 ns
random   123.40 [122.90, 123.90]          123.40   1.000  246.80   12.3 s    148 ns
none                           -               -       -       -        -         -
)");
}

TEST_CASE("The table stays within 100 columns, whatever is in it", "[results][table]") {
  PolicySummary extreme = example(std::string(60, 'x') + "\n" + std::string(60, 'y'), 1.234e200);
  extreme.ratio_of_means = {1.234e200, 1.234e100, 9.876e200};
  extreme.mean_latency.value = 1e15;
  extreme.complete = false;
  PolicySummary accents = example("\xc3\xa9\xc3\xa9\xc3\xa9", 1.5);
  const std::string table = comparison_table({extreme, accents});
  CHECK(widest_line(table) <= 100);
  CHECK(contains(table, "\u2026 *"));
  CHECK(contains(table, "\n* PARTIAL: xxx"));
}

TEST_CASE("Failures and undefined ratios are said below the table", "[results][table]") {
  PolicySummary summary = example("edge", 2);
  summary.counts = {10, 7, 3, 0};
  summary.ratio_undefined = 2;
  const std::string table = comparison_table({summary});
  CHECK(contains(table, "edge: 3 of 10 tasks failed"));
  CHECK(contains(table, "edge: 2 tasks have no ratio"));
}

TEST_CASE("Durations read well", "[results][table]") {
  CHECK(readable_duration(0) == "0 s");
  CHECK(readable_duration(49.12e-9) == "49.1 ns");
  CHECK(readable_duration(0.32e-9) == "0.32 ns");
  CHECK(readable_duration(999.96e-9) == "1.00 us");  // not "1000 ns"
  CHECK(readable_duration(12.3e-3) == "12.3 ms");
  CHECK(readable_duration(86'400) == "86400 s");
}

TEST_CASE("Text is cut between characters", "[results][table]") {
  CHECK(shortened("abc", 3) == "abc");
  CHECK(shortened("abcd", 3) == "ab\u2026");
  CHECK(shortened("\u00e9\u00e9\u00e9\u00e9", 3) == "\u00e9\u00e9\u2026");
  CHECK(shortened("a\nb", 3) == "a b");
}
