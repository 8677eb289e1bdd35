// The comparison that `mecsim run` prints on the terminal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "results/policy_summary.hpp"

namespace mec {

/// At most 100 columns wide; "-" is undefined; long policy names end in an ellipsis. Below the
/// table: what is partial, failed or without a ratio. Decision time is the measured
/// median: one decision that the system interrupts can rule the mean.
[[nodiscard]] std::string comparison_table(const std::vector<PolicySummary>& summaries);

/// A duration as people say it: "0 s", "49.1 ns", "12.3 ms", "4.20 s", "86400 s".
[[nodiscard]] std::string readable_duration(double seconds);

/// `text` cut to `width` code points, the last one an ellipsis; control characters become spaces.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t width);

}  // namespace mec
