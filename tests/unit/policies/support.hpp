// A round network, and what a policy makes of a task on it.
#pragma once

#include "tests/support/policy_variants.hpp"
#include "tests/support/random_problems.hpp"

namespace mec::test {

// 1 GHz device, 4 GHz edge, 2 MB/s and 4 MB/s: 0.5 us a byte over b1, 0.25 us over b2.
inline const ThreeTierState kState{Hertz{1e9}, Hertz{4e9}, BytesPerSecond{2e6}, BytesPerSecond{4e6},
                                   kInfiniteSpeed};

inline Placement decide(const PolicySpec& spec, const ChainTask& task,
                        const ThreeTierState& state = kState) {
  const auto policy = make(spec);
  return decide(*policy, task, SystemState(state));
}

}  // namespace mec::test
