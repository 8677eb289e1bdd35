// Records for tests that care about latency, optimum and status only.
#pragma once

#include "core/records.hpp"

namespace mec {

inline TaskRecord completed_task(double latency_s, double optimum_s) {
  TaskRecord record;
  record.exec = Seconds{latency_s};
  record.finish = Seconds{latency_s};
  record.optimal_latency = Seconds{optimum_s};
  return record;
}

inline TaskRecord failed_task() {
  TaskRecord record;
  record.status = TaskStatus::failed;
  return record;
}

}  // namespace mec
