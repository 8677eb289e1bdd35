#include "core/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <stdexcept>
#include <utility>

#include "core/errors.hpp"
#include "core/network_parts.hpp"
#include "core/platform_network.hpp"

namespace mec {

namespace {

using Draw = DeviceGroup::Draw;

bool is_random(const Distribution& distribution) {
  return !std::holds_alternative<Constant>(distribution);
}

class Builder {
 public:
  std::size_t add_channel(std::string name, const ChannelModel& model, Scope scope) {
    network_.channels.push_back({std::move(name), model, scope});
    return network_.channels.size() - 1;
  }
  std::size_t add_medium(std::string name, Scope scope, Discipline discipline) {
    network_.media.push_back({std::move(name), scope, discipline});
    return network_.media.size() - 1;
  }
  Network& network() { return network_; }
  [[nodiscard]] const Network& network() const { return network_; }
  Network take() { return std::move(network_); }

 private:
  Network network_;
};

struct Direction {
  std::size_t channel = 0;
  std::size_t medium = 0;
};
struct BothWays {
  Direction forth;
  Direction back;
};

// The two directions of a link: one channel, or one of each; a medium of each, or one for both.
struct LinkPair {
  std::string name;
  const ChannelModel& forth;
  const std::optional<ChannelModel>& back;
  Scope channels = Scope::common;
  Scope media = Scope::common;
  Duplex duplex = Duplex::full;
  Discipline discipline = Discipline::fifo;
};

BothWays add_pair(Builder& builder, const LinkPair& pair) {
  BothWays ways;
  ways.forth.channel = builder.add_channel(pair.name, pair.forth, pair.channels);
  ways.back.channel = pair.back
                          ? builder.add_channel(pair.name + "-down", *pair.back, pair.channels)
                          : ways.forth.channel;
  const bool half = pair.duplex == Duplex::half;
  ways.forth.medium =
      builder.add_medium(half ? pair.name : pair.name + "-up", pair.media, pair.discipline);
  ways.back.medium = half ? ways.forth.medium
                          : builder.add_medium(pair.name + "-down", pair.media, pair.discipline);
  return ways;
}

Network build_three_tier(const NetworkModel& model, std::uint32_t devices) {
  Builder builder;
  Network& network = builder.network();
  network.servers = {
      {"edge", model.edge_speed, model.edge_cores, model.edge_discipline, Tier::edge},
      {"cloud", model.cloud_speed, model.cloud_cores, model.cloud_discipline, Tier::cloud}};
  const AccessModel& access = model.access;
  const BothWays b1 = add_pair(
      builder,
      {"b1", model.b1, model.b1_down, model.b1_common ? Scope::common : Scope::per_device,
       access.shared ? Scope::common : Scope::per_device, access.duplex, access.discipline});
  const BothWays b2 = add_pair(builder, {"b2", model.b2, model.b2_down, Scope::common,
                                         Scope::common, Duplex::full, model.backhaul_discipline});
  DeviceGroup group{"device", 0, devices, model.device_speed, three_tier_topology(), {}, {}, {}};
  for (const Direction& way : {b1.forth, b1.back, b2.forth, b2.back}) {
    group.channel.push_back(way.channel);
    group.medium.push_back(way.medium);
  }
  using What = Draw::What;
  group.draws = {{What::speed, kDevice}, {What::speed, kEdge}, {What::rate, b1.forth.channel}};
  if (b1.back.channel != b1.forth.channel) {
    group.draws.push_back({What::rate, b1.back.channel});
  }
  group.draws.push_back({What::rate, b2.forth.channel});
  if (b2.back.channel != b2.forth.channel) {
    group.draws.push_back({What::rate, b2.back.channel});
  }
  group.draws.push_back({What::speed, kCloud});
  network.groups.push_back(std::move(group));
  return builder.take();
}

// Nodes of a graph as a group's topology numbers them: the device, the servers, the relays.
class GraphBuilder {
 public:
  explicit GraphBuilder(const GraphModel& model) : model_(model) {
    for (const GraphModel::Node& node : model.nodes) {
      if (node.computes) {
        site_names_.push_back(node.name);
        builder_.network().servers.push_back(
            {node.name, node.speed, node.cores, node.discipline, node.tier});
      } else {
        relays_.push_back(node.name);
      }
    }
    for (const GraphModel::Edge& edge : model.links) {
      links_.push_back(
          {&edge, add_pair(builder_, {edge.name, edge.bandwidth, edge.back, Scope::common,
                                      Scope::common, edge.duplex, edge.discipline})});
    }
  }

  Network build() {
    builder_.network().three_tier = false;
    std::uint32_t first = 0;
    for (const GraphModel::Devices& devices : model_.devices) {
      builder_.network().groups.push_back(group_of(devices, first));
      first += devices.count;
    }
    return builder_.take();
  }

 private:
  struct SharedLink {
    const GraphModel::Edge* edge;
    BothWays ways;
  };

  [[nodiscard]] NodeIndex node(const std::string& name) const {
    const auto find = [&name](const std::vector<std::string>& names) {
      return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
    };
    const std::size_t site = find(site_names_);
    const std::size_t index =
        site < site_names_.size() ? 1 + site : 1 + site_names_.size() + find(relays_);
    if (index > site_names_.size() + relays_.size()) {
      throw UserError(fmt::format("topology: there is no node {}", name));
    }
    return static_cast<NodeIndex>(index);
  }

  // Groups that share the access point of a node share its media; the first one says how it serves.
  Direction shared_access(const GraphModel::Devices& devices, std::size_t channel, bool up) {
    const bool half = devices.access.duplex == Duplex::half;
    const std::string name = devices.at + (half ? "-access" : up ? "-uplink" : "-downlink");
    const auto known = access_.find(name);
    const std::size_t medium =
        known != access_.end() ? known->second
                               : access_
                                     .emplace(name, builder_.add_medium(name, Scope::common,
                                                                        devices.access.discipline))
                                     .first->second;
    return {channel, medium};
  }

