// Checks a topology as a whole, with the place of every fault: names, what links join, and that
// every server can be reached from every device.
#pragma once

#include "core/scenario.hpp"
#include "scenarios/faults.hpp"
#include "scenarios/written.hpp"

namespace mec {

/// Gives links without a name that of their nodes, too.
void check_topology(const Written& written, GraphModel& graph, Faults& faults);

}  // namespace mec
