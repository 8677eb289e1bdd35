#include "core/topology.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <limits>
#include <stdexcept>
#include <utility>

namespace mec {

namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property,
                                    boost::property<boost::edge_index_t, LinkIndex>>;

constexpr LinkIndex kNoLink = std::numeric_limits<LinkIndex>::max();

// Remembers the link over which the search first reached each site.
class LastLink : public boost::default_bfs_visitor {
 public:
  explicit LastLink(std::vector<LinkIndex>& last) : last_(&last) {}
  void tree_edge(Graph::edge_descriptor edge, const Graph& graph) const {
    (*last_)[boost::target(edge, graph)] = boost::get(boost::edge_index, graph, edge);
  }

 private:
  std::vector<LinkIndex>* last_;
};

void check_link(const Link& link, std::size_t sites) {
  if (link.from >= sites || link.to >= sites) {
    throw std::invalid_argument(fmt::format("link {} joins a site that is not there", link.name));
  }
  if (link.from == link.to) {
    throw std::invalid_argument(fmt::format("link {} joins a site to itself", link.name));
  }
}

}  // namespace

Topology::Topology(std::vector<std::string> sites, std::vector<Link> links)
    : sites_(std::move(sites)), links_(std::move(links)) {
  if (sites_.empty() || sites_.size() > kMaxSites) {
    throw std::invalid_argument(
        fmt::format("{} sites; expected 1 to {}", sites_.size(), kMaxSites));
  }
  if (links_.size() >= kNoLink) {
    throw std::invalid_argument(
        fmt::format("{} links; expected at most {}", links_.size(), kNoLink - 1));
  }
  for (const Link& link : links_) {
    check_link(link, sites_.size());
  }
  compute_routes();
}

void Topology::compute_routes() {
  const std::size_t count = sites_.size();
  Graph graph(count);
  for (std::size_t i = 0; i < links_.size(); ++i) {
    boost::add_edge(links_[i].from, links_[i].to, static_cast<LinkIndex>(i), graph);
  }
  routes_.assign(count * count, {});
  for (std::size_t from = 0; from < count; ++from) {
    std::vector<LinkIndex> last(count, kNoLink);
    boost::breadth_first_search(graph, from, boost::visitor(LastLink(last)));
    for (std::size_t to = 0; to < count; ++to) {
      std::vector<LinkIndex>& path = routes_[from * count + to];
      for (std::size_t at = to; at != from; at = links_[path.back()].from) {
        if (last[at] == kNoLink) {
          throw std::invalid_argument(
              fmt::format("no route from site {} to site {}", sites_[from], sites_[to]));
        }
        path.push_back(last[at]);
      }
      std::reverse(path.begin(), path.end());
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
