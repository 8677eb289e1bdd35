// The graph of sites and directed links on which tasks run, and the route between every two sites.
//
// Site 0 is the device's own. In a fleet every device has its own copy of site 0 and of the links
// that touch it (its radio channel); every other site and link is shared. Routes have the fewest
// hops (ties: the lowest link index at each hop) and transfers are stored and forwarded at each
// site on the way.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/placement.hpp"

namespace mec {

using LinkIndex = std::uint16_t;

struct Link {
  std::string name;
  SiteIndex from;
  SiteIndex to;
};

class Topology {
 public:
  /// Throws std::invalid_argument on no sites, too many, a link to a site that is not there, a
  /// self-link, or two sites without a route between them.
  Topology(std::vector<std::string> sites, std::vector<Link> links);

  [[nodiscard]] std::size_t site_count() const { return sites_.size(); }
  [[nodiscard]] std::size_t link_count() const { return links_.size(); }
  [[nodiscard]] const std::string& site_name(std::size_t site) const { return sites_[site]; }
  [[nodiscard]] const Link& link(std::size_t index) const { return links_[index]; }
  [[nodiscard]] bool is_device_link(std::size_t index) const {
    return links_[index].from == kDevice || links_[index].to == kDevice;
  }
  /// Links to cross from `from` to `to`, in order; empty when they are the same site.
  [[nodiscard]] std::span<const LinkIndex> route(std::size_t from, std::size_t to) const {
    const auto& cell = routes_[from * sites_.size() + to];
    return cell;
  }

 private:
  void compute_routes();

  std::vector<std::string> sites_;
  std::vector<Link> links_;
  std::vector<std::vector<LinkIndex>> routes_;  // [from x to]
};

/// Links of the paper's network, in the order of `three_tier_topology()`.
enum ThreeTierLink : LinkIndex { kUplink = 0, kDownlink = 1, kBackhaulUp = 2, kBackhaulDown = 3 };

/// device -b1- edge -b2- cloud, each direction a link of its own (paper, Fig. 1).
[[nodiscard]] const Topology& three_tier_topology();

}  // namespace mec
