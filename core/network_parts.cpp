#include "core/network_parts.hpp"

#include <algorithm>
#include <limits>

namespace mec {

double seconds_per_byte(const ChannelModel& model) { return (1.0 / mean_rate(model)).value(); }

SiteIndex nearest_server(const std::vector<Server>& servers, Tier tier,
                         std::span<const double> seconds) {
  const bool has_tier = std::any_of(servers.begin(), servers.end(),
                                    [tier](const Server& server) { return server.tier == tier; });
  SiteIndex best = kDevice;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < servers.size(); ++i) {
    if ((servers[i].tier == tier || !has_tier) && seconds[i] < least) {
      best = static_cast<SiteIndex>(i + 1);
      least = seconds[i];
    }
  }
  return best;
}

std::vector<DeviceGroup::Draw> draws_of_group(const DeviceGroup& group) {
  using Draw = DeviceGroup::Draw;
  std::vector<Draw> draws;
  for (std::size_t k = 0; k < group.topology.site_count(); ++k) {
    draws.push_back({Draw::What::speed, k});
  }
  std::vector<std::size_t> channels = group.channel;
  std::sort(channels.begin(), channels.end());
  channels.erase(std::unique(channels.begin(), channels.end()), channels.end());
  for (const std::size_t channel : channels) {
    draws.push_back({Draw::What::rate, channel});
  }
  return draws;
}

}  // namespace mec
