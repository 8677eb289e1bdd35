// The bandwidth of the moving links over a span of time: what each link starts with, then its
// changes, all in the order of their dates. Of a link whose channel is one for all devices there is
// one series; of any other, one a device.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/channel_paths.hpp"
#include "core/network.hpp"

namespace mec {

struct BandwidthChange {
  const std::string& link;
  std::optional<std::uint32_t> device;  // none: the same for all
  Seconds at;
  BytesPerSecond bandwidth;  // from then on
};

struct BandwidthSpan {
  std::vector<std::uint32_t> devices;  // whose links are looked at; any order, no device twice
  Seconds begin;
  Seconds end;
  std::size_t most = 0;  // changes that are told of
};

/// Calls `tell` for each change; returns whether that was all of them. Nothing is told of networks
/// that do not move.
bool for_each_bandwidth_change(const Network& network, ChannelPaths& paths,
                               const BandwidthSpan& span,
                               const std::function<void(const BandwidthChange&)>& tell);

}  // namespace mec
