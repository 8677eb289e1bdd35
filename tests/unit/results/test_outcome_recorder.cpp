#include <fmt/format.h>

#include <string>
#include <vector>

#include "results/comparisons_csv.hpp"
#include "results/outcome_recorder.hpp"
#include "results/summary.hpp"
#include "tests/catch.hpp"
#include "tests/unit/results/records.hpp"

using namespace mec;

namespace {

TaskRecord numbered(std::uint64_t task, double latency) {
  TaskRecord record = completed_task(latency, 1);
  record.task = task;
  return record;
}

void record_run(OutcomeRecorder& recorder, const std::string& policy,
                const std::vector<double>& latencies) {
  recorder.begin_run({"s", policy, 1, 0});
  for (std::size_t i = latencies.size(); i-- > 0;) {  // tasks may finish in any order
    recorder.task_finished(numbered(i, latencies[i]));
  }
  recorder.end_run({});
}

}  // namespace

TEST_CASE("A run's policies are compared task by task", "[results][comparisons]") {
  OutcomeRecorder recorder;
  record_run(recorder, "a,b", {2, 4, 6, 8});
  record_run(recorder, "c", {1, 2, 3, 4});
  recorder.begin_run({"s", "c", 1, 1});
  recorder.task_finished(failed_task());
  const auto comparisons = recorder.compare(true);
  CHECK(recorder.policies() == std::vector<std::string>{"a,b", "c"});
  // Two-sided for four of four: 2 / 16. All ratios are equal, so intervals have no width.
  CHECK(comparisons_csv("s", recorder.policies(), comparisons) ==
        "scenario,policy,other,unit,units,ratio_of_means,ratio_of_means_lo,ratio_of_means_hi,"
        "mean_of_ratios,mean_of_ratios_lo,mean_of_ratios_hi,wins,ties,losses,p_value,p_corrected,"
        "significant\n"
        "s,\"a,b\",c,task,4,2,2,2,2,2,2,0,0,4,0.125,0.125,no\n"
        "s,c,\"a,b\",task,4,0.5,0.5,0.5,0.5,0.5,0.5,4,0,0,0.125,0.125,no\n");
}

TEST_CASE("The line below the table names the fastest and who is slower", "[results][table]") {
  OutcomeRecorder recorder;
  CHECK(comparison_line(recorder.policies(), recorder.compare(true)).empty());
  std::vector<double> base;
  std::vector<double> slow;
  std::vector<double> alike;
  std::vector<double> erratic;
  for (int i = 0; i < 40; ++i) {
    base.push_back(10);
    slow.push_back(11);
    alike.push_back(i % 2 == 0 ? 9.9 : 10.2);  // faster on every other task
    erratic.push_back(i > 0 ? 9 : 500);        // faster on all but one
  }
  record_run(recorder, "slow", slow);
  CHECK(comparison_line(recorder.policies(), recorder.compare(true)).empty());
  record_run(recorder, "base", base);
  record_run(recorder, "alike", alike);
  record_run(recorder, "erratic", erratic);
  CHECK(comparison_line(recorder.policies(), recorder.compare(true)) ==
        "paired, at 5 %: fastest base; slower slow; not significant alike; more often faster "
        "erratic\n");
}

TEST_CASE("Where no outcome could be significant, the line says so", "[results][table]") {
  // Five of five: 2 / 32 = 6 %. Six of six, 3 %, would do, but not for each of three pairs.
  OutcomeRecorder recorder;
  record_run(recorder, "base", std::vector<double>(5, 1.0));
  record_run(recorder, "b", std::vector<double>(5, 2.0));
  CHECK(comparison_line(recorder.policies(), recorder.compare(true)) ==
        "paired, at 5 %: fastest base; too few units b\n");
  OutcomeRecorder three;
  for (const double latency : {1.0, 2.0, 3.0}) {
    record_run(three, fmt::format("p{}", latency), std::vector<double>(6, latency));
  }
  CHECK(comparison_line(three.policies(), three.compare(true)) ==
        "paired, at 5 %: fastest p1; too few units p2, p3\n");
}

TEST_CASE("A run's intervals follow the rule of units", "[results][summary]") {
  // 80 dependent tasks are ten batches of eight, all of mean 4.5: no width. As single tasks they
  // are an interval, and quantiles have one as well.
  const auto summarise = [](bool independent) {
    SummaryBuilder builder;
    OutcomeRecorder recorder;
    for (Observer* observer : std::vector<Observer*>{&builder, &recorder}) {
      observer->begin_run({"s", "p", 1, 0});
      for (std::uint64_t i = 0; i < 80; ++i) {
        observer->task_finished(numbered(i, 1.0 + static_cast<double>(i % 8)));
      }
      observer->end_run({80, 80, 0, 0});
    }
    return builder.summarise(recorder, independent).at(0);
  };
  const PolicySummary dependent = summarise(false);
  CHECK(dependent.mean_latency.low == 4.5);
  CHECK(dependent.mean_latency.high == 4.5);
  CHECK(dependent.median_latency.value == 4.5);
  CHECK_FALSE(dependent.median_latency.low);
  const PolicySummary independent = summarise(true);
  CHECK(*independent.mean_latency.low < 4.3);
  CHECK(independent.median_latency.low);
}

TEST_CASE("A line that is too long counts policies", "[results][table]") {
  OutcomeRecorder recorder;
  record_run(recorder, "base", std::vector<double>(30, 1.0));
  for (const char* name :
       {"a policy of a long name", "another one of a long name", "and one more of a long name"}) {
    record_run(recorder, name, std::vector<double>(30, 2.0));
  }
  CHECK(comparison_line(recorder.policies(), recorder.compare(true)) ==
        "paired, at 5 %: fastest base; slower 3\n");
}

TEST_CASE("quantiles.csv holds the distribution at fixed probabilities", "[results][quantiles]") {
  SummaryBuilder builder;
  builder.begin_run({"s", "none", 1, 0});
  builder.end_run({});
  builder.begin_run({"s", "all", 1, 0});
  for (int i = 0; i <= 1'000; ++i) {
    builder.task_finished(completed_task(i, i == 0 ? 0 : i / 2.0));
  }
  const std::string csv = builder.quantiles_csv();
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < csv.size();) {
    const std::size_t end = csv.find('\n', begin);
    lines.push_back(csv.substr(begin, end - begin));
    begin = end + 1;
  }
  REQUIRE(lines.size() == 1 + 202);
  CHECK(lines[0] == "scenario,policy,probability,latency_s,ratio");
  CHECK(lines[1] == "s,all,0,0,1");
  CHECK(lines[2] == "s,all,0.005,5,2");
  CHECK(lines[101] == "s,all,0.5,500,2");
  CHECK(lines[200] == "s,all,0.995,995,2");
  CHECK(lines[201] == "s,all,0.999,999,2");
  CHECK(lines[202] == "s,all,1,1000,2");
}
