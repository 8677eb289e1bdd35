// The graph of sites and directed links on which a device's tasks run, and the route between every
// two sites.
//
// Site 0 is the device's own. In a fleet every device has its own copy of site 0 and of the links
// that touch it (its radio channel); every other site and link is shared. Beside the sites there
// may be relays, which forward and do not compute. Routes are the shortest by the time that a byte
// takes at the links' nominal rates (ties: the fewest hops), or given, and do not change while
// rates do; transfers are stored and forwarded at each node on the way.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "core/placement.hpp"

namespace mec {

using LinkIndex = std::uint16_t;
using NodeIndex = std::uint16_t;  // sites first, then relays

/// The end of a link that is nobody's business: where routes are given, links have no other ends
/// than the device.
inline constexpr NodeIndex kElsewhere = std::numeric_limits<NodeIndex>::max();

struct Link {
  std::string name;
  NodeIndex from;
  NodeIndex to;
};

/// Routes, each the links to cross in their order, in one piece of memory.
class RouteTable {
 public:
  void add(std::span<const LinkIndex> route) {
    hops_.insert(hops_.end(), route.begin(), route.end());
    ends_.push_back(static_cast<std::uint32_t>(hops_.size()));
  }
  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  [[nodiscard]] std::span<const LinkIndex> operator[](std::size_t index) const {
    const std::uint32_t first = index == 0 ? 0 : ends_[index - 1];
    return {hops_.data() + first, ends_[index] - first};
  }

 private:
  std::vector<LinkIndex> hops_;      // of all routes
  std::vector<std::uint32_t> ends_;  // of each route, in hops_
};

/// What a topology is made of.
struct TopologySpec {
  std::vector<std::string> sites;   // site 0: the device
  std::vector<std::string> relays;  // numbered after the sites
  std::vector<Link> links;
  std::vector<double> seconds_per_byte;  // nominal, of each link, >= 0; empty: all alike
  /// Where the policies `edge` and `cloud` compute; the last site where there are fewer.
  SiteIndex edge = kEdge;
  SiteIndex cloud = kCloud;
  /// Where not empty: the route from each site to each, [from x to], taken as it is. Links then
  /// only say whether they touch the device; their other ends are kElsewhere.
  RouteTable routes = {};
};

class Topology {
 public:
  /// Throws std::invalid_argument on no sites, too many, a link to a node that is not there, a
  /// self-link, or two sites without a route between them; where routes are given, on links in them
  /// that are not there, or that touch the device elsewhere than at its end of a route.
  explicit Topology(TopologySpec spec);
  /// Without relays, all links alike.
  Topology(std::vector<std::string> sites, std::vector<Link> links);

  [[nodiscard]] std::size_t site_count() const { return spec_.sites.size(); }
  [[nodiscard]] std::size_t node_count() const { return spec_.sites.size() + spec_.relays.size(); }
  [[nodiscard]] std::size_t link_count() const { return spec_.links.size(); }
  [[nodiscard]] const std::string& site_name(std::size_t site) const { return spec_.sites[site]; }
  [[nodiscard]] const std::string& node_name(std::size_t node) const {
    return node < spec_.sites.size() ? spec_.sites[node] : spec_.relays[node - spec_.sites.size()];
  }
  [[nodiscard]] const Link& link(std::size_t index) const { return spec_.links[index]; }
  [[nodiscard]] bool is_device_link(std::size_t index) const {
    return link(index).from == kDevice || link(index).to == kDevice;
  }
  [[nodiscard]] SiteIndex edge_site() const { return spec_.edge; }
  [[nodiscard]] SiteIndex cloud_site() const { return spec_.cloud; }
  /// Links to cross from `from` to `to`, in order; empty when they are the same site.
  [[nodiscard]] std::span<const LinkIndex> route(std::size_t from, std::size_t to) const {
    return routes_[from * spec_.sites.size() + to];
  }

 private:
  void compute_routes();

  TopologySpec spec_;
  RouteTable routes_;  // [from x to]
};

/// Links of the paper's network, in the order of `three_tier_topology()`.
enum ThreeTierLink : LinkIndex { kUplink = 0, kDownlink = 1, kBackhaulUp = 2, kBackhaulDown = 3 };

/// device -b1- edge -b2- cloud, each direction a link of its own (paper, Fig. 1).
[[nodiscard]] const Topology& three_tier_topology();

}  // namespace mec
