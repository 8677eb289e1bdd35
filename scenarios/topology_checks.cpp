#include "scenarios/topology_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/connected_components.hpp>
#include <map>

#include "core/text.hpp"
#include "scenarios/consistency.hpp"
#include "scenarios/option_parts.hpp"
#include "scenarios/text_file.hpp"

namespace mec {

namespace {

constexpr std::size_t kMostServers = 250;

std::string link_key(std::size_t index) { return fmt::format("topology.links.{}", index + 1); }
std::string node_key(const std::string& name) { return "topology.nodes." + name; }
std::string group_key(const std::string& name) { return "topology.devices." + name; }

class TopologyChecker {
 public:
  TopologyChecker(const Written& written, GraphModel& graph, Faults& faults)
      : written_(written), graph_(graph), faults_(faults) {
    for (const GraphModel::Node& node : graph.nodes) {
      nodes_.emplace(node.name, nodes_.size());
      node_names_.push_back(node.name);
    }
  }

  void check() {
    check_nodes();
    for (std::size_t i = 0; i < graph_.links.size(); ++i) {
      check_link(i, graph_.links[i]);
    }
    check_groups();
    check_names();
    if (complete_) {
      check_routes();
    }
  }

 private:
  void add(const std::string& key, const std::string& message) {
    faults_.add_at(written_.place_of(key), key, message);
  }

  void check_nodes() {
    if (!written_.has("topology.nodes")) {
      complete_ = false;  // reported as missing
      return;
    }
    std::size_t servers = 0;
    for (const GraphModel::Node& node : graph_.nodes) {
      const std::string key = node_key(node.name);
      servers += written_.has(key + ".speed") ? 1U : 0U;
      check_node(node, key);
    }
    check_size("topology.nodes", graph_.nodes.size());
    if (complete_ && servers == 0) {
      add("topology.nodes", "no server; expected at least one node with a speed");
      complete_ = false;
    }
    if (servers > kMostServers) {
      add("topology.nodes", fmt::format("{} servers; expected at most {}", servers, kMostServers));
    }
  }

  void check_node(const GraphModel::Node& node, const std::string& key) {
    if (!written_.has(key + ".speed")) {
      if (!written_.is_empty(key)) {
        add(key, "no speed; expected one, or a relay {}");
      }
      return;
    }
    const char* fault = fault_of_server(node.speed, node.cores, node.discipline);
    const std::string discipline = key + ".discipline";
    if (written_.has(discipline) && *fault != '\0') {
      faults_.add(*written_.find(discipline), discipline, fault);
    }
  }

  // A part that could not be read is reported already, and leaves a gap.
  void check_size(const std::string& key, std::size_t size) {
    const YamlNode* written = written_.find(key);
    complete_ = complete_ && (written == nullptr ? size == 0 : written->items.size() == size);
  }

  void check_link(std::size_t index, GraphModel::Edge& link) {
    const std::string key = link_key(index);
    const bool pair = written_.has(key + ".between");
    const bool from = written_.has(key + ".from");
    const bool to = written_.has(key + ".to");
    if (pair == (from || to) || from != to) {
      add(key, pair   ? "between, and from or to; expected only one of the two ways"
               : from ? "from without to; expected both, or between: [a, b]"
               : to   ? "to without from; expected both, or between: [a, b]"
                      : "joins nothing; expected between: [a, b], or from and to");
      complete_ = false;
      return;
    }
    if (link.from.empty() && link.to.empty()) {
      complete_ = false;  // the value is faulty
      return;
    }
    const YamlNode& first =
        pair ? written_.find(key + ".between")->items[0] : *written_.find(key + ".from");
    const YamlNode& second =
        pair ? written_.find(key + ".between")->items[1] : *written_.find(key + ".to");
    check_end(link.from, first, key + (pair ? ".between" : ".from"));
    check_end(link.to, second, key + (pair ? ".between" : ".to"));
    if (link.from == link.to && nodes_.contains(link.from)) {
      faults_.add(second, key + (pair ? ".between" : ".to"),
                  "joins the node to itself; expected another node");
    }
  }

  void check_end(const std::string& name, const YamlNode& place, const std::string& key) {
    if (nodes_.contains(name)) {
      return;
    }
    complete_ = false;
    const bool is_group =
        std::any_of(graph_.devices.begin(), graph_.devices.end(),
                    [&](const GraphModel::Devices& group) { return group.name == name; });
    if (is_group) {
      faults_.add(place, key,
                  "a group of devices; expected a node, as devices are attached by their `at`");
    } else if (!node_names_.empty()) {
      faults_.add(place, key,
                  fmt::format("there is no such node; expected {}{}",
                              list_of_alternatives(node_names_), did_you_mean(name, node_names_)));
    }
  }

  void check_groups() {
    if (!written_.has("topology.devices")) {
      complete_ = false;
      return;
    }
    check_size("topology.devices", graph_.devices.size());
    check_size("topology.links", graph_.links.size());
    if (written_.find("topology.devices")->items.empty() && graph_.devices.empty() &&
        written_.maps.contains("topology.devices")) {
      add("topology.devices", "no devices; expected at least one group of devices");
    }
    std::uint64_t count = 0;
    for (const GraphModel::Devices& group : graph_.devices) {
      count += group.count;
      const std::string at = group_key(group.name) + ".at";
      if (written_.has(at) && written_.find(at)->is_scalar()) {
        check_end(group.at, *written_.find(at), at);
      } else {
        complete_ = false;
      }
      check_sharing(group);
    }
    if (count > kMostDevices) {
      add("topology.devices", fmt::format("{} devices; expected at most {}", count, kMostDevices));
    }
  }

