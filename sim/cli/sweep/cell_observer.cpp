#include "sim/cli/sweep/cell_observer.hpp"

#include <algorithm>
#include <cmath>

#include "results/task_sums.hpp"

namespace mec::cli {

namespace {

// The value that at least this share of the sorted values does not exceed.
double nearest_rank(const std::vector<std::int64_t>& sorted, double share) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return static_cast<double>(sorted[std::max<std::size_t>(rank, 1) - 1]);
}

}  // namespace

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
  decision_ns_.push_back(record.decision_ns);
}

CellReport CellObserver::report(const RunCounts& counts, std::int64_t wall_ns) const {
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
  report.times.decisions = decision_ns_.size();
  if (!decision_ns_.empty()) {
    std::vector<std::int64_t> sorted = decision_ns_;
    std::sort(sorted.begin(), sorted.end());
    CompensatedSum total;
    for (const std::int64_t ns : sorted) {
      total.add(static_cast<double>(ns));
    }
    report.times.decision_mean_ns = total.value() / static_cast<double>(sorted.size());
    report.times.decision_median_ns = nearest_rank(sorted, 0.5);
    report.times.decision_p99_ns = nearest_rank(sorted, 0.99);
  }
  return report;
}

}  // namespace mec::cli
