// Networks of any shape, as users write them.
#include <fmt/format.h>

#include "core/network.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenarios/support.hpp"

using namespace mec;
using namespace mec::test;

using Lines = std::vector<std::string>;

namespace {

std::string replace(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

// The faults of two_edges_yaml() with a part of it changed.
Lines faults_with(const std::string& from, const std::string& to) {
  return faults_of(replace(two_edges_yaml(), from, to));
}

// A topology in one line each: nodes on line 3, links on line 4, devices on line 5.
std::string flow_yaml(const std::string& nodes, const std::string& links,
                      const std::string& devices) {
  return "task: {work: 5 Mcycles, data: 2 MB}\ntopology:\n  nodes: " + nodes +
         "\n  links: " + links + "\n  devices: " + devices + "\npolicies: [local]\n";
}

const std::string kServer = "{s: {speed: 1 GHz}}";
const std::string kGroup = "{g: {speed: 1 GHz, at: s, bandwidth: 1 MB/s}}";

double constant(const Distribution& distribution) { return std::get<Constant>(distribution).value; }
double constant(const ChannelModel& model) { return constant(std::get<Distribution>(model)); }

}  // namespace

TEST_CASE("A topology arrives in the scenario in SI units", "[scenarios][topology]") {
  const Scenario s = load_text(two_edges_yaml());
  REQUIRE(s.network.graph.has_value());
  const GraphModel& graph = *s.network.graph;
  REQUIRE(graph.nodes.size() == 4);
  CHECK(graph.nodes[0].name == "mast");
  CHECK_FALSE(graph.nodes[0].computes);
  CHECK(graph.nodes[1].name == "west");
  CHECK(graph.nodes[1].computes);
  CHECK(constant(graph.nodes[1].speed) == 3e9);
  CHECK(graph.nodes[1].cores == 4);
  CHECK(graph.nodes[1].discipline == Discipline::fifo);
  CHECK(graph.nodes[1].tier == Tier::edge);
  CHECK(graph.nodes[2].discipline == Discipline::processor_sharing);
  CHECK(graph.nodes[3].cores == 0);
  CHECK(graph.nodes[3].tier == Tier::cloud);
}

TEST_CASE("A topology's links arrive with their names and both directions",
          "[scenarios][topology]") {
  const Scenario s = load_text(two_edges_yaml());
  const auto& links = s.network.graph.value().links;
  REQUIRE(links.size() == 3);
  CHECK(links[0].name == "mast-west");  // that of its nodes
  CHECK(links[0].from == "mast");
  CHECK(links[0].to == "west");
  CHECK(constant(links[0].bandwidth) == 50e6);
  CHECK_FALSE(links[0].back.has_value());
  CHECK(links[0].duplex == Duplex::full);
  CHECK(links[1].duplex == Duplex::half);
  CHECK(links[2].name == "backhaul");
  CHECK(links[2].from == "west");
  CHECK(links[2].to == "cloud");
  CHECK(std::get<GilbertRate>(links[2].back.value()).good.value() == 20e6);
  CHECK(links[2].discipline == Discipline::processor_sharing);
}

TEST_CASE("A topology's groups of devices arrive with their access", "[scenarios][topology]") {
  const Scenario s = load_text(two_edges_yaml());
  const auto& groups = s.network.graph.value().devices;
  REQUIRE(groups.size() == 2);
  const GraphModel::Devices& phones = groups[0];
  CHECK(phones.name == "phones");
  CHECK(phones.count == 10);
  CHECK(std::get<Uniform>(phones.speed).high == 1500e6);
  CHECK(phones.at == "mast");
  CHECK(std::get<GaussMarkovRate>(phones.up).memory == 0.9);
  CHECK(constant(phones.down.value()) == 4e6);
  CHECK(phones.common_channel);
  CHECK(phones.access.shared);
  CHECK(phones.access.duplex == Duplex::half);
  CHECK(phones.access.discipline == Discipline::processor_sharing);
  CHECK(groups[1].count == 3);
  CHECK_FALSE(groups[1].common_channel);
  CHECK_FALSE(groups[1].access.shared);
}

TEST_CASE("A topology that the reader accepts can be built", "[scenarios][topology]") {
  const Network network = build_network(load_text(two_edges_yaml()).network, 0);
  CHECK_FALSE(network.three_tier);
  CHECK(network.sites() == 4);  // the device, west, east, cloud
  CHECK(network.devices() == 13);
  // mast-west, backhaul; the mast is no site.
  CHECK(network.groups[0].topology.route(kDevice, 3).size() == 3);
  const Scenario single = load_text(flow_yaml(kServer, "[]", kGroup));
  CHECK(build_network(single.network, 0).sites() == 2);
}

TEST_CASE("Two links between the same nodes are told apart by name", "[scenarios][topology]") {
  const std::string nodes = "{a: {speed: 1 GHz}, b: {speed: 1 GHz}}";
  const std::string group = "{g: {speed: 1 GHz, at: a, bandwidth: 1 MB/s}}";
  const std::string link = "{between: [a, b], bandwidth: 1 MB/s}";
  CHECK(
      faults_of(flow_yaml(nodes, "[" + link + ", {name: fibre, from: b, to: a, bandwidth: 2 MB/s}]",
                          group))
          .empty());
  CHECK(
      faults_of(flow_yaml(nodes, "[" + link + ", " + link + "]", group)) ==
      Lines{"s.yaml:4:49: topology.links.2: a-b is the name of a link already; expected a name of "
            "its own"});
}

TEST_CASE("Nodes, links and groups all have different names", "[scenarios][topology][faults]") {
  CHECK(faults_with("cameras:", "east:") ==
        Lines{"s.yaml:28:5: topology.devices.east: east is the name of a node already; expected a "
              "name of its own"});
  CHECK(faults_with("name: backhaul", "name: phones") ==
        Lines{"s.yaml:11:13: topology.links.3.name: phones is the name of a group of devices "
              "already; expected a name of its own"});
  CHECK(
      faults_with("cameras:", "phones:") ==
      Lines{"s.yaml:28:5: topology.devices.phones: duplicate key; expected it once, first on line "
            "18"});
  CHECK(faults_with("    cloud: {", "    west: {")[0].starts_with(
      "s.yaml:7:5: topology.nodes.west: duplicate key; expected it once, first on line 5"));
  const std::string rule = ": not a name; expected 1 to 40 letters, digits, - or _";
  CHECK(faults_with("    mast: {}", "    m.st: {}")[0] == "s.yaml:4:5: topology.nodes.m.st" + rule);
  CHECK(faults_with("name: backhaul", "name: back haul") ==
        Lines{"s.yaml:11:13: topology.links.3.name \"back haul\"" + rule});
}

TEST_CASE("A topology takes the place of device, edge, cloud and links",
          "[scenarios][topology][faults]") {
  const std::string both =
      ": stands beside topology, which takes its place; expected only one of them";
  CHECK(faults_of(two_edges_yaml() + "edge: {speed: 1 GHz}\ncloud: {speed: 1 GHz}\n") ==
        Lines{"s.yaml:30:1: edge" + both, "s.yaml:31:1: cloud" + both});
  CHECK(faults_of(two_edges_yaml(), {"device.count=5"}).size() == 1);
  CHECK(faults_of(two_edges_yaml() +
                  "training:\n  task: {work: 1 Mcycles}\n  links: {b1: 1 MB/s}\n") ==
        Lines{"s.yaml:32:3: training.links: a topology has no such part; expected only "
              "training.task beside topology"});
}

TEST_CASE("What a topology must say is asked for", "[scenarios][topology][faults]") {
  const std::string base = "task: {work: 5 Mcycles, data: 2 MB}\npolicies: [local]\n";
  CHECK(faults_of(base + "topology: {}\n") ==
        Lines{"s.yaml:3:1: topology.nodes: missing; expected at least a node",
              "s.yaml:3:1: topology.devices: missing; expected at least a group of devices"});
  CHECK(faults_of(base + "topology: net.xml\n") ==
        Lines{"s.yaml:3:11: topology \"net.xml\": not a map; expected a map of nodes, links, "
              "devices, platform, servers, cloud, bandwidth"});
  CHECK(faults_of(flow_yaml("[s]", "{}", "5")) ==
        Lines{"s.yaml:3:10: topology.nodes: not a map; expected a map of names, a node each",
              "s.yaml:4:10: topology.links: not a list; expected a list, a link each",
              "s.yaml:5:12: topology.devices \"5\": not a map; expected a map of names, a group of "
              "devices each"});
  CHECK(
      faults_of(flow_yaml(kServer, "[s]", "{g: }")) ==
      Lines{"s.yaml:4:11: topology.links.1 \"s\": not a map; expected a map of between, from, to, "
            "bandwidth, back, name, duplex, discipline",
            "s.yaml:5:13: topology.devices.g.speed: missing; expected a frequency (Hz, kHz, MHz or "
            "GHz), or a distribution of them",
            "s.yaml:5:13: topology.devices.g.at: missing; expected the name of a node",
            "s.yaml:5:13: topology.devices.g.bandwidth: missing; expected a data rate (B/s, kB/s, "
            "MB/s, GB/s, TB/s, KiB/s, MiB/s, GiB/s, bit/s, kbit/s, Mbit/s or Gbit/s), a "
            "distribution of them, or a channel"});
  CHECK(faults_of(flow_yaml("{}", "[]", "{}")) ==
        Lines{"s.yaml:3:3: topology.nodes: no server; expected at least one node with a speed",
              "s.yaml:5:3: topology.devices: no devices; expected at least one group of devices"});
}

TEST_CASE("Values in a topology are checked as anywhere", "[scenarios][topology][faults]") {
  CHECK(faults_with("cores: 4}", "cores: 4, sped: 3}") ==
        Lines{"s.yaml:5:36: topology.nodes.west.sped: unknown key; expected speed, cores, "
              "discipline or tier; did you mean \"speed\"?"});
  CHECK(
      faults_with("speed: 3 GHz", "speed: 3") ==
      Lines{"s.yaml:5:19: topology.nodes.west.speed \"3\": missing unit; expected Hz, kHz, MHz or "
            "GHz, or infinite"});
  CHECK(faults_with("count: 10", "count: 0") ==
        Lines{"s.yaml:19:14: topology.devices.phones.count \"0\": out of range; expected a whole "
              "number from 1 to 100000"});
  CHECK(faults_with("tier: cloud", "tier: fog") ==
        Lines{"s.yaml:7:51: topology.nodes.cloud.tier \"fog\": unknown word; expected edge or "
              "cloud"});
  CHECK(faults_with("bandwidth: 50 MB/s", "bandwidth: 0") ==
        Lines{"s.yaml:9:42: topology.links.1.bandwidth \"0\": 0 is no value here; expected more "
              "than 0"});
  CHECK(faults_with("discipline: processor-sharing}", "discipline: lifo}").size() == 1);
}

TEST_CASE("A relay has no part of a server", "[scenarios][topology][faults]") {
  CHECK(faults_with("mast: {}", "mast: {cores: 2}") ==
        Lines{"s.yaml:4:5: topology.nodes.mast: no speed; expected one, or a relay {}"});
  CHECK(faults_with("mast: {}", "mast:").empty());
  CHECK(faults_with("cores: 2, d", "cores: unlimited, d") ==
        Lines{"s.yaml:6:56: topology.nodes.east.discipline \"processor-sharing\": unlimited cores "
              "are never shared; expected a number of cores, or fifo"});
}

TEST_CASE("A link joins two nodes that are there", "[scenarios][topology][faults]") {
  CHECK(
      faults_with("[mast, west]", "[mast, wset]") ==
      Lines{"s.yaml:9:24: topology.links.1.between \"wset\": there is no such node; expected mast, "
            "west, east or cloud; did you mean \"west\"?"});
  CHECK(faults_with("to: cloud", "to: clod")[0].starts_with(
      "s.yaml:13:11: topology.links.3.to \"clod\": there is no such node; "));
  CHECK(faults_with("[mast, west]", "[cameras, west]") ==
        Lines{"s.yaml:9:18: topology.links.1.between \"cameras\": a group of devices; expected a "
              "node, as devices are attached by their `at`"});
  CHECK(
      faults_with("[mast, west]", "[west, west]")[0] ==
      "s.yaml:9:24: topology.links.1.between \"west\": joins the node to itself; expected another "
      "node");
  CHECK(
      faults_with("[mast, west]", "[mast]") ==
      Lines{"s.yaml:9:17: topology.links.1.between: not two names; expected a list of two names of "
            "nodes, such as [a, b]"});
  CHECK(faults_with("between: [mast, west], ", "") ==
        Lines{"s.yaml:9:7: topology.links.1: joins nothing; expected between: [a, b], or from and "
              "to"});
  CHECK(faults_with("      to: cloud\n", "") ==
        Lines{"s.yaml:11:7: topology.links.3: from without to; expected both, or between: [a, b]"});
  CHECK(
      faults_with("from: west", "between: [west, cloud]")[0] ==
      "s.yaml:11:7: topology.links.3: between, and from or to; expected only one of the two ways");
  CHECK(faults_with("at: mast", "at: mats") ==
        Lines{"s.yaml:21:11: topology.devices.phones.at \"mats\": there is no such node; expected "
              "mast, west, east or cloud; did you mean \"mast\"?"});
}

TEST_CASE("Every server is within reach of every device", "[scenarios][topology][faults]") {
  // Without the first link the mast and its phones are an island.
  CHECK(faults_with("    - {between: [mast, west], bandwidth: 50 MB/s}\n", "") ==
        Lines{"s.yaml:20:11: topology.devices.phones.at \"mast\": no route from here to west; "
              "expected one to every server"});
  CHECK(faults_with("    mast: {}\n", "    mast: {}\n    lost: {}\n") ==
        Lines{"s.yaml:5:5: topology.nodes.lost: no route joins it to west; expected a link to one "
              "of the other nodes"});
  CHECK(
      faults_of(flow_yaml("{s: {speed: 1 GHz}, t: {speed: 1 GHz}}", "[]", kGroup)) ==
      Lines{"s.yaml:3:30: topology.nodes.t: no route joins it to s; expected a link to one of the "
            "other nodes"});
}

TEST_CASE("Networks of unreasonable size are refused", "[scenarios][topology][faults]") {
  std::string nodes = "{s: {speed: 1 GHz}";
  std::string links = "[";
  const auto add = [&](int i) {
    nodes += fmt::format(", n{}: {{speed: 1 GHz}}", i);
    links += fmt::format("{}{{between: [s, n{}], bandwidth: 1 MB/s}}", i == 1 ? "" : ", ", i);
  };
  for (int i = 1; i < 250; ++i) {
    add(i);
  }
  CHECK(faults_of(flow_yaml(nodes + "}", links + "]", kGroup)).empty());
  add(250);
  CHECK(faults_of(flow_yaml(nodes + "}", links + "]", kGroup)) ==
        Lines{"s.yaml:3:3: topology.nodes: 251 servers; expected at most 250"});
  const std::string group = ": {count: 60000, speed: 1 GHz, at: s, bandwidth: 1 MB/s}";
  CHECK(faults_of(flow_yaml(kServer, "[]", "{g" + group + ", h" + group + "}")) ==
        Lines{"s.yaml:5:3: topology.devices: 120000 devices; expected at most 100000"});
}

TEST_CASE("Groups that share an access point agree on how it works",
          "[scenarios][topology][faults]") {
  const auto group = [](const std::string& name, const std::string& more) {
    return name + ": {speed: 1 GHz, at: s, bandwidth: 1 MB/s, access: shared" + more + "}";
  };
  const auto faults = [&](const std::string& more) {
    return faults_of(
        flow_yaml(kServer, "[]", "{" + group("g", "") + ", " + group("h", more) + "}"));
  };
  CHECK(faults("").empty());
  const Lines expected = {
      "s.yaml:5:74: topology.devices.h: shares the access point of s with g; expected the same "
      "duplex and the same discipline"};
  CHECK(faults(", duplex: half") == expected);
  CHECK(faults(", discipline: processor-sharing") == expected);
}

TEST_CASE("An override reaches into a topology, into its links by name",
          "[scenarios][topology][overrides]") {
  const Scenario s = load_text(
      two_edges_yaml(), {"topology.nodes.west.speed=5 GHz", "topology.devices.phones.count=7",
                         "topology.links.backhaul.bandwidth=uniform(1 MB/s, 2 MB/s)"});
  const GraphModel& graph = s.network.graph.value();
  CHECK(constant(graph.nodes[1].speed) == 5e9);
  CHECK(graph.devices[0].count == 7);
  CHECK(std::get<Uniform>(std::get<Distribution>(graph.links[2].bandwidth)).high == 2e6);
  const auto fault = [](const std::string& text) {
    return faults_of(two_edges_yaml(), {text}).at(0);
  };
  CHECK(
      fault("topology.links.backhual.back=1 MB/s") ==
      "--set topology.links.backhual.back=1 MB/s: no \"backhual\" in the list; expected backhaul; "
      "did you mean \"backhaul\"?");
  CHECK(fault("policies.local.at=edge") ==
        "--set policies.local.at=edge: \"local\" in a list without names; expected the whole list, "
        "such as [a, b]");
  CHECK(
      fault("topology.links.backhaul.bandwidth=3") ==
      "--set topology.links.backhaul.bandwidth=3: topology.links.3.bandwidth \"3\": missing unit; "
      "expected B/s, kB/s, MB/s, GB/s, TB/s, KiB/s, MiB/s, GiB/s, bit/s, kbit/s, Mbit/s or "
      "Gbit/s");
}
