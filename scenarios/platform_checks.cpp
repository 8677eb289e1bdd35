#include "scenarios/platform_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/errors.hpp"
#include "core/text.hpp"
#include "scenarios/text_file.hpp"

namespace mec {

namespace {

constexpr const char* kPlatformKey = "topology.platform";
constexpr const char* kDevicesKey = "topology.devices";
constexpr const char* kServersKey = "topology.servers";
constexpr const char* kCloudKey = "topology.cloud";
constexpr const char* kBandwidthKey = "topology.bandwidth";

class PlatformChecker {
 public:
  PlatformChecker(const Written& written, PlatformModel& platform, Faults& faults)
      : written_(written), platform_(platform), faults_(faults) {}

  // Whether the file is worth reading.
  bool check_shape() {
    for (const std::string key : {"topology.nodes", "topology.links"}) {
      if (written_.has(key)) {
        faults_.add_at(written_.place_of(key), key,
                       "stands beside platform, which takes its place; expected only one of them");
      }
    }
    if (written_.maps.contains(kDevicesKey)) {
      faults_.add_at(written_.place_of(kDevicesKey), kDevicesKey,
                     "a map beside platform; expected a list of names of hosts, such as "
                     "[a, \"b-*\"]");
    }
    return !platform_.path.empty() && !platform_.selection.devices.empty();
  }

  void check(PlatformFile file) {
    check_names(file.hosts);
    const HostRoles roles = roles_of(file.hosts, platform_.selection);
    check_roles(file.hosts, roles);
    if (!sound_) {
      return;
    }
    for (const std::size_t host : roles.devices) {
      platform_.devices.push_back(file.hosts[host]);
    }
    for (const std::size_t host : roles.servers) {
      platform_.servers.push_back(file.hosts[host]);
    }
    set_tiers();
    platform_.links = std::move(file.links);
    platform_.routes = std::move(file.routes);
    platform_.longest_latency = file.longest_latency;
    platform_.has_profiles = file.has_profiles;
    set_channels();
  }

 private:
  void add(const char* key, const std::string& message) {
    sound_ = false;
    faults_.add(*written_.find(key), key, message);
  }

  // Every name stands for some host.
  void check_names(const std::vector<PlatformHost>& hosts) {
    const HostSelection& selection = platform_.selection;
    check_names(kDevicesKey, selection.devices, hosts);
    if (selection.servers) {
      check_names(kServersKey, *selection.servers, hosts);
    }
    if (selection.cloud) {
      check_names(kCloudKey, *selection.cloud, hosts);
    }
  }

  void check_names(const char* key, const std::vector<std::string>& names,
                   const std::vector<PlatformHost>& hosts) {
    std::vector<std::string> known;
    known.reserve(hosts.size());
    for (const PlatformHost& host : hosts) {
      known.push_back(host.name);
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
      const bool found = std::any_of(known.begin(), known.end(), [&](const std::string& name) {
        return matches(names[i], name);
      });
      if (!found) {
        sound_ = false;
        faults_.add(written_.find(key)->items[i], key,
                    fmt::format("the platform has no such host; expected {}{}", some_of(known),
                                did_you_mean(names[i], known)));
      }
    }
  }

  static std::string some_of(const std::vector<std::string>& names) {
    constexpr std::size_t kMostNamed = 8;
    return names.size() <= kMostNamed
               ? list_of_alternatives(names)
               : fmt::format("one of its {} hosts, such as {}", names.size(), names.front());
  }

  void check_roles(const std::vector<PlatformHost>& hosts, const HostRoles& roles) {
    if (!sound_) {
      return;  // names that are wrong leave gaps
    }
    if (!roles.both.empty()) {
      const std::size_t more = roles.both.size() - 1;
      add(kServersKey, fmt::format("{}{} both a device and a server; expected only one of them",
                                   hosts[roles.both.front()].name,
                                   more == 0 ? " is" : fmt::format(" and {} more are", more)));
    } else if (roles.servers.empty()) {
      add(kDevicesKey, "every host is a device; expected at least one server");
    } else if (roles.devices.size() > kMostPlatformDevices) {
      add(kDevicesKey, fmt::format("{} devices; expected at most {}", roles.devices.size(),
                                   kMostPlatformDevices));
    } else if (roles.servers.size() > kMostPlatformServers) {
      add(written_.has(kServersKey) ? kServersKey : kDevicesKey,
          fmt::format("{} servers; expected at most {}", roles.servers.size(),
                      kMostPlatformServers));
    } else if (!within_limits(roles)) {
      add(kDevicesKey,
          fmt::format("{} devices with routes between {} servers each; expected fewer "
                      "of one or the other, {} routes at most",
                      roles.devices.size(), roles.servers.size(), kMostPlatformRoutes));
    }
  }

