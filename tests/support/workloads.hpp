// Scenarios and comparisons for workload tests.
#pragma once

#include <memory>
#include <vector>

#include "core/workload.hpp"

namespace mec::test {

/// Section 5.1's distributions; 3 devices; the caller sets the rest.
inline Scenario paper_scenario() {
  Scenario scenario;
  scenario.task.work = Uniform{0.0, 2000e6};
  scenario.task.data = Uniform{0.0, 10e6};
  scenario.network.devices = 3;
  scenario.network.device_speed = Uniform{100e6, 1000e6};
  scenario.network.edge_speed = Uniform{500e6, 5000e6};
  scenario.network.b1 = Uniform{0.0, 2e6};
  scenario.network.b2 = Uniform{0.0, 3e6};
  scenario.workload.tasks = 20;
  return scenario;
}

inline std::vector<WorkItem> all_of(TaskSource& source) {
  std::vector<WorkItem> items;
  for (WorkItem item; source.next(item);) {
    items.push_back(item);
  }
  return items;
}

inline std::vector<WorkItem> all_of_device(TaskSource& source, std::uint32_t device) {
  std::vector<WorkItem> items;
  for (WorkItem item; source.next_of(device, item);) {
    items.push_back(item);
  }
  return items;
}

inline bool same_state(const ThreeTierState& a, const ThreeTierState& b) {
  return a.p1 == b.p1 && a.p2 == b.p2 && a.p3 == b.p3 && a.b1 == b.b1 && a.b2 == b.b2;
}

/// What the task is and the state it meets; not its id, nor when it is released.
inline bool same_task(const WorkItem& a, const WorkItem& b) {
  return a.device == b.device && a.chain.work == b.chain.work && a.chain.data == b.chain.data &&
         same_state(a.state, b.state);
}

inline bool same_item(const WorkItem& a, const WorkItem& b) {
  return a.task == b.task && a.release == b.release && same_task(a, b);
}

}  // namespace mec::test
