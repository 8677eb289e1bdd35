// 64-bit FNV-1a: fixed for ever, unlike std::hash. Tells contents apart; no defence against
// forgery.
#pragma once

#include <cstdint>
#include <string_view>

namespace mec {

inline constexpr std::uint64_t kFnvStart = 0xcbf29ce484222325U;

/// Of `text`, or of what `hash` is the hash of with `text` after it.
[[nodiscard]] constexpr std::uint64_t fnv1a64(std::string_view text,
                                              std::uint64_t hash = kFnvStart) {
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }
  return hash;
}

}  // namespace mec
