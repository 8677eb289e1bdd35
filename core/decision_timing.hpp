// What deciding takes, measured: sim/decision_bench.hpp says how, results/decisions_csv.hpp writes
// it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mec {

/// Measured times of one policy, in nanoseconds of wall-clock time a decision.
struct DecisionTiming {
  std::string policy;           // display name
  std::size_t tasks = 0;        // different ones, each decided in every repetition
  std::size_t repetitions = 0;  // that the medians are over
  std::size_t batch = 0;        // requests in a batch
  double single_median_ns = 0.0;
  double single_p99_ns = 0.0;
  double batched_median_ns = 0.0;
};

/// All policies of one measurement, which took turns on one machine.
struct DecisionBench {
  std::string scenario;
  std::string machine;         // model of the CPU
  double cycles_per_ns = 0.0;  // of the core that measured, while it did
  double cpu_share = 1.0;      // processor time over time passed: below 1, others took the CPU
  std::vector<DecisionTiming> timings;
};

}  // namespace mec
