#include "results/policy_statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "results/bootstrap.hpp"

namespace mec {

namespace {

// A part of it that is a difference of dates, such as waiting, may be a rounding error below 0.
double checked_latency(const TaskRecord& record) {
  constexpr double kRounding = 1e-9;  // s
  const double latency = record.latency().value();
  if (!std::isfinite(latency) || latency < -kRounding) {
    throw std::logic_error(fmt::format("task {} of device {} completed with a latency of {} s",
                                       record.task, record.device, latency));
  }
  return std::max(latency, 0.0);
}

Estimate with_interval(std::optional<double> value, const Estimate& interval) {
  return {value, interval.low, interval.high};
}

}  // namespace

void PolicyStatistics::add(const TaskRecord& record) {
  if (record.status == TaskStatus::completed) {
    add_completed(record);
  } else {
    batches_.add({});
  }
}

void PolicyStatistics::add_completed(const TaskRecord& record) {
  const double latency = checked_latency(record);
  const TaskSums sums = sums_of_task(latency, record.optimal_latency.value());
  batches_.add(sums);
  ++completed_;
  latency_.add(latency);
  latencies_.add(latency);
  if (sums.rated > 0) {
    ++rated_;
    rated_latency_.add(sums.rated_latency);
    optimum_.add(sums.optimum);
    ratio_.add(sums.ratio);
    ratios_.add(sums.ratio);
  }
  energy_.add(record.energy.value());
  exec_.add(record.exec.value());
  transfer_.add(record.transfer.value());
  wait_.add(record.wait.value());
  decision_.add(record.decision.value());
  const auto decision_ns = static_cast<double>(record.decision_ns);
  decision_ns_.add(decision_ns);
  decisions_.add(decision_ns);
}

TaskSums PolicyStatistics::totals() const {
  TaskSums sums;
  sums.tasks = static_cast<double>(completed_);
  sums.latency = latency_.value();
  sums.rated = static_cast<double>(rated_);
  sums.rated_latency = rated_latency_.value();
  sums.optimum = optimum_.value();
  sums.ratio = ratio_.value();
  return sums;
}

void PolicyStatistics::summarise(PolicySummary& summary, std::uint64_t bootstrap_seed) {
  summarise(summary, bootstrap_seed, batches_.batches(), true);
}

void PolicyStatistics::summarise(PolicySummary& summary, std::uint64_t bootstrap_seed,
                                 std::span<const TaskSums> units, bool independent_tasks) {
  const TaskSums sums = totals();
  const BootstrapIntervals intervals = bootstrap_intervals(units, bootstrap_seed);
  summary.ratio_undefined = completed_ - rated_;
  summary.mean_latency = with_interval(sums.mean_latency(), intervals.mean_latency);
  summary.ratio_of_means = with_interval(sums.ratio_of_means(), intervals.ratio_of_means);
  summary.mean_of_ratios = with_interval(sums.mean_of_ratios(), intervals.mean_of_ratios);
  summary.median_latency = latencies_.quantile(0.5);
  summary.p95_latency = latencies_.quantile(0.95);
  summary.p99_latency = latencies_.quantile(0.99);
  summary.median_ratio = ratios_.quantile(0.5);
  summary.p95_ratio = ratios_.quantile(0.95);
  if (!independent_tasks) {
    for (Estimate* quantile : {&summary.median_latency, &summary.p95_latency, &summary.p99_latency,
                               &summary.median_ratio, &summary.p95_ratio}) {
      *quantile = {quantile->value, {}, {}};
    }
  }
  fill_means(summary);
  summary.decision_median_ns = decisions_.quantile(0.5).value;
  summary.decision_p99_ns = decisions_.quantile(0.99).value;
}

void PolicyStatistics::fill_means(PolicySummary& summary) const {
  const auto mean = [this](const CompensatedSum& sum) {
    return completed_ > 0 ? std::optional(sum.value() / static_cast<double>(completed_))
                          : std::nullopt;
  };
  summary.mean_energy = mean(energy_);
  summary.mean_exec = mean(exec_);
  summary.mean_transfer = mean(transfer_);
  summary.mean_wait = mean(wait_);
  summary.mean_decision = mean(decision_);
  summary.decision_mean_ns = mean(decision_ns_);
}

std::vector<QuantilePoint> PolicyStatistics::distribution() {
  std::vector<QuantilePoint> points;
  const auto append = [this, &points](double probability) {
    points.push_back({probability, latencies_.quantile_value(probability).value_or(0.0),
                      ratios_.quantile_value(probability)});
  };
  constexpr int kSteps = 200;
  for (int i = 0; i < kSteps && completed_ > 0; ++i) {
    append(static_cast<double>(i) / kSteps);
  }
  if (completed_ > 0) {
    append(0.999);
    append(1.0);
  }
  return points;
}

}  // namespace mec