  void set_tiers() {
    if (!platform_.selection.cloud) {
      return;
    }
    const std::vector<std::string>& cloud = *platform_.selection.cloud;
    for (PlatformHost& server : platform_.servers) {
      server.tier = matches_any(cloud, server.name) ? Tier::cloud : Tier::edge;
    }
    for (std::size_t i = 0; i < cloud.size(); ++i) {
      const bool found =
          std::any_of(platform_.servers.begin(), platform_.servers.end(),
                      [&](const PlatformHost& server) { return matches(cloud[i], server.name); });
      if (!found) {
        faults_.add(written_.find(kCloudKey)->items[i], kCloudKey, "no server; expected one");
      }
    }
  }

  void set_channels() {
    std::vector<std::string> known;
    for (const PlatformLink& link : platform_.links) {
      known.push_back(link.name);
    }
    for (std::size_t c = 0; c < platform_.channels.size(); ++c) {
      const auto& [name, model] = platform_.channels[c];
      const YamlNode& place = rate_of(name);
      const std::string key = fmt::format("{}.{}", kBandwidthKey, printable(name));
      bool found = false;
      for (PlatformLink& link : platform_.links) {
        if (link.name == name || link.name == name + "_UP" || link.name == name + "_DOWN") {
          found = true;
          if (link.channel) {
            faults_.add(place, key, fmt::format("{} has a bandwidth already", link.name));
          } else if (link.unlimited && moves(model)) {
            faults_.add(place, key,
                        "a link that is not shared (FATPIPE) does not move; expected a bandwidth "
                        "or a distribution, or another sharing policy in the platform");
          }
          link.channel = c;
        }
      }
      if (!found) {
        faults_.add_at(place, key,
                       fmt::format("no route crosses such a link; expected {}{}",
                                   known.size() <= 8 ? list_of_alternatives(known)
                                                     : "the name of a link of the platform",
                                   did_you_mean(name, known)));
      }
    }
  }

  // The bandwidth that is written for this link.
  [[nodiscard]] const YamlNode& rate_of(const std::string& name) const {
    const YamlNode& map = *written_.find(kBandwidthKey);
    const auto key = std::find_if(map.keys.begin(), map.keys.end(),
                                  [&](const YamlNode& node) { return node.text == name; });
    return map.items[static_cast<std::size_t>(key - map.keys.begin())];
  }

  const Written& written_;
  PlatformModel& platform_;
  Faults& faults_;
  bool sound_ = true;  // no fault of hosts so far
};

}  // namespace

void check_platform(const Written& written, const PlatformReader& read, PlatformModel& platform,
                    Faults& faults) {
  PlatformChecker checker(written, platform, faults);
  if (!checker.check_shape() || !read) {
    return;
  }
  try {
    checker.check(read(platform.path, platform.selection));
  } catch (const UserError& error) {
    faults.add(*written.find(kPlatformKey), kPlatformKey, error.what());
  }
}

void refuse_platform_parts(const Written& written, Faults& faults) {
  for (const char* key : {kServersKey, kCloudKey, kBandwidthKey}) {
    if (written.has(key)) {
      faults.add_at(written.place_of(key), key,
                    "means nothing without topology.platform; expected it only beside that");
    }
  }
  if (written.has(kDevicesKey) && written.find(kDevicesKey)->kind == YamlNode::Kind::list) {
    faults.add_at(written.place_of(kDevicesKey), kDevicesKey,
                  "a list without topology.platform; expected a map of names, a group of devices "
                  "each");
  }
}

}  // namespace mec
