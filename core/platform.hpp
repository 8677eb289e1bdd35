// A platform: hosts, some of them devices and some servers, and routes that are lists of links,
// as SimGrid describes one. Links have no ends. Speeds in Hz, bandwidths in bytes/s, both constant
// but for the links that the scenario gives a channel. What reads the file is elsewhere.
//
// Ignores latencies of links, and profiles that change speeds and bandwidths.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/channel.hpp"
#include "core/topology.hpp"
#include "core/units.hpp"

namespace mec {

/// What a server is to the policies `edge` and `cloud`.
enum class Tier : std::uint8_t { edge, cloud };

struct PlatformHost {
  std::string name;
  Hertz speed{1e9};  // of each core
  std::uint32_t cores = 1;
  Tier tier = Tier::edge;
};

struct PlatformLink {
  std::string name;
  BytesPerSecond bandwidth{1e6};
  bool unlimited = false;  // every transfer has it alone (FATPIPE); else one after the other, in
                           // whatever direction (SHARED)
  std::optional<std::size_t> channel = {};  // of PlatformModel::channels, in place of the bandwidth
};

/// Which hosts are what: names, in which `*` stands for any letters, none included.
struct HostSelection {
  std::vector<std::string> devices;
  std::optional<std::vector<std::string>> servers;  // without them: all hosts that are no devices
  std::optional<std::vector<std::string>> cloud;    // without them: as the file says
};

[[nodiscard]] bool matches(std::string_view pattern, std::string_view name);
[[nodiscard]] bool matches_any(const std::vector<std::string>& patterns, std::string_view name);

/// Indices of hosts.
struct HostRoles {
  std::vector<std::size_t> devices;
  std::vector<std::size_t> servers;
  std::vector<std::size_t> both;  // asked for as both, which they cannot be; they are in neither
  bool names_found = true;        // every name of devices and servers is some host's
};
[[nodiscard]] HostRoles roles_of(const std::vector<PlatformHost>& hosts,
                                 const HostSelection& selection);

inline constexpr std::size_t kMostPlatformServers = 250;
inline constexpr std::size_t kMostPlatformDevices = 2'000;
/// What bounds the memory of the topologies: every device has the routes between all sites.
inline constexpr std::size_t kMostPlatformRoutes = 10'000'000;
[[nodiscard]] bool within_limits(const HostRoles& roles);
/// Whether these hosts can be a network, so that their routes matter.
[[nodiscard]] bool are_sound(const HostRoles& roles);

/// What a platform file says, in its own order.
struct PlatformFile {
  std::vector<PlatformHost> hosts;
  std::vector<PlatformLink> links;  // those that routes cross
  /// Between servers [from x to]; then of each device those to all servers, and those from all.
  /// None unless the roles of the hosts are_sound().
  RouteTable routes;
  Seconds longest_latency{0.0};  // of a link
  bool has_profiles = false;     // of speeds, bandwidths, latencies or states
};

/// Reads a file; throws UserError, with a message that names it. `selection` says between which
/// hosts routes are wanted.
using PlatformReader =
    std::function<PlatformFile(const std::string& path, const HostSelection& selection)>;

/// A platform as the network of a scenario.
struct PlatformModel {
  struct NamedChannel {
    std::string name;
    ChannelModel model;
  };

  std::string path;
  HostSelection selection;
  std::vector<NamedChannel> channels;  // of links with this name, or of both directions of one

  // The rest is the file's, and empty until it is read.
  std::vector<PlatformHost> devices;
  std::vector<PlatformHost> servers;
  std::vector<PlatformLink> links;
  RouteTable routes;  // as PlatformFile::routes
  Seconds longest_latency{0.0};
  bool has_profiles = false;

  [[nodiscard]] std::span<const LinkIndex> between(std::size_t from, std::size_t to) const {
    return routes[from * servers.size() + to];
  }
  [[nodiscard]] std::span<const LinkIndex> up(std::size_t device, std::size_t server) const {
    return routes[(servers.size() + 2 * device) * servers.size() + server];
  }
  [[nodiscard]] std::span<const LinkIndex> down(std::size_t device, std::size_t server) const {
    return routes[(servers.size() + 2 * device + 1) * servers.size() + server];
  }
};

}  // namespace mec
