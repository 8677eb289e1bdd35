// A platform file's content as bytes, to be sent from one process to another of the same program.
#pragma once

#include <string>
#include <string_view>

#include "core/platform.hpp"

namespace mec {

[[nodiscard]] std::string encode(const PlatformFile& file);
/// Of what encode() has made; anything else throws std::runtime_error.
[[nodiscard]] PlatformFile decode_platform(std::string_view bytes);

}  // namespace mec
