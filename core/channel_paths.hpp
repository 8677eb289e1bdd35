// The moving channels of a network: a path for each device, or one for all. They depend on the seed
// and the replication alone, so every policy meets the same bandwidth at the same date.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/network.hpp"
#include "core/random.hpp"
#include "core/rate_path.hpp"

namespace mec {

class ChannelPaths {
 public:
  /// `network` must outlive this. Streams: "channel.NAME", indexed by device (0 if common).
  ChannelPaths(const Network& network, const RandomStreams& streams);

  /// The path of a link as a device's topology numbers it; null where the link does not move.
  [[nodiscard]] RatePath* of(std::uint32_t device, std::size_t link) const {
    const DeviceGroup& group = network_->group_of(device);
    return of_channel(group.channel[link], device);
  }
  [[nodiscard]] RatePath* of_channel(std::size_t channel, std::uint32_t device) const {
    const Entry& entry = entries_[channel];
    return entry.paths.empty() ? nullptr
                               : entry.paths[entry.common ? 0 : device - entry.first].get();
  }

  /// Nobody will ask for what was before this date.
  void forget_before(Seconds when);

 private:
  struct Entry {
    bool common = false;
    std::uint32_t first = 0;                       // device of paths[0]
    std::vector<std::unique_ptr<RatePath>> paths;  // empty: does not move
  };

  const Network* network_;
  std::vector<Entry> entries_;  // by channel
};

}  // namespace mec
