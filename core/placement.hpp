// A placement I: the site of each subtask (paper, Section 3.2). Site 0 is always the task's own
// device, and the virtual endpoints I_{-1} = I_n = 0 are implied, never stored.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <span>

namespace mec {

using SiteIndex = std::uint8_t;
inline constexpr SiteIndex kDevice = 0;
inline constexpr SiteIndex kEdge = 1;
inline constexpr SiteIndex kCloud = 2;
inline constexpr std::size_t kMaxSites = 255;

/// Inline up to 16 subtasks, so that deciding the usual task allocates nothing.
using Placement = boost::container::small_vector<SiteIndex, 16>;
using PlacementView = std::span<const SiteIndex>;

/// Boost's iterators are not contiguous ones to C++20's concepts, so a span does not form by
/// itself.
[[nodiscard]] inline PlacementView view(const Placement& placement) {
  return {placement.data(), placement.size()};
}

}  // namespace mec
