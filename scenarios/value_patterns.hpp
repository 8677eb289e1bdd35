// How values are written, as regular expressions that JSON Schema and POSIX both understand. They
// know forms, numbers and units, not ranges.
#pragma once

#include <string>

#include "scenarios/distribution_parser.hpp"
#include "scenarios/quantity.hpp"

namespace mec {

/// A number with one of the dimension's units, or a bare 0 (or any bare number, where allowed).
[[nodiscard]] std::string quantity_pattern(Dimension dimension,
                                           BareNumber bare = BareNumber::only_zero);

/// Whatever a distribution may be written as, but for a bare count.
[[nodiscard]] std::string distribution_pattern(const DistributionRule& rule);

/// A channel. All are of rates, so that one definition serves every option.
[[nodiscard]] std::string channel_pattern();

}  // namespace mec
