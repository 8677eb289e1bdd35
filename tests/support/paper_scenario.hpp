// Section 5.1 of the paper as a scenario, for tests and benchmarks.
#pragma once

#include <cstdint>

#include "core/scenario.hpp"

namespace mec::test {

inline Scenario paper_scenario(std::uint64_t tasks, std::uint32_t devices = 1) {
  Scenario scenario;
  scenario.workload.tasks = tasks;
  scenario.task = {Constant{6}, Uniform{0, 2e9}, Uniform{0, 10e6}};
  scenario.network.devices = devices;
  scenario.network.device_speed = Uniform{100e6, 1000e6};
  scenario.network.edge_speed = Uniform{500e6, 5000e6};
  scenario.network.b1 = Uniform{0, 2e6};
  scenario.network.b2 = Uniform{0, 3e6};
  return scenario;
}

}  // namespace mec::test
