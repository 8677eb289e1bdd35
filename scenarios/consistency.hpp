// What no option can check alone.
#pragma once

#include "core/scenario.hpp"
#include "scenarios/faults.hpp"
#include "scenarios/written.hpp"

namespace mec {

void check_together(const Written& written, const Scenario& scenario, Faults& faults);

/// What is wrong with a server that works like this; empty: nothing.
[[nodiscard]] const char* fault_of_server(const Distribution& speed, std::uint32_t cores,
                                          Discipline discipline);

}  // namespace mec
