#include "core/platform_network.hpp"

#include <limits>
#include <stdexcept>
#include <utility>

#include "core/network_parts.hpp"

namespace mec {

namespace {

constexpr std::size_t kNobody = std::numeric_limits<std::size_t>::max();
constexpr std::size_t kEverybody = kNobody - 1;

// A link of the platform is another link of the topology at the device's end of a route: there it
// sends, or receives.
enum Role : std::size_t { kUp, kDown, kBetween, kRoles };

class PlatformBuilder {
 public:
  explicit PlatformBuilder(const PlatformModel& model) : model_(model) {
    network_.three_tier = false;
    network_.routed = true;
    for (const PlatformHost& host : model.servers) {
      network_.servers.push_back(
          {host.name, Constant{host.speed.value()}, host.cores, Discipline::fifo, host.tier});
    }
    find_owners();
    add_links();
  }

  Network build() {
    for (std::size_t d = 0; d < model_.devices.size(); ++d) {
      network_.groups.push_back(group_of(d));
    }
    return std::move(network_);
  }

 private:
  struct Group {
    std::vector<std::vector<std::size_t>> link;  // [role][link of the platform] of the topology
    TopologySpec spec;
    std::vector<std::size_t> channel;
    std::vector<std::size_t> medium;
  };

  // Calls `visit` with every route from or to this device.
  template <class Visit>
  void for_routes_of(std::size_t device, Visit visit) const {
    for (std::size_t k = 0; k < model_.servers.size(); ++k) {
      visit(model_.up(device, k));
      visit(model_.down(device, k));
    }
  }
  template <class Visit>
  void for_routes_between_servers(Visit visit) const {
    for (std::size_t i = 0; i < model_.servers.size(); ++i) {
      for (std::size_t k = 0; k < model_.servers.size(); ++k) {
        if (i != k) {
          visit(model_.between(i, k));
        }
      }
    }
  }

  void find_owners() {
    owner_.assign(model_.links.size(), kNobody);
    for (std::size_t d = 0; d < model_.devices.size(); ++d) {
      for_routes_of(d, [&](std::span<const LinkIndex> route) {
        for (const LinkIndex link : route) {
          owner_[link] = owner_[link] == kNobody || owner_[link] == d ? d : kEverybody;
        }
      });
    }
    for_routes_between_servers([&](std::span<const LinkIndex> route) {
      for (const LinkIndex link : route) {
        owner_[link] = kEverybody;
      }
    });
  }

  void add_links() {
    for (const PlatformModel::NamedChannel& channel : model_.channels) {
      network_.channels.push_back({channel.name, channel.model, Scope::common});
    }
    for (std::size_t l = 0; l < model_.links.size(); ++l) {
      const PlatformLink& link = model_.links[l];
      channel_.push_back(link.channel.value_or(network_.channels.size()));
      if (!link.channel) {
        network_.channels.push_back(
            {link.name, Distribution{Constant{link.bandwidth.value()}}, Scope::common});
      }
      medium_.push_back(network_.media.size());
      if (owner_[l] != kNobody) {
        network_.media.push_back({link.name,
                                  owner_[l] == kEverybody ? Scope::common : Scope::per_device,
                                  Discipline::fifo, link.unlimited});
      }
    }
  }

  DeviceGroup group_of(std::size_t device) const {
    Group group;
    group.link.assign(kRoles, std::vector<std::size_t>(model_.links.size(), kNobody));
    const PlatformHost& host = model_.devices[device];
    group.spec.sites = {host.name};
    for (const PlatformHost& server : model_.servers) {
      group.spec.sites.push_back(server.name);
    }
    add_links_of(device, group);
    add_routes_of(device, group);
    set_nearest(group.spec);
    DeviceGroup result{host.name,
                       static_cast<std::uint32_t>(device),
                       1,
                       Constant{host.speed.value()},
                       Topology(std::move(group.spec)),
                       std::move(group.channel),
                       std::move(group.medium),
                       {}};
    result.draws = draws_of_group(result);
    return result;
  }

  // The device's own first.
  void add_links_of(std::size_t device, Group& group) const {
    for (std::size_t k = 0; k < model_.servers.size(); ++k) {
      add_link(group, model_.up(device, k).front(), kUp);
      add_link(group, model_.down(device, k).back(), kDown);
    }
    const auto add_all = [&](std::span<const LinkIndex> links) {
      for (const LinkIndex link : links) {
        add_link(group, link, kBetween);
      }
    };
    for (std::size_t k = 0; k < model_.servers.size(); ++k) {
      const auto down = model_.down(device, k);
      add_all(model_.up(device, k).subspan(1));
      add_all(down.first(down.size() - 1));
    }
    for_routes_between_servers(add_all);
  }

  void add_link(Group& group, LinkIndex link, Role role) const {
    std::size_t& index = group.link[role][link];
    if (index != kNobody) {
      return;
    }
    static constexpr const char* kEndings[kRoles] = {"-up", "-down", ""};
    index = group.spec.links.size();
    group.spec.links.push_back({model_.links[link].name + kEndings[role],
                                role == kUp ? NodeIndex{kDevice} : kElsewhere,
                                role == kDown ? NodeIndex{kDevice} : kElsewhere});
    group.spec.seconds_per_byte.push_back(
        seconds_per_byte(network_.channels[channel_[link]].model));
    group.channel.push_back(channel_[link]);
    group.medium.push_back(medium_[link]);
  }

  void add_routes_of(std::size_t device, Group& group) const {
    std::vector<LinkIndex> route;
    const auto add = [&](std::span<const LinkIndex> links, Role first, Role last) {
      route.clear();
      for (std::size_t i = 0; i < links.size(); ++i) {
        const Role role = i == 0 && first == kUp                   ? kUp
                          : i + 1 == links.size() && last == kDown ? kDown
                                                                   : kBetween;
        route.push_back(static_cast<LinkIndex>(group.link[role][links[i]]));
      }
      group.spec.routes.add(route);
    };
    const std::size_t servers = model_.servers.size();
    add({}, kBetween, kBetween);
    for (std::size_t k = 0; k < servers; ++k) {
      add(model_.up(device, k), kUp, kBetween);
    }
    for (std::size_t i = 0; i < servers; ++i) {
      add(model_.down(device, i), kBetween, kDown);
      for (std::size_t k = 0; k < servers; ++k) {
        add(i == k ? std::span<const LinkIndex>() : model_.between(i, k), kBetween, kBetween);
      }
    }
  }

  void set_nearest(TopologySpec& spec) const {
    std::vector<double> seconds;
    for (std::size_t k = 1; k < spec.sites.size(); ++k) {
      seconds.push_back(0.0);
      for (const LinkIndex link : spec.routes[k]) {
        seconds.back() += spec.seconds_per_byte[link];
      }
    }
    spec.edge = nearest_server(network_.servers, Tier::edge, seconds);
    spec.cloud = nearest_server(network_.servers, Tier::cloud, seconds);
  }

  const PlatformModel& model_;
  Network network_;
  std::vector<std::size_t> owner_;  // of each link of the platform: a device, or
  std::vector<std::size_t> channel_;
  std::vector<std::size_t> medium_;
};

}  // namespace

Network network_of_platform(const PlatformModel& model) {
  if (model.devices.empty() || model.servers.empty()) {
    throw std::logic_error("a platform whose file has not been read");
  }
  return PlatformBuilder(model).build();
}

}  // namespace mec
