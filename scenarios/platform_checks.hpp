// Checks what a scenario says of a platform file against what the file says, with the place of
// every fault, and takes the hosts and links that the scenario asks for.
#pragma once

#include "core/platform.hpp"
#include "scenarios/faults.hpp"
#include "scenarios/written.hpp"

namespace mec {

/// `topology.platform` is written. Fills `platform` from the file. Without a reader only what does
/// not depend on the file is checked.
void check_platform(const Written& written, const PlatformReader& read, PlatformModel& platform,
                    Faults& faults);

/// What means something beside `topology.platform` only, where that is not written.
void refuse_platform_parts(const Written& written, Faults& faults);

}  // namespace mec
