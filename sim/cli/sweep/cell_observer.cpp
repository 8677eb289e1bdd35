#include "sim/cli/sweep/cell_observer.hpp"

#include "results/task_sums.hpp"

namespace mec::cli {

void CellObserver::task_finished(const TaskRecord& record) {
  if (record.status != TaskStatus::completed) {
    return;
  }
  ++completed_;
  const TaskSums sums = sums_of_task(record.latency().value(), record.optimal_latency.value());
  latency_.add(sums.latency);
  if (sums.rated > 0) {
    rated_latency_.add(sums.rated_latency);
    optimum_.add(sums.optimum);
    ++rated_;
  }
  const auto decision_ns = static_cast<double>(record.decision_ns);
  decision_total_ns_.add(decision_ns);
  decision_ns_.add(decision_ns);
}

CellReport CellObserver::report(const RunCounts& counts, std::int64_t wall_ns) {
  CellReport report;
  report.counts = counts;
  TaskSums sums;
  sums.tasks = static_cast<double>(completed_);
  sums.latency = latency_.value();
  sums.rated = static_cast<double>(rated_);
  sums.rated_latency = rated_latency_.value();
  sums.optimum = optimum_.value();
  report.mean_latency = sums.mean_latency();
  report.ratio_of_means = sums.ratio_of_means();
  report.times.wall_ns = wall_ns;
  report.times.decisions = decision_ns_.count();
  if (completed_ > 0) {
    report.times.decision_mean_ns = decision_total_ns_.value() / static_cast<double>(completed_);
    report.times.decision_median_ns = *decision_ns_.quantile_value(0.5);
    report.times.decision_p99_ns = *decision_ns_.quantile_value(0.99);
  }
  return report;
}

}  // namespace mec::cli
