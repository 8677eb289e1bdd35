#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/channel_paths.hpp"
#include "core/errors.hpp"
#include "core/network.hpp"
#include "core/workload.hpp"
#include "tests/catch.hpp"

namespace mec {

namespace {

// Phones on a relay before edge-1, cameras on edge-2, and a cloud behind edge-2. Bytes take 1 s
// over links of 1 B/s.
GraphModel two_edges() {
  const auto server = [](const std::string& name, double speed, Tier tier) {
    return GraphModel::Node{name, true, Constant{speed}, 2, Discipline::fifo, tier};
  };
  GraphModel graph;
  GraphModel::Node relay;
  relay.name = "wifi";
  graph.nodes = {relay, server("edge-1", 1.0, Tier::edge), server("edge-2", 2.0, Tier::edge),
                 server("cloud", 3.0, Tier::cloud)};
  const auto link = [](const std::string& from, const std::string& to, double rate) {
    GraphModel::Edge edge;
    edge.name = from + "-" + to;
    edge.from = from;
    edge.to = to;
    edge.bandwidth = Distribution{Constant{rate}};
    return edge;
  };
  graph.links = {link("wifi", "edge-1", 8.0), link("edge-1", "edge-2", 4.0),
                 link("edge-2", "cloud", 2.0)};
  GraphModel::Devices phones;
  phones.name = "phones";
  phones.count = 3;
  phones.at = "wifi";
  phones.up = GilbertRate{Seconds{1.0}, BytesPerSecond{2.0}, BytesPerSecond{1.0}, Seconds{2.0},
                          Seconds{2.0}};
  phones.access.shared = true;
  GraphModel::Devices cameras;
  cameras.name = "cameras";
  cameras.count = 2;
  cameras.at = "edge-2";
  graph.devices = {phones, cameras};
  return graph;
}

Network network_of(const GraphModel& graph) {
  NetworkModel model;
  model.graph = graph;
  return build_network(model, 0);
}

std::vector<std::string> names_on(const Topology& topology, std::size_t from, std::size_t to) {
  std::vector<std::string> names;
  for (const LinkIndex link : topology.route(from, to)) {
    names.push_back(topology.link(link).name);
  }
  return names;
}

}  // namespace

TEST_CASE("The three-tier network has a channel for b1 and one for b2", "[core][network]") {
  NetworkModel model;
  model.devices = 7;
  const Network network = build_network(model, 7);
  CHECK(network.three_tier);
  CHECK(network.devices() == 7);
  CHECK(network.sites() == 3);
  REQUIRE(network.channels.size() == 2);
  CHECK(network.channels[0].scope == Scope::per_device);
  CHECK(network.channels[1].scope == Scope::common);
  CHECK(network.media.size() == 4);  // each direction its own
  const DeviceGroup& group = network.groups[0];
  CHECK(group.channel == std::vector<std::size_t>{0, 0, 1, 1});
  CHECK(group.medium == std::vector<std::size_t>{0, 1, 2, 3});
  CHECK_FALSE(network.moves());
  CHECK_FALSE(network.shares_processors());
}

TEST_CASE("A down direction of its own is a channel of its own", "[core][network]") {
  NetworkModel model;
  model.b1_down = RedrawnRate{Seconds{1.0}, Uniform{0.0, 1.0}};
  model.b1_common = true;
  const Network network = build_network(model, 1);
  const DeviceGroup& group = network.groups[0];
  CHECK(group.channel[kUplink] != group.channel[kDownlink]);
  CHECK(network.channels[group.channel[kDownlink]].scope == Scope::common);
  CHECK(network.moves());
}

TEST_CASE("A half-duplex access point is one medium for both directions", "[core][network]") {
  NetworkModel model;
  model.access = {true, Duplex::half, Discipline::processor_sharing};
  const Network network = build_network(model, 5);
  const DeviceGroup& group = network.groups[0];
  CHECK(group.medium[kUplink] == group.medium[kDownlink]);
  CHECK(network.media[group.medium[kUplink]].scope == Scope::common);
  CHECK(network.shares_processors());
}

TEST_CASE("Every group of a graph sees its own links and all shared ones", "[core][network]") {
  const Network network = network_of(two_edges());
  CHECK_FALSE(network.three_tier);
  CHECK(network.sites() == 4);
  REQUIRE(network.groups.size() == 2);
  CHECK(network.devices() == 5);
  CHECK(network.group_index_of(2) == 0);
  CHECK(network.group_index_of(3) == 1);
  const Topology& phone = network.groups[0].topology;
  CHECK(phone.link_count() == 2 + 6);
  CHECK(phone.node_count() == 5);
  CHECK(names_on(phone, 0, 3) == std::vector<std::string>{"phones-up", "wifi-edge-1-up",
                                                          "edge-1-edge-2-up", "edge-2-cloud-up"});
  CHECK(names_on(phone, 3, 0) == std::vector<std::string>{"edge-2-cloud-down", "edge-1-edge-2-down",
                                                          "wifi-edge-1-down", "phones-down"});
  const Topology& camera = network.groups[1].topology;
  CHECK(names_on(camera, 0, 1) == std::vector<std::string>{"cameras-up", "edge-1-edge-2-down"});
}

TEST_CASE("The edge is the nearest edge server of each group", "[core][network]") {
  const Network network = network_of(two_edges());
  CHECK(network.groups[0].topology.edge_site() == 1);
  CHECK(network.groups[1].topology.edge_site() == 2);
  CHECK(network.groups[0].topology.cloud_site() == 3);
  CHECK(network.groups[1].topology.cloud_site() == 3);
}

TEST_CASE("Routes are the shortest by time, not by hops", "[core][network]") {
  GraphModel graph = two_edges();
  GraphModel::Edge slow;
  slow.name = "slow";
  slow.from = "wifi";
  slow.to = "cloud";
  slow.bandwidth = Distribution{Constant{0.9}};  // 1.11 s a byte; the way round takes 0.875 s
  graph.links.push_back(slow);
  CHECK(names_on(network_of(graph).groups[0].topology, 0, 3).size() == 4);
  graph.links.back().bandwidth = Distribution{Constant{1.2}};  // 0.83 s
  CHECK(names_on(network_of(graph).groups[0].topology, 0, 3).size() == 2);
}

TEST_CASE("Groups on one shared access point queue for the same media", "[core][network]") {
  GraphModel graph = two_edges();
  graph.devices[1].at = "wifi";
  graph.devices[1].access.shared = true;
  const Network network = network_of(graph);
  CHECK(network.groups[0].medium[0] == network.groups[1].medium[0]);
  CHECK(network.groups[0].medium[1] == network.groups[1].medium[1]);
  CHECK(network.groups[0].channel[0] != network.groups[1].channel[0]);
}

TEST_CASE("A network without a route is the user's mistake", "[core][network]") {
  GraphModel graph = two_edges();
  graph.links.pop_back();  // the cloud is an island
  CHECK_THROWS_AS(network_of(graph), UserError);
  graph = two_edges();
  graph.devices[0].at = "nowhere";
  CHECK_THROWS_AS(network_of(graph), UserError);
}

TEST_CASE("A workload file cannot name devices that a graph has not", "[core][network]") {
  NetworkModel model;
  model.graph = two_edges();
  CHECK_THROWS_AS(build_network(model, 6), UserError);
  CHECK(build_network(model, 5).devices() == 5);
}

TEST_CASE("Powers of a graph's servers follow their tiers", "[core][network]") {
  EnergyModel energy;
  energy.busy = {Watts{2.0}, Watts{5.0}};
  const EnergyModel spread = energy_of_servers(energy, network_of(two_edges()));
  CHECK(spread.busy == std::vector<Watts>{Watts{2.0}, Watts{2.0}, Watts{5.0}});
}

TEST_CASE("What devices share has one fixed value for all groups", "[core][network]") {
  Scenario scenario;
  scenario.network.graph = two_edges();
  scenario.network.graph->nodes[1].speed = Uniform{1.0, 9.0};
  scenario.network.graph->links[0].bandwidth = Distribution{Uniform{1.0, 9.0}};
  scenario.network.graph->devices[1].speed = Uniform{1.0, 9.0};
  scenario.redraw = StateRedraw::fixed;
  scenario.workload.tasks = 10;
  const auto source = make_generated_source(scenario, {1, 0});
  std::vector<StateSample> states;
  for (std::uint32_t d = 0; d < 5; ++d) {
    WorkItem item;
    REQUIRE(source->next_of(d, item));
    states.push_back(item.state);
  }
  for (const StateSample& state : states) {
    CHECK(state.speeds[1] == states[0].speeds[1]);
    CHECK(state.rates[2] == states[0].rates[2]);  // wifi to edge-1
  }
  CHECK(states[3].speeds[0] != states[4].speeds[0]);  // two cameras
  CHECK(states[0].rates[0] == BytesPerSecond{0.0});   // a phone's uplink moves
  CHECK(states[3].rates[0] == BytesPerSecond{1e6});   // a camera's does not
}

TEST_CASE("Common channels are one path, others one for each device", "[core][network]") {
  NetworkModel model;
  model.graph = two_edges();
  model.graph->links[2].bandwidth = RedrawnRate{Seconds{1.0}, Uniform{0.0, 1.0}};
  const Network network = build_network(model, 0);
  ChannelPaths paths(network, {1, 0});
  CHECK(paths.of(0, 0) == paths.of(0, 1));  // up and down follow one channel
  CHECK(paths.of(0, 0) != paths.of(1, 0));
  CHECK(paths.of(3, 0) == nullptr);         // cameras do not move
  CHECK(paths.of(0, 6) == paths.of(4, 6));  // edge-2 to cloud, whoever sends
  CHECK(paths.of(0, 6) != nullptr);
  // Two devices' paths are different draws.
  bool differ = false;
  for (int slot = 0; slot < 20; ++slot) {
    const Seconds when{slot + 0.5};
    differ = differ || paths.of(0, 0)->at(when).rate != paths.of(1, 0)->at(when).rate;
  }
  CHECK(differ);
}

}  // namespace mec
