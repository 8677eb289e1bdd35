// Steps of building a network that do not depend on how it is described.
#pragma once

#include <span>
#include <vector>

#include "core/network.hpp"

namespace mec {

/// Nominal: infinitely fast links cost nothing.
[[nodiscard]] double seconds_per_byte(const ChannelModel& model);

/// The server of this tier that a byte from the device reaches first, given what it takes to each;
/// of all servers, where the tier has none. Of two as near, the first.
[[nodiscard]] SiteIndex nearest_server(const std::vector<Server>& servers, Tier tier,
                                       std::span<const double> seconds);

/// All speeds, then all channels.
[[nodiscard]] std::vector<DeviceGroup::Draw> draws_of_group(const DeviceGroup& group);

}  // namespace mec
