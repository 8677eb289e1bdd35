#include "results/bandwidth_changes.hpp"

#include <algorithm>
#include <functional>
#include <queue>
#include <set>
#include <utility>

namespace mec {

namespace {

struct Series {
  const std::string* link = nullptr;
  std::optional<std::uint32_t> device;
  RatePath* path = nullptr;
  double rate = -1.0;  // that was told last: none yet
};

std::vector<Series> moving_links(const Network& network, ChannelPaths& paths,
                                 std::vector<std::uint32_t> devices) {
  std::vector<Series> series;
  std::set<std::pair<std::string, std::size_t>> common;  // link and channel
  std::sort(devices.begin(), devices.end());
  for (const std::uint32_t device : devices) {
    const DeviceGroup& group = network.group_of(device);
    for (std::size_t l = 0; l < group.topology.link_count(); ++l) {
      RatePath* path = paths.of(device, l);
      const std::string& name = group.topology.link(l).name;
      const std::size_t channel = group.channel[l];
      const bool own = network.channels[channel].scope == Scope::per_device;
      if (path != nullptr && (own || common.insert({name, channel}).second)) {
        series.push_back({&name, own ? std::optional(device) : std::nullopt, path});
      }
    }
  }
  return series;
}

}  // namespace

bool for_each_bandwidth_change(const Network& network, ChannelPaths& paths,
                               const BandwidthSpan& span,
                               const std::function<void(const BandwidthChange&)>& tell) {
  std::vector<Series> series = moving_links(network, paths, span.devices);
  using Next = std::pair<double, std::size_t>;  // date, series
  std::priority_queue<Next, std::vector<Next>, std::greater<>> due;
  for (std::size_t i = 0; i < series.size(); ++i) {
    due.emplace(span.begin.value(), i);
  }
  for (std::size_t told = 0; !due.empty();) {
    const auto [date, index] = due.top();
    due.pop();
    Series& one = series[index];
    const RateSegment segment = one.path->at(Seconds{date});
    if (segment.until <= span.end) {
      due.emplace(segment.until.value(), index);
    }
    if (segment.rate == one.rate) {  // a path may cut a long stretch in two
      continue;
    }
    if (told == span.most) {
      return false;
    }
    ++told;
    one.rate = segment.rate;
    tell({*one.link, one.device, Seconds{date}, BytesPerSecond{segment.rate}});
  }
  return true;
}

}  // namespace mec
