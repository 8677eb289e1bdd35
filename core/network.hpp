// The network of a scenario, taken apart into what can be drawn, served and queued for.
//
//   server    a site that devices share: a speed, cores, and how it serves
//   channel   what the rate of one or more links follows; one of each device, or one for all
//   medium    what carries transfers one at a time, or shares itself among them: a link direction,
//   or
//             an access point that several links, or all devices, must share
//   group     devices that are alike: their speed, and the topology as each of them sees it
//
// Sites are numbered alike for all groups: 0 the task's own device, then the servers. Links are
// not: a group's topology lists its own access links first, then the shared ones.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/channel.hpp"
#include "core/scenario.hpp"
#include "core/topology.hpp"

namespace mec {

enum class Scope : std::uint8_t { per_device, common };

struct Server {
  std::string name;
  Distribution speed;       // Hz, of each core
  std::uint32_t cores = 1;  // 0: as many as there is work for
  Discipline discipline = Discipline::fifo;
  Tier tier = Tier::edge;
};

struct Channel {
  std::string name;
  ChannelModel model;
  Scope scope = Scope::per_device;
};

struct Medium {
  std::string name;
  Scope scope = Scope::per_device;
  Discipline discipline = Discipline::fifo;
  bool unlimited = false;  // every transfer has it alone
};

struct DeviceGroup {
  std::string name;
  std::uint32_t first = 0;  // devices first .. first + count - 1
  std::uint32_t count = 1;
  Distribution speed;  // Hz
  Topology topology;
  std::vector<std::size_t> channel;  // of each link
  std::vector<std::size_t> medium;   // of each link

  /// What is drawn for a state of this group's devices, in this order: the speed of a site, or the
  /// rate of a channel (none if it moves).
  struct Draw {
    enum class What : std::uint8_t { speed, rate };
    What what;
    std::size_t index;  // of the site or the channel
  };
  std::vector<Draw> draws;
};

struct Network {
  std::vector<Server> servers;  // site k is servers[k - 1]
  std::vector<Channel> channels;
  std::vector<Medium> media;
  std::vector<DeviceGroup> groups;  // in the order of their devices
  bool three_tier = true;           // the paper's: device -b1- edge -b2- cloud
  bool routed = false;              // routes are given, and links have no ends

  [[nodiscard]] std::size_t sites() const { return servers.size() + 1; }
  [[nodiscard]] std::uint32_t devices() const { return groups.back().first + groups.back().count; }
  [[nodiscard]] const DeviceGroup& group_of(std::uint32_t device) const;
  [[nodiscard]] std::size_t group_index_of(std::uint32_t device) const;
  /// Whether any channel moves while time goes on.
  [[nodiscard]] bool moves() const;
  /// Whether any speed or rate is random, so that drawing it again may change it.
  [[nodiscard]] bool is_drawn() const;
  [[nodiscard]] bool shares_processors() const;  // any discipline but fifo
};

/// Of a scenario's network with `devices` devices, or as many as it says where it says more (a
/// workload file may name devices beyond). Throws UserError where nodes have no route.
[[nodiscard]] Network build_network(const NetworkModel& model, std::uint32_t devices);

/// The scenario's energy model, its powers those of each of the network's servers.
[[nodiscard]] EnergyModel energy_of_servers(const EnergyModel& model, const Network& network);

}  // namespace mec
