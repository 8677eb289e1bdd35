// IEEE half precision by integer operations, for storing weights: 11 significant bits, up to 65504.
#pragma once

#include <bit>
#include <cstdint>

namespace mec::learning {

/// Largest magnitude that does not round to infinity is just below this.
inline constexpr float kHalfOverflow = 65520.0F;

/// Nearest, ties to even. |value| < kHalfOverflow.
[[nodiscard]] inline std::uint16_t to_half(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = (bits >> 16U) & 0x8000U;
  const std::uint32_t magnitude = bits & 0x7fffffffU;
  if (magnitude < 0x38800000U) {  // below 2^-14: a multiple of 2^-24
    // The sum's last place is 1, so the addition rounds to a whole number of 2^-24.
    const float units = std::bit_cast<float>(magnitude) * 16777216.0F + 8388608.0F;
    return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(units) - 0x4b000000U));
  }
  const std::uint32_t rounded = magnitude + 0xfffU + ((magnitude >> 13U) & 1U);
  return static_cast<std::uint16_t>(sign | ((rounded >> 13U) - (112U << 10U)));
}

/// Exact. `half` is finite.
[[nodiscard]] inline float from_half(std::uint16_t half) {
  const std::uint32_t sign = (half & 0x8000U) << 16U;
  const std::uint32_t magnitude = half & 0x7fffU;
  if (magnitude < 0x400U) {
    const float value = static_cast<float>(magnitude) / 16777216.0F;
    return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(value));
  }
  return std::bit_cast<float>(sign | ((magnitude << 13U) + (112U << 23U)));
}

}  // namespace mec::learning
