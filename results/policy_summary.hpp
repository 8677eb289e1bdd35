// What the tasks of one policy come to, over all replications of a scenario.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/records.hpp"
#include "results/estimate.hpp"

namespace mec {

/// Every statistic is over completed tasks. Seconds and joules; ratios are latency / optimum, over
/// tasks for which that is defined. results/README.md defines each.
struct PolicySummary {
  std::string scenario;
  std::string policy;
  RunCounts counts;
  std::uint64_t ratio_undefined = 0;  // completed tasks without a ratio
  bool complete = true;               // false: interrupted, so this is part of what was asked for

  Estimate mean_latency;
  Estimate median_latency;
  Estimate p95_latency;
  Estimate p99_latency;

  Estimate ratio_of_means;
  Estimate mean_of_ratios;
  Estimate median_ratio;
  Estimate p95_ratio;

  std::optional<double> mean_energy;
  std::optional<double> mean_exec;
  std::optional<double> mean_transfer;
  std::optional<double> mean_wait;
  std::optional<double> mean_decision;  // charged in simulated time

  std::optional<double> decision_mean_ns;  // measured
  std::optional<double> decision_median_ns;
  std::optional<double> decision_p99_ns;
};

}  // namespace mec
