// Networks whose routes are given: topologies, and platforms of hosts and links.
#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/cost.hpp"
#include "core/network.hpp"
#include "core/platform.hpp"
#include "core/workload.hpp"
#include "tests/catch.hpp"

namespace mec {

namespace {

using Route = std::vector<LinkIndex>;

RouteTable table_of(const std::vector<Route>& routes) {
  RouteTable table;
  for (const Route& route : routes) {
    table.add(route);
  }
  return table;
}

// A device and two servers; a is 0 -> 1, b is 1 -> 0, c lies anywhere else.
TopologySpec routed(const std::vector<Route>& routes) {
  TopologySpec spec;
  spec.sites = {"device", "one", "two"};
  spec.links = {
      {"a", kDevice, kElsewhere}, {"b", kElsewhere, kDevice}, {"c", kElsewhere, kElsewhere}};
  spec.routes = table_of(routes);
  return spec;
}

const std::vector<Route> kSound = {{}, {0}, {0, 2}, {1}, {}, {2}, {2, 2, 1}, {2}, {}};

std::vector<Route> with(std::size_t place, const Route& route) {
  std::vector<Route> routes = kSound;
  routes[place] = route;
  return routes;
}

std::vector<std::string> names_on(const Topology& topology, std::size_t from, std::size_t to) {
  std::vector<std::string> names;
  for (const LinkIndex link : topology.route(from, to)) {
    names.push_back(topology.link(link).name);
  }
  return names;
}

using Names = std::vector<std::string>;

// Two phones and a camera; an edge server and a cloud. Links: the phones' cell, 2 B/s, in both
// directions; the camera's cable, a link each way, 4 and 5 B/s; a backhaul of 10 B/s that is not
// shared, between everything and the cloud.
PlatformModel city() {
  constexpr LinkIndex kCell = 0;
  constexpr LinkIndex kCableUp = 1;
  constexpr LinkIndex kCableDown = 2;
  constexpr LinkIndex kBackhaul = 3;
  PlatformModel model;
  model.devices = {{"phone-1", Hertz{1.0}, 1, Tier::edge},
                   {"phone-2", Hertz{2.0}, 1, Tier::edge},
                   {"camera", Hertz{3.0}, 1, Tier::edge}};
  model.servers = {{"cloud", Hertz{20.0}, 64, Tier::cloud}, {"edge", Hertz{10.0}, 4, Tier::edge}};
  model.links = {{"cell", BytesPerSecond{2.0}},
                 {"cable_UP", BytesPerSecond{4.0}},
                 {"cable_DOWN", BytesPerSecond{5.0}},
                 {"backhaul", BytesPerSecond{10.0}, true}};
  std::vector<Route> routes = {{}, {kBackhaul}, {kBackhaul}, {}};
  for (int phone = 0; phone < 2; ++phone) {
    routes.insert(routes.end(), {{kCell, kBackhaul}, {kCell}, {kBackhaul, kCell}, {kCell}});
  }
  routes.insert(routes.end(),
                {{kCableUp, kBackhaul}, {kCableUp}, {kBackhaul, kCableDown}, {kCableDown}});
  model.routes = table_of(routes);
  return model;
}

Network network_of(const PlatformModel& platform) {
  NetworkModel model;
  model.platform = platform;
  return build_network(model, 0);
}

std::size_t link_named(const Topology& topology, const std::string& name) {
  std::size_t l = 0;
  while (topology.link(l).name != name) {
    ++l;
  }
  return l;
}

}  // namespace

TEST_CASE("Routes that are given are taken as they are", "[core][topology][platform]") {
  // Two -> device crosses c twice, which no shortest route does.
  const Topology topology(routed(kSound));
  CHECK(names_on(topology, 0, 2) == Names{"a", "c"});
  CHECK(names_on(topology, 2, 0) == Names{"c", "c", "b"});
  CHECK(names_on(topology, 1, 2) == Names{"c"});
  CHECK(topology.route(1, 1).empty());
  CHECK(topology.is_device_link(0));
  CHECK(topology.is_device_link(1));
  CHECK_FALSE(topology.is_device_link(2));
}

TEST_CASE("Routes that cannot be are refused", "[core][topology][platform]") {
  CHECK_THROWS_WITH(Topology(routed({{}, {0}})), "2 routes between 3 sites");
  CHECK_THROWS_WITH(Topology(routed(with(1, {}))), "no route from site device to site one");
  CHECK_THROWS_WITH(Topology(routed(with(0, {0}))),
                    "a route from site device to site device, which is the same");
  const std::string cannot = "crosses a link that cannot be there";
  // A link that is not there; one that does not touch the device where the route begins, or ends;
  // one that touches it in mid-route, or between servers.
  for (const auto& [place, route] :
       {std::pair<std::size_t, Route>{1, {3}}, {1, {2}}, {3, {2}}, {2, {0, 0}}, {5, {0}}}) {
    INFO(place);
    CHECK_THROWS_AS(Topology(routed(with(place, route))), std::invalid_argument);
  }
  CHECK_THROWS_WITH(Topology(routed(with(5, {1}))),
                    "the route from site one to site two " + cannot);
}

TEST_CASE("A link without ends needs routes", "[core][topology][platform]") {
  TopologySpec spec = routed({});
  CHECK_THROWS_WITH(Topology(spec), "link a joins a site that is not there");
}

TEST_CASE("A star stands for any letters of a host's name", "[core][platform]") {
  for (const auto& [pattern, name] :
       std::vector<std::pair<const char*, const char*>>{{"a", "a"},
                                                        {"*", ""},
                                                        {"*", "abc"},
                                                        {"phone-*", "phone-"},
                                                        {"phone-*", "phone-17"},
                                                        {"*.org", "n1.lyon.org"},
                                                        {"a*b*c", "a-bb-b-c"},
                                                        {"a**c", "ac"},
                                                        {"*aab", "aaab"}}) {
    INFO(pattern << " " << name);
    CHECK(matches(pattern, name));
  }
  for (const auto& [pattern, name] :
       std::vector<std::pair<const char*, const char*>>{{"a", "ab"},
                                                        {"", "a"},
                                                        {"phone-*", "phon"},
                                                        {"*.org", "n1.org.fr"},
                                                        {"a*b", "acbd"},
                                                        {"?", "a"},
                                                        {"A", "a"}}) {
    INFO(pattern << " " << name);
    CHECK_FALSE(matches(pattern, name));
  }
}

TEST_CASE("Hosts are devices, servers, neither, or asked for as both", "[core][platform]") {
  const std::vector<PlatformHost> hosts = {{"p-1"}, {"s-1"}, {"p-2"}, {"s-2"}, {"x"}};
  using Indices = std::vector<std::size_t>;
  HostSelection selection;
  selection.devices = {"p-*"};
  CHECK(roles_of(hosts, selection).devices == Indices{0, 2});
  CHECK(roles_of(hosts, selection).servers == Indices{1, 3, 4});
  selection.servers = {"s-2", "*1"};
  CHECK(roles_of(hosts, selection).devices == Indices{2});
  CHECK(roles_of(hosts, selection).servers == Indices{1, 3});
  CHECK(roles_of(hosts, selection).both == Indices{0});
  CHECK(roles_of(hosts, selection).names_found);
  CHECK_FALSE(are_sound(roles_of(hosts, selection)));  // a host that is both
  selection.servers = {"s-2"};
  CHECK(are_sound(roles_of(hosts, selection)));
  selection.devices.push_back("y");
  CHECK_FALSE(roles_of(hosts, selection).names_found);
  CHECK_FALSE(are_sound(roles_of(hosts, selection)));
  CHECK_FALSE(are_sound(roles_of(hosts, {{"*"}, {}, {}})));  // no server
}

TEST_CASE("A platform is a device a group, and its servers in the order of the file",
          "[core][platform]") {
  const Network network = network_of(city());
  CHECK_FALSE(network.three_tier);
  CHECK(network.sites() == 3);
  CHECK(network.devices() == 3);
  CHECK(network.servers[0].name == "cloud");
  CHECK(network.servers[1].cores == 4);
  REQUIRE(network.groups.size() == 3);
  for (std::uint32_t d = 0; d < 3; ++d) {
    CHECK(network.group_index_of(d) == d);
    CHECK(mean(network.groups[d].speed) == d + 1.0);
    CHECK(network.groups[d].topology.cloud_site() == 1);
    CHECK(network.groups[d].topology.edge_site() == 2);
  }
}

TEST_CASE("A platform's routes are the file's", "[core][platform]") {
  const Network network = network_of(city());
  const Topology& phone = network.groups[1].topology;
  CHECK(names_on(phone, 0, 1) == Names{"cell-up", "backhaul"});
  CHECK(names_on(phone, 1, 0) == Names{"backhaul", "cell-down"});
  CHECK(names_on(phone, 2, 1) == Names{"backhaul"});
  const Topology& camera = network.groups[2].topology;
  CHECK(names_on(camera, 0, 2) == Names{"cable_UP-up"});
  CHECK(names_on(camera, 1, 0) == Names{"backhaul", "cable_DOWN-down"});
  // Only links that it may cross, its own first.
  CHECK(phone.link_count() == 3);
  CHECK(camera.link_count() == 3);
  CHECK(phone.is_device_link(0));
  CHECK(phone.is_device_link(1));
  CHECK_FALSE(phone.is_device_link(2));
}

TEST_CASE("A platform's link is one medium, in both directions and for all that cross it",
          "[core][platform]") {
  const Network network = network_of(city());
  const auto medium = [&](std::size_t group, const std::string& link) {
    const DeviceGroup& of = network.groups[group];
    return of.medium[link_named(of.topology, link)];
  };
  CHECK(medium(0, "cell-up") == medium(0, "cell-down"));
  CHECK(medium(0, "cell-up") == medium(1, "cell-down"));
  CHECK(medium(0, "backhaul") == medium(2, "backhaul"));
  CHECK(medium(2, "cable_UP-up") != medium(2, "cable_DOWN-down"));
  CHECK(network.media[medium(0, "cell-up")].scope == Scope::common);
  CHECK(network.media[medium(2, "cable_UP-up")].scope == Scope::per_device);  // the camera's own
  CHECK(network.media[medium(0, "backhaul")].unlimited);
  CHECK_FALSE(network.media[medium(0, "cell-up")].unlimited);
  CHECK_FALSE(network.shares_processors());
}

TEST_CASE("A platform's devices send on the first link and receive on the last",
          "[core][platform]") {
  // Joules a byte over the cell, 0.5 s a byte: 0.5 x 4 W to send, 0.5 x 3 W to receive; over the
  // backhaul, 0.1 s a byte, 0.1 x 1 W.
  const Network network = network_of(city());
  EnergyModel model;
  model.transmit = Watts{4.0};
  model.receive = Watts{3.0};
  model.idle = Watts{1.0};
  const Topology& phone = network.groups[0].topology;
  std::vector<BytesPerSecond> rates(3, BytesPerSecond{2.0});
  rates[link_named(phone, "backhaul")] = BytesPerSecond{10.0};
  const std::vector<Hertz> speeds = {Hertz{1.0}, Hertz{20.0}, Hertz{10.0}};
  const SiteCosts joules = energy_costs(SystemState(phone, speeds, rates), phone, model);
  CHECK(joules.per_byte(0, 2) == Approx(2.0));
  CHECK(joules.per_byte(2, 0) == Approx(1.5));
  CHECK(joules.per_byte(0, 1) == Approx(2.1));
  CHECK(joules.per_byte(1, 2) == Approx(0.1));
}

TEST_CASE("Tasks of a platform's devices meet its rates", "[core][platform]") {
  Scenario scenario;
  scenario.network.platform = city();
  scenario.workload.tasks = 3;
  CHECK(device_count(scenario, nullptr) == 3);
  const auto source = make_generated_source(scenario, {1, 0});
  WorkItem item;
  REQUIRE(source->next_of(2, item));
  // The camera: cable up and down, backhaul.
  CHECK(item.state.rates[0] == BytesPerSecond{4.0});
  CHECK(item.state.rates[1] == BytesPerSecond{5.0});
  CHECK(item.state.rates[2] == BytesPerSecond{10.0});
  CHECK(item.state.speeds[0] == Hertz{3.0});
  CHECK(item.state.speeds[1] == Hertz{20.0});
}

TEST_CASE("A channel takes the place of the links' constant bandwidths", "[core][platform]") {
  PlatformModel model = city();
  model.channels = {{"cable", GilbertRate{Seconds{1.0}, BytesPerSecond{2.0}, BytesPerSecond{1.0},
                                          Seconds{2.0}, Seconds{2.0}}}};
  model.links[1].channel = 0;
  model.links[2].channel = 0;
  CHECK_FALSE(network_of(city()).moves());
  const Network network = network_of(model);
  CHECK(network.moves());
  const DeviceGroup& camera = network.groups[2];
  CHECK(network.channels[camera.channel[0]].name == "cable");
  CHECK(camera.channel[0] == camera.channel[1]);
  CHECK(camera.medium[0] != camera.medium[1]);
}

TEST_CASE("A platform that has not been read makes no network", "[core][platform]") {
  CHECK_THROWS_AS(network_of(PlatformModel{}), std::logic_error);
}

}  // namespace mec