  BothWays access_of(const GraphModel::Devices& devices) {
    const Scope channels = devices.common_channel ? Scope::common : Scope::per_device;
    if (!devices.access.shared) {
      return add_pair(builder_,
                      {devices.name, devices.up, devices.down, channels, Scope::per_device,
                       devices.access.duplex, devices.access.discipline});
    }
    const std::size_t up = builder_.add_channel(devices.name, devices.up, channels);
    const std::size_t down =
        devices.down ? builder_.add_channel(devices.name + "-down", *devices.down, channels) : up;
    return {shared_access(devices, up, true), shared_access(devices, down, false)};
  }

  DeviceGroup group_of(const GraphModel::Devices& devices, std::uint32_t first) {
    const BothWays access = access_of(devices);
    const NodeIndex at = node(devices.at);
    TopologySpec spec;
    spec.sites = {devices.name};
    spec.sites.insert(spec.sites.end(), site_names_.begin(), site_names_.end());
    spec.relays = relays_;
    std::vector<std::size_t> channel;
    std::vector<std::size_t> medium;
    const auto add = [&](const std::string& name, NodeIndex from, NodeIndex to, Direction way) {
      spec.links.push_back({name, from, to});
      spec.seconds_per_byte.push_back(
          seconds_per_byte(builder_.network().channels[way.channel].model));
      channel.push_back(way.channel);
      medium.push_back(way.medium);
    };
    add(devices.name + "-up", kDevice, at, access.forth);
    add(devices.name + "-down", at, kDevice, access.back);
    for (const SharedLink& link : links_) {
      add(link.edge->name + "-up", node(link.edge->from), node(link.edge->to), link.ways.forth);
      add(link.edge->name + "-down", node(link.edge->to), node(link.edge->from), link.ways.back);
    }
    const std::vector<double> seconds = seconds_to_servers(spec);
    spec.edge = nearest_server(builder_.network().servers, Tier::edge, seconds);
    spec.cloud = nearest_server(builder_.network().servers, Tier::cloud, seconds);
    DeviceGroup group{devices.name,      first,
                      devices.count,     devices.speed,
                      topology_of(spec), std::move(channel),
                      std::move(medium), {}};
    group.draws = draws_of_group(group);
    return group;
  }

  // What a byte from the device takes to each server at nominal rates.
  static std::vector<double> seconds_to_servers(const TopologySpec& spec) {
    const Topology topology = topology_of(spec);
    std::vector<double> seconds;
    for (std::size_t k = 1; k < topology.site_count(); ++k) {
      seconds.push_back(0.0);
      for (const LinkIndex link : topology.route(kDevice, k)) {
        seconds.back() += spec.seconds_per_byte[link];
      }
    }
    return seconds;
  }

  static Topology topology_of(TopologySpec spec) {
    try {
      return Topology(std::move(spec));
    } catch (const std::invalid_argument& error) {
      throw UserError(fmt::format("topology: {}", error.what()));
    }
  }

  const GraphModel& model_;
  Builder builder_;
  std::vector<std::string> site_names_;  // of the servers
  std::vector<std::string> relays_;
  std::vector<SharedLink> links_;
  std::map<std::string, std::size_t> access_;  // media of shared access points
};

}  // namespace

const DeviceGroup& Network::group_of(std::uint32_t device) const {
  return groups[group_index_of(device)];
}

std::size_t Network::group_index_of(std::uint32_t device) const {
  if (groups.size() == 1) {
    return 0;
  }
  const auto after =
      std::upper_bound(groups.begin(), groups.end(), device,
                       [](std::uint32_t d, const DeviceGroup& group) { return d < group.first; });
  return static_cast<std::size_t>(after - groups.begin()) - 1;
}

bool Network::moves() const {
  return std::any_of(channels.begin(), channels.end(),
                     [](const Channel& channel) { return mec::moves(channel.model); });
}

bool Network::is_drawn() const {
  return std::any_of(servers.begin(), servers.end(),
                     [](const Server& server) { return is_random(server.speed); }) ||
         std::any_of(groups.begin(), groups.end(),
                     [](const DeviceGroup& group) { return is_random(group.speed); }) ||
         std::any_of(channels.begin(), channels.end(), [](const Channel& channel) {
           const auto* drawn = std::get_if<Distribution>(&channel.model);
           return drawn != nullptr && is_random(*drawn);
         });
}

bool Network::shares_processors() const {
  const auto shares = [](const auto& served) {
    return served.discipline == Discipline::processor_sharing;
  };
  return std::any_of(servers.begin(), servers.end(), shares) ||
         std::any_of(media.begin(), media.end(), shares);
}

Network build_network(const NetworkModel& model, std::uint32_t devices) {
  if (model.is_three_tier()) {
    return build_three_tier(model, devices);
  }
  Network network =
      model.platform ? network_of_platform(*model.platform) : GraphBuilder(*model.graph).build();
  if (devices > network.devices()) {
    throw UserError(fmt::format(
        "the workload file names device {}, but the topology has only {} devices (0 to {})",
        devices - 1, network.devices(), network.devices() - 1));
  }
  return network;
}

EnergyModel energy_of_servers(const EnergyModel& model, const Network& network) {
  EnergyModel result = model;
  result.busy.clear();
  for (const Server& server : network.servers) {
    const std::size_t tier = server.tier == Tier::edge ? 0 : 1;
    result.busy.push_back(tier < model.busy.size() ? model.busy[tier] : Watts{0.0});
  }
  return result;
}

}  // namespace mec
