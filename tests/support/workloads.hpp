// Scenarios and comparisons for workload tests.
#pragma once

#include <memory>
#include <vector>

#include "core/workload.hpp"
#include "tests/support/paper_scenario.hpp"

namespace mec::test {

/// Twenty tasks of Section 5.1 on three devices.
inline Scenario paper_scenario() { return paper_scenario(20, 3); }

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
         same_state(three_tier(a.state), three_tier(b.state));
}

inline bool same_item(const WorkItem& a, const WorkItem& b) {
  return a.task == b.task && a.release == b.release && same_task(a, b);
}

}  // namespace mec::test
