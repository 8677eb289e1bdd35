#include <cmath>

#include "results/summary.hpp"
#include "results/summary_csv.hpp"
#include "tests/catch.hpp"
#include "tests/unit/results/records.hpp"

using namespace mec;

namespace {

RunCounts counts(std::uint64_t completed, std::uint64_t failed, std::uint64_t in_flight = 0) {
  return {completed + failed + in_flight, completed, failed, in_flight};
}

}  // namespace

TEST_CASE("The four ratios of three tasks, by hand", "[results][summary]") {
  // latency 2, 3, 40; optimum 1, 3, 4; ratios 2, 1, 10.
  SummaryBuilder builder;
  builder.begin_run({"paper", "dil", 1, 0});
  builder.task_finished(completed_task(2, 1));
  builder.task_finished(completed_task(3, 3));
  builder.task_finished(completed_task(40, 4));
  builder.end_run(counts(3, 0));
  const PolicySummary summary = builder.summarise().at(0);
  CHECK(summary.complete);
  CHECK(summary.ratio_of_means.value == 45.0 / 8);
  CHECK(summary.mean_of_ratios.value == 13.0 / 3);
  CHECK(summary.median_ratio.value == 2.0);
  CHECK(*summary.p95_ratio.value == Approx(2 + 0.9 * 8));  // position 1 + 2 * 0.95 = 2.9
  CHECK(summary.mean_latency.value == 15.0);
  CHECK(summary.median_latency.value == 3.0);
  CHECK(summary.mean_latency.low >= 2.0);
  CHECK(summary.mean_latency.high <= 40.0);
}

TEST_CASE("Means of energy, parts of latency and decision time", "[results][summary]") {
  TaskRecord record = completed_task(10, 5);
  record.energy = Joules{1};
  record.exec = Seconds{2};
  record.transfer = Seconds{3};
  record.wait = Seconds{4};
  record.decision = Seconds{1};
  record.decision_ns = 100;
  SummaryBuilder builder;
  builder.begin_run({"paper", "dil", 1, 0});
  builder.task_finished(record);
  record.energy = Joules{2};
  record.decision_ns = 300;
  builder.task_finished(record);
  builder.end_run(counts(2, 0));
  const PolicySummary summary = builder.summarise().at(0);
  CHECK(summary.mean_energy == 1.5);
  CHECK(summary.mean_exec == 2.0);
  CHECK(summary.mean_transfer == 3.0);
  CHECK(summary.mean_wait == 4.0);
  CHECK(summary.mean_decision == 1.0);
  CHECK(summary.decision_mean_ns == 200.0);
  CHECK(summary.decision_median_ns == 200.0);
  CHECK(*summary.decision_p99_ns == Approx(298));
}

TEST_CASE("Replications pool, policies keep the order of their runs", "[results][summary]") {
  SummaryBuilder builder;
  for (std::uint32_t replication = 0; replication < 2; ++replication) {
    for (const char* policy : {"local", "edge"}) {
      builder.begin_run({"paper", policy, 1, replication});
      builder.task_finished(completed_task(1 + replication, 1));
      builder.end_run(counts(1, 0));
    }
  }
  builder.begin_run({"other", "local", 1, 0});
  builder.end_run({});
  const std::vector<PolicySummary> summaries = builder.summarise();
  REQUIRE(summaries.size() == 3);
  CHECK(summaries[0].policy == "local");
  CHECK(summaries[1].policy == "edge");
  CHECK(summaries[2].scenario == "other");
  CHECK(summaries[0].counts.completed == 2);
  CHECK(summaries[0].mean_latency.value == 1.5);
}

TEST_CASE("Failed tasks count and leave the statistics alone", "[results][summary]") {
  SummaryBuilder builder;
  builder.begin_run({"paper", "edge", 1, 0});
  builder.task_finished(completed_task(2, 1));
  builder.task_finished(failed_task());
  builder.end_run(counts(1, 1));
  const PolicySummary summary = builder.summarise().at(0);
  CHECK(summary.counts.failed == 1);
  CHECK(summary.mean_latency.value == 2.0);
  CHECK(summary.complete);
}

