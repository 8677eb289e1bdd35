// published.csv: what a publication reports for the experiment that was run, for the figures of
// `mecsim report`. results/README.md describes the columns.
#pragma once

#include <string>

#include "core/scenario.hpp"

namespace mec {

/// The whole file, header first: latencies by policy, then decision times. Empty (no header either)
/// where nothing is published.
[[nodiscard]] std::string published_csv(const PublishedResults& published);

}  // namespace mec
