#include "core/channel_paths.hpp"

#include <algorithm>

namespace mec {

namespace {

// The group whose devices have a channel of their own.
const DeviceGroup& owner_of(const Network& network, std::size_t channel) {
  return *std::find_if(network.groups.begin(), network.groups.end(),
                       [channel](const DeviceGroup& group) {
                         return std::find(group.channel.begin(), group.channel.end(), channel) !=
                                group.channel.end();
                       });
}

}  // namespace

ChannelPaths::ChannelPaths(const Network& network, const RandomStreams& streams)
    : network_(&network), entries_(network.channels.size()) {
  for (std::size_t c = 0; c < entries_.size(); ++c) {
    const Channel& channel = network.channels[c];
    if (!moves(channel.model)) {
      continue;
    }
    Entry& entry = entries_[c];
    entry.common = channel.scope == Scope::common;
    const DeviceGroup& owner = owner_of(network, c);
    entry.first = entry.common ? 0 : owner.first;
    const std::uint32_t count = entry.common ? 1 : owner.count;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t device = entry.first + i;
      entry.paths.push_back(
          make_path(channel.model, streams.stream("channel." + channel.name, device), device));
    }
  }
}

void ChannelPaths::forget_before(Seconds when) {
  for (Entry& entry : entries_) {
    for (const auto& path : entry.paths) {
      path->forget_before(when);
    }
  }
}

}  // namespace mec
