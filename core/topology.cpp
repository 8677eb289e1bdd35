#include "core/topology.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

namespace mec {

namespace {

constexpr LinkIndex kNoLink = std::numeric_limits<LinkIndex>::max();

// Length of a way: time first, then hops.
struct Length {
  double seconds = 0.0;
  std::uint32_t hops = 0;
  friend auto operator<=>(const Length&, const Length&) = default;
};

struct LinkProperty {
  Length length;
  LinkIndex index = kNoLink;
};

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property,
                                    LinkProperty>;

// Remembers the link over which the shortest way to each node ends.
class LastLink : public boost::dijkstra_visitor<> {
 public:
  explicit LastLink(std::vector<LinkIndex>& last) : last_(&last) {}
  void edge_relaxed(Graph::edge_descriptor edge, const Graph& graph) const {
    (*last_)[boost::target(edge, graph)] = graph[edge].index;
  }

 private:
  std::vector<LinkIndex>* last_;
};

std::vector<LinkIndex> last_links_from(const Graph& graph, std::size_t from) {
  constexpr Length kFarthest{std::numeric_limits<double>::infinity(), 0};
  std::vector<LinkIndex> last(boost::num_vertices(graph), kNoLink);
  std::vector<Length> distance(boost::num_vertices(graph));
  boost::dijkstra_shortest_paths(graph, from,
                                 boost::weight_map(boost::get(&LinkProperty::length, graph))
                                     .distance_map(boost::make_iterator_property_map(
                                         distance.begin(), boost::get(boost::vertex_index, graph)))
                                     .distance_combine([](const Length& a, const Length& b) {
                                       return Length{a.seconds + b.seconds, a.hops + b.hops};
                                     })
                                     .distance_inf(kFarthest)
                                     .distance_zero(Length{})
                                     .visitor(LastLink(last)));
  return last;
}

void check_link(const Link& link, std::size_t nodes, bool routed) {
  const auto is_there = [&](NodeIndex node) {
    return node < nodes || (routed && node == kElsewhere);
  };
  if (!is_there(link.from) || !is_there(link.to)) {
    throw std::invalid_argument(fmt::format("link {} joins a site that is not there", link.name));
  }
  if (link.from == link.to && link.from != kElsewhere) {
    throw std::invalid_argument(fmt::format("link {} joins a site to itself", link.name));
  }
}

// Whether a link of a given route touches the device where the route does, and nowhere else.
bool fits(const Link& link, bool leaves_device, bool reaches_device) {
  return (link.from == kDevice) == leaves_device && (link.to == kDevice) == reaches_device;
}

void check_routes(const TopologySpec& spec) {
  const std::size_t count = spec.sites.size();
  if (spec.routes.size() != count * count) {
    throw std::invalid_argument(
        fmt::format("{} routes between {} sites", spec.routes.size(), count));
  }
  for (std::size_t from = 0; from < count; ++from) {
    for (std::size_t to = 0; to < count; ++to) {
      const auto route = spec.routes[from * count + to];
      if (route.empty() != (from == to)) {
        throw std::invalid_argument(fmt::format(
            "{} from site {} to site {}{}", route.empty() ? "no route" : "a route",
            spec.sites[from], spec.sites[to], route.empty() ? "" : ", which is the same"));
      }
      for (std::size_t i = 0; i < route.size(); ++i) {
        if (route[i] >= spec.links.size() || !fits(spec.links[route[i]], i == 0 && from == kDevice,
                                                   i + 1 == route.size() && to == kDevice)) {
          throw std::invalid_argument(
              fmt::format("the route from site {} to site {} crosses a "
                          "link that cannot be there",
                          spec.sites[from], spec.sites[to]));
        }
      }
    }
  }
}

void check(const TopologySpec& spec) {
  if (spec.sites.empty() || spec.sites.size() > kMaxSites) {
    throw std::invalid_argument(
        fmt::format("{} sites; expected 1 to {}", spec.sites.size(), kMaxSites));
  }
  if (spec.links.size() >= kNoLink || spec.relays.size() >= kNoLink - kMaxSites) {
    throw std::invalid_argument(fmt::format("{} links and {} relays; expected at most {}",
                                            spec.links.size(), spec.relays.size(), kNoLink - 1));
  }
  for (const Link& link : spec.links) {
    check_link(link, spec.sites.size() + spec.relays.size(), spec.routes.size() > 0);
  }
  if (!spec.seconds_per_byte.empty() && spec.seconds_per_byte.size() != spec.links.size()) {
    throw std::invalid_argument(fmt::format("{} nominal rates for {} links",
                                            spec.seconds_per_byte.size(), spec.links.size()));
  }
  for (const double seconds : spec.seconds_per_byte) {
    if (!(seconds >= 0.0 && std::isfinite(seconds))) {
      throw std::invalid_argument(fmt::format("a link of {} nominal seconds a byte", seconds));
    }
  }
  if (spec.routes.size() > 0) {
    check_routes(spec);
  }
}

}  // namespace

Topology::Topology(TopologySpec spec) : spec_(std::move(spec)) {
  check(spec_);
  const auto last = static_cast<SiteIndex>(spec_.sites.size() - 1);
  spec_.edge = std::min(spec_.edge, last);
  spec_.cloud = std::min(spec_.cloud, last);
  if (spec_.routes.size() > 0) {
    routes_ = std::move(spec_.routes);
  } else {
    compute_routes();
  }
}

Topology::Topology(std::vector<std::string> sites, std::vector<Link> links)
    : Topology(TopologySpec{std::move(sites), {}, std::move(links), {}}) {}

void Topology::compute_routes() {
  const std::size_t count = site_count();
  Graph graph(node_count());
  for (std::size_t i = 0; i < link_count(); ++i) {
    const double seconds = spec_.seconds_per_byte.empty() ? 0.0 : spec_.seconds_per_byte[i];
    boost::add_edge(link(i).from, link(i).to,
                    LinkProperty{Length{seconds, 1}, static_cast<LinkIndex>(i)}, graph);
  }
  for (std::size_t from = 0; from < count; ++from) {
    const auto last = last_links_from(graph, from);
    for (std::size_t to = 0; to < count; ++to) {
      std::vector<LinkIndex> path;
      for (std::size_t at = to; at != from; at = link(path.back()).from) {
        if (last[at] == kNoLink) {
          throw std::invalid_argument(
              fmt::format("no route from site {} to site {}", site_name(from), site_name(to)));
        }
        path.push_back(last[at]);
      }
      std::reverse(path.begin(), path.end());
      routes_.add(path);
    }
  }
}

const Topology& three_tier_topology() {
  static const Topology topology({"device", "edge", "cloud"}, {{"b1-up", kDevice, kEdge},
                                                               {"b1-down", kEdge, kDevice},
                                                               {"b2-up", kEdge, kCloud},
                                                               {"b2-down", kCloud, kEdge}});
  return topology;
}

}  // namespace mec