TEST_CASE("A run cut short makes its policy partial, and only that one", "[results][summary]") {
  SummaryBuilder builder;
  builder.begin_run({"paper", "in-flight", 1, 0});
  RunCounts stopped = counts(1, 0, 2);
  stopped.ended = false;
  builder.end_run(stopped);
  builder.begin_run(
      {"paper", "at its end", 1, 0});  // workload.until: what is in flight is as asked
  builder.end_run(counts(1, 0, 2));
  builder.begin_run({"paper", "marked", 1, 0});
  builder.end_run(counts(1, 0));
  builder.mark_partial();
  builder.begin_run({"paper", "whole", 1, 0});
  builder.end_run(counts(1, 0));
  builder.begin_run({"paper", "unended", 1, 0});
  builder.task_finished(completed_task(1, 1));
  const std::vector<PolicySummary> summaries = builder.summarise();
  CHECK_FALSE(summaries.at(0).complete);
  CHECK(summaries.at(1).complete);
  CHECK_FALSE(summaries.at(2).complete);
  CHECK(summaries.at(3).complete);
  CHECK_FALSE(summaries.at(4).complete);
  CHECK(summaries.at(4).counts.completed == 1);
}

TEST_CASE("A zero optimum has ratio 1 or none, and is counted", "[results][summary]") {
  SummaryBuilder builder;
  builder.begin_run({"paper", "edge", 1, 0});
  builder.task_finished(completed_task(0, 0));
  builder.task_finished(completed_task(5, 0));
  builder.task_finished(completed_task(6, 2));
  builder.end_run(counts(3, 0));
  const PolicySummary summary = builder.summarise().at(0);
  CHECK(summary.ratio_undefined == 1);
  CHECK(summary.mean_of_ratios.value == 2.0);  // (1 + 3) / 2
  CHECK(summary.ratio_of_means.value == 3.0);  // (0 + 6) / (0 + 2): the same two tasks
  CHECK(*summary.mean_latency.value == Approx(11.0 / 3));
}

TEST_CASE("A latency that is no time at all is a programmer's fault", "[results][summary]") {
  SummaryBuilder builder;
  CHECK_THROWS_AS(builder.task_finished(completed_task(1, 1)), std::logic_error);
  builder.begin_run({"paper", "edge", 1, 0});
  CHECK_THROWS_AS(builder.task_finished(completed_task(std::nan(""), 1)), std::logic_error);
  CHECK_THROWS_AS(builder.task_finished(completed_task(-1, 1)), std::logic_error);
  CHECK_NOTHROW(builder.task_finished(completed_task(-1e-16, 1)));  // rounding
}

TEST_CASE("summary.csv: no tasks, one task, and no NaN anywhere", "[results][summary][csv]") {
  SummaryBuilder builder;
  builder.begin_run({"a,b", "none", 1, 0});
  builder.end_run({});
  builder.begin_run({"a,b", "one", 1, 0});
  builder.task_finished(completed_task(3, 2));
  builder.end_run(counts(1, 0));
  builder.begin_run({"a,b", "undefined", 1, 0});
  builder.task_finished(completed_task(3, 0));
  CHECK(summary_csv(builder.summarise()) ==
        "scenario,policy,tasks,completed,failed,in_flight,ratio_undefined,status,"
        "mean_latency_s,mean_latency_lo_s,mean_latency_hi_s,"
        "median_latency_s,median_latency_lo_s,median_latency_hi_s,"
        "p95_latency_s,p95_latency_lo_s,p95_latency_hi_s,"
        "p99_latency_s,p99_latency_lo_s,p99_latency_hi_s,"
        "ratio_of_means,ratio_of_means_lo,ratio_of_means_hi,"
        "mean_of_ratios,mean_of_ratios_lo,mean_of_ratios_hi,"
        "median_ratio,median_ratio_lo,median_ratio_hi,p95_ratio,p95_ratio_lo,p95_ratio_hi,"
        "mean_energy_j,mean_exec_s,mean_transfer_s,mean_wait_s,mean_decision_s,"
        "decision_mean_ns,decision_median_ns,decision_p99_ns\n"
        "\"a,b\",none,0,0,0,0,0,complete,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n"
        "\"a,b\",one,1,1,0,0,0,complete,3,,,3,,,3,,,3,,,1.5,,,1.5,,,1.5,,,1.5,,,0,3,0,0,0,0,0,0\n"
        "\"a,b\",undefined,1,1,0,0,1,partial,3,,,3,,,3,,,3,,,,,,,,,,,,,,,0,3,0,0,0,0,0,0\n");
}

TEST_CASE("Summaries of a hundred thousand tasks repeat to the byte", "[results][summary]") {
  const auto run = [] {
    SummaryBuilder builder;
    builder.begin_run({"paper", "edge", 9, 0});
    for (int i = 0; i < 100'000; ++i) {
      builder.task_finished(completed_task(1.0 + 0.1 * (i % 97), 1.0 + 0.01 * (i % 13)));
    }
    builder.end_run(counts(100'000, 0));
    return summary_csv(builder.summarise());
  };
  CHECK(run() == run());
}