  // An access point works in one way.
  void check_sharing(const GraphModel::Devices& group) {
    const auto first = std::find_if(graph_.devices.begin(), graph_.devices.end(),
                                    [&](const GraphModel::Devices& other) {
                                      return other.access.shared && other.at == group.at;
                                    });
    if (group.access.shared && (first->access.duplex != group.access.duplex ||
                                first->access.discipline != group.access.discipline)) {
      add(group_key(group.name),
          fmt::format("shares the access point of {} with {}; expected the same duplex and the "
                      "same discipline",
                      printable(group.at), first->name));
    }
  }

  // Rows of results and models know nodes, links and groups by name.
  void check_names() {
    std::map<std::string, const char*> taken;
    for (const std::string& name : node_names_) {
      taken.emplace(name, "a node");
    }
    for (const GraphModel::Devices& group : graph_.devices) {
      check_name(taken, group.name, "a group of devices", group_key(group.name));
    }
    for (std::size_t i = 0; i < graph_.links.size(); ++i) {
      GraphModel::Edge& link = graph_.links[i];
      const std::string name_key = link_key(i) + ".name";
      if (!link.name.empty()) {
        check_name(taken, link.name, "a link", name_key);
      } else if (!written_.has(name_key)) {
        link.name = fmt::format("{}-{}", link.from, link.to);
        if (complete_) {
          check_name(taken, link.name, "a link", link_key(i));
        }
      }
    }
  }

  void check_name(std::map<std::string, const char*>& taken, const std::string& name,
                  const char* what, const std::string& key) {
    const auto [other, is_new] = taken.emplace(name, what);
    if (!is_new) {
      add(key, fmt::format("{} is the name of {} already; expected a name of its own", name,
                           other->second));
    }
  }

  using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS>;

  // Vertices: nodes, then groups. The mainland is where most servers are; what lies elsewhere is
  // reported.
  void check_routes() {
    const std::size_t nodes = graph_.nodes.size();
    Graph graph(nodes + graph_.devices.size());
    for (const GraphModel::Edge& link : graph_.links) {
      boost::add_edge(nodes_.at(link.from), nodes_.at(link.to), graph);
    }
    for (std::size_t g = 0; g < graph_.devices.size(); ++g) {
      boost::add_edge(nodes + g, nodes_.at(graph_.devices[g].at), graph);
    }
    std::vector<std::size_t> island(boost::num_vertices(graph));
    const std::size_t islands = boost::connected_components(graph, island.data());
    std::vector<std::size_t> servers(islands, 0);
    std::vector<bool> inhabited(islands, false);
    for (std::size_t k = 0; k < nodes; ++k) {
      servers[island[k]] += graph_.nodes[k].computes ? 1U : 0U;
    }
    for (std::size_t g = nodes; g < island.size(); ++g) {
      inhabited[island[g]] = true;
    }
    // Of two with as many servers, the one with devices, then the first.
    std::size_t mainland = 0;
    for (std::size_t i = 1; i < islands; ++i) {
      if (std::pair(servers[i], inhabited[i] ? 1 : 0) >
          std::pair(servers[mainland], inhabited[mainland] ? 1 : 0)) {
        mainland = i;
      }
    }
    report_islands(island, mainland, inhabited);
  }

  void report_islands(const std::vector<std::size_t>& island, std::size_t mainland,
                      const std::vector<bool>& inhabited) {
    const std::size_t nodes = graph_.nodes.size();
    const auto server =
        std::find_if(graph_.nodes.begin(), graph_.nodes.end(), [&](const GraphModel::Node& node) {
          return node.computes &&
                 island[static_cast<std::size_t>(&node - graph_.nodes.data())] == mainland;
        });
    if (server == graph_.nodes.end()) {
      return;  // every speed is faulty
    }
    for (std::size_t k = 0; k < nodes; ++k) {
      if (island[k] != mainland && !inhabited[island[k]]) {
        add(node_key(graph_.nodes[k].name),
            fmt::format("no route joins it to {}; expected a link to one of the other nodes",
                        server->name));
      }
    }
    for (std::size_t g = 0; g < graph_.devices.size(); ++g) {
      if (island[nodes + g] != mainland) {
        const std::string at = group_key(graph_.devices[g].name) + ".at";
        faults_.add(
            *written_.find(at), at,
            fmt::format("no route from here to {}; expected one to every server", server->name));
      }
    }
  }

  const Written& written_;
  GraphModel& graph_;
  Faults& faults_;
  std::map<std::string, std::size_t> nodes_;  // by name
  std::vector<std::string> node_names_;
  bool complete_ = true;  // nothing is missing that a route might need
};

}  // namespace

void check_topology(const Written& written, GraphModel& graph, Faults& faults) {
  TopologyChecker(written, graph, faults).check();
}

}  // namespace mec
