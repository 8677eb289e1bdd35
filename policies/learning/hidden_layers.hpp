// Widths of a network's hidden layers, as users write them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mec::learning {

/// "64x2" is two layers of 64, "256-128" one of 256 and one of 128; both may be mixed: "256-64x2".
/// 1 to 16 layers of 1 to 4096. `policy` and `parameter` are for the message of the PolicyError.
[[nodiscard]] std::vector<std::size_t> parse_hidden(std::string_view policy,
                                                    std::string_view parameter,
                                                    std::string_view text);

}  // namespace mec::learning
