#include "results/summary_csv.hpp"

namespace mec {

namespace {

constexpr std::string_view kColumns =
    "scenario,policy,tasks,completed,failed,in_flight,ratio_undefined,status,"
    "mean_latency_s,mean_latency_lo_s,mean_latency_hi_s,"
    "median_latency_s,median_latency_lo_s,median_latency_hi_s,"
    "p95_latency_s,p95_latency_lo_s,p95_latency_hi_s,"
    "p99_latency_s,p99_latency_lo_s,p99_latency_hi_s,"
    "ratio_of_means,ratio_of_means_lo,ratio_of_means_hi,"
    "mean_of_ratios,mean_of_ratios_lo,mean_of_ratios_hi,"
    "median_ratio,median_ratio_lo,median_ratio_hi,"
    "p95_ratio,p95_ratio_lo,p95_ratio_hi,"
    "mean_energy_j,mean_exec_s,mean_transfer_s,mean_wait_s,mean_decision_s";
constexpr std::string_view kMeasured = ",decision_mean_ns,decision_median_ns,decision_p99_ns";

template <typename Number>
void append_column(CsvBuffer& out, const Number& number) {
  out.push_back(',');
  append_csv_number(out, number);
}

void append_columns(CsvBuffer& out, const Estimate& estimate) {
  append_column(out, estimate.value);
  append_column(out, estimate.low);
  append_column(out, estimate.high);
}

}  // namespace

std::string summary_columns(MeasuredTimes times) {
  return std::string(kColumns) +
         std::string(times == MeasuredTimes::written ? kMeasured : std::string_view());
}

void append_summary(CsvBuffer& out, const PolicySummary& summary, MeasuredTimes times) {
  append_csv_text(out, summary.scenario);
  out.push_back(',');
  append_csv_text(out, summary.policy);
  append_column(out, summary.counts.released);
  append_column(out, summary.counts.completed);
  append_column(out, summary.counts.failed);
  append_column(out, summary.counts.in_flight);
  append_column(out, summary.ratio_undefined);
  out.append(std::string_view(summary.complete ? ",complete" : ",partial"));
  append_columns(out, summary.mean_latency);
  append_columns(out, summary.median_latency);
  append_columns(out, summary.p95_latency);
  append_columns(out, summary.p99_latency);
  append_columns(out, summary.ratio_of_means);
  append_columns(out, summary.mean_of_ratios);
  append_columns(out, summary.median_ratio);
  append_columns(out, summary.p95_ratio);
  append_column(out, summary.mean_energy);
  append_column(out, summary.mean_exec);
  append_column(out, summary.mean_transfer);
  append_column(out, summary.mean_wait);
  append_column(out, summary.mean_decision);
  if (times == MeasuredTimes::written) {
    append_column(out, summary.decision_mean_ns);
    append_column(out, summary.decision_median_ns);
    append_column(out, summary.decision_p99_ns);
  }
}

std::string summary_csv(const std::vector<PolicySummary>& summaries) {
  CsvBuffer out;
  out.append(summary_columns(MeasuredTimes::written));
  out.push_back('\n');
  for (const PolicySummary& summary : summaries) {
    append_summary(out, summary, MeasuredTimes::written);
    out.push_back('\n');
  }
  return fmt::to_string(out);
}

}  // namespace mec
