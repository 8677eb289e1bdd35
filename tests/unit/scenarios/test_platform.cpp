// A platform file as the topology of a scenario: what the scenario says of it, and its faults. The
// file itself is made up here; tests/unit/sim reads real ones.
#include <fmt/format.h>

#include "core/errors.hpp"
#include "core/network.hpp"
#include "scenarios/scenario_error.hpp"
#include "scenarios/topology_dot.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenarios/support.hpp"

using namespace mec;
using namespace mec::test;

namespace {

using Lines = std::vector<std::string>;

// Line 3: the topology; its members on lines 4 and on.
std::string yaml_of(const std::string& members) {
  return "task: {work: 5 Mcycles, data: 2 MB}\npolicies: [local]\ntopology:\n" + members;
}

const std::string kBase = "  platform: city.xml\n  devices: [\"phone-*\", camera]\n";

// phone-1, phone-2, camera, edge, and cloud, which the file says is one. All devices send over
// `cell`, which SimGrid would call cell_UP, and receive over cell_DOWN; `pipe` is not shared.
PlatformFile city(const HostSelection& selection) {
  PlatformFile file;
  for (const char* name : {"phone-1", "phone-2", "camera", "edge", "cloud"}) {
    file.hosts.push_back({name, Hertz{1e9}, 1, Tier::edge});
  }
  file.hosts.back().tier = Tier::cloud;
  file.links = {{"cell_UP", BytesPerSecond{1e6}},
                {"cell_DOWN", BytesPerSecond{2e6}},
                {"pipe", BytesPerSecond{3e6}, true}};
  const HostRoles roles = roles_of(file.hosts, selection);
  const std::vector<LinkIndex> none;
  const std::vector<LinkIndex> up = {0};
  const std::vector<LinkIndex> down = {1};
  const std::vector<LinkIndex> pipe = {2};
  const std::size_t servers = roles.servers.size();
  for (std::size_t i = 0; i < servers * servers; ++i) {
    file.routes.add(i % (servers + 1) == 0 ? none : pipe);
  }
  for (std::size_t i = 0; i < 2 * servers * roles.devices.size(); ++i) {
    file.routes.add(i / servers % 2 == 0 ? up : down);
  }
  file.longest_latency = Seconds{0.5};
  return file;
}

LoadedScenario load(const std::string& members, const std::vector<std::string>& overrides = {},
                    std::string* path = nullptr) {
  const Scratch scratch;
  const auto reader = [&](const std::string& file, const HostSelection& selection) {
    if (path != nullptr) {
      *path = file.substr(scratch.path().string().size() + 1);
    }
    return city(selection);
  };
  return load_scenario(scratch.write("s.yaml", yaml_of(members)), overrides, fake_registry(),
                       reader);
}

Lines faults_with(const std::string& members, const PlatformReader& reader,
                  const std::vector<std::string>& overrides = {}) {
  const Scratch scratch;
  const std::string path = scratch.write("s.yaml", yaml_of(members));
  try {
    (void)load_scenario(path, overrides, fake_registry(), reader);
    return {};
  } catch (const ScenarioError& error) {
    Lines faults = error.faults();
    for (std::string& fault : faults) {
      if (fault.starts_with(path)) {
        fault.erase(0, path.size() + 1);
      }
    }
    return faults;
  }
}

Lines faults(const std::string& members, const std::vector<std::string>& overrides = {}) {
  return faults_with(
      members, [](const std::string&, const HostSelection& s) { return city(s); }, overrides);
}

std::vector<std::string> names_of(const std::vector<PlatformHost>& hosts) {
  std::vector<std::string> names;
  for (const PlatformHost& host : hosts) {
    names.push_back(host.name);
  }
  return names;
}

}  // namespace

TEST_CASE("A platform's hosts become devices and servers", "[scenarios][platform]") {
  std::string path;
  const LoadedScenario loaded = load(kBase, {}, &path);
  const PlatformModel& platform = loaded.scenario.network.platform.value();
  CHECK(path == "city.xml");  // beside the scenario
  CHECK_FALSE(loaded.scenario.network.graph.has_value());
  CHECK(names_of(platform.devices) == Lines{"phone-1", "phone-2", "camera"});
  CHECK(names_of(platform.servers) == Lines{"edge", "cloud"});
  CHECK(platform.servers[0].tier == Tier::edge);
  CHECK(platform.servers[1].tier == Tier::cloud);
  CHECK(platform.longest_latency == Seconds{0.5});
  const Network network = build_network(loaded.scenario.network, 3);
  CHECK(network.devices() == 3);
  CHECK(network.sites() == 3);
}

TEST_CASE("A scenario chooses servers and their tiers", "[scenarios][platform]") {
  const auto platform = load(kBase + "  servers: [edge, phone-2]\n  cloud: [\"ed*\"]\n",
                             {"topology.devices=[phone-1]"})
                            .scenario.network.platform.value();
  CHECK(names_of(platform.devices) == Lines{"phone-1"});
  CHECK(names_of(platform.servers) == Lines{"phone-2", "edge"});
  CHECK(platform.servers[0].tier == Tier::edge);
  CHECK(platform.servers[1].tier == Tier::cloud);
}

TEST_CASE("A scenario moves links of a platform", "[scenarios][platform]") {
  const auto platform =
      load(
          kBase + "  bandwidth: {cell: \"gilbert(1 s, 2 MB/s, 1 MB/s, 3 s, 3 s)\", pipe: 5 MB/s}\n",
          {"topology.bandwidth.pipe=7 MB/s"})
          .scenario.network.platform.value();
  REQUIRE(platform.channels.size() == 2);
  CHECK(platform.links[0].channel == 0U);  // both directions of the cell
  CHECK(platform.links[1].channel == 0U);
  CHECK(platform.links[2].channel == 1U);
  CHECK(std::holds_alternative<GilbertRate>(platform.channels[0].model));
  CHECK(mean_rate(platform.channels[1].model) == BytesPerSecond{7e6});
}

TEST_CASE("Without a reader a platform is left unread", "[scenarios][platform]") {
  const Scenario s = load_text(yaml_of(kBase));
  CHECK(s.network.platform.value().devices.empty());
  CHECK_THROWS_AS(build_network(s.network, 1), std::logic_error);
}

TEST_CASE("Hosts that a platform has not are named where they are written",
          "[scenarios][platform][faults]") {
  CHECK(
      faults("  platform: city.xml\n  devices: [phone-1, phone-3]\n  servers: [fog]\n") ==
      Lines{"5:22: topology.devices \"phone-3\": the platform has no such host; expected phone-1, "
            "phone-2, camera, edge or cloud; did you mean \"phone-1\"?",
            "6:13: topology.servers \"fog\": the platform has no such host; expected phone-1, "
            "phone-2, camera, edge or cloud"});
  CHECK(faults(kBase + "  cloud: [camera]\n") ==
        Lines{"6:11: topology.cloud \"camera\": no server; expected one"});
}

TEST_CASE("Hosts cannot be devices and servers, and there must be servers",
          "[scenarios][platform][faults]") {
  CHECK(faults(kBase + "  servers: [edge, camera]\n") ==
        Lines{"6:12: topology.servers: camera is both a device and a server; expected only one of "
              "them"});
  CHECK(faults(kBase + "  servers: [\"*\"]\n") ==
        Lines{"6:12: topology.servers: phone-1 and 2 more are both a device and a server; expected "
              "only one of them"});
  CHECK(faults("  platform: city.xml\n  devices: [\"*\"]\n") ==
        Lines{"5:12: topology.devices: every host is a device; expected at least one server"});
}

TEST_CASE("More hosts than can be are refused", "[scenarios][platform][faults]") {
  const auto faults_of_size = [](std::size_t devices, std::size_t servers) {
    return faults_with("  platform: city.xml\n  devices: [\"d*\"]\n",
                       [=](const std::string&, const HostSelection&) {
                         PlatformFile file;
                         for (std::size_t i = 0; i < devices; ++i) {
                           file.hosts.push_back({fmt::format("d{}", i)});
                         }
                         for (std::size_t i = 0; i < servers; ++i) {
                           file.hosts.push_back({fmt::format("s{}", i)});
                         }
                         return file;
                       });
  };
  CHECK(faults_of_size(2001, 1) ==
        Lines{"5:12: topology.devices: 2001 devices; expected at most 2000"});
  CHECK(faults_of_size(1, 251) ==
        Lines{"5:12: topology.devices: 251 servers; expected at most 250"});
  CHECK(faults_of_size(2000, 200) ==
        Lines{"5:12: topology.devices: 2000 devices with routes between 200 servers each; expected "
              "fewer of one or the other, 10000000 routes at most"});
}

TEST_CASE("Bandwidths of links that no route crosses, or that cannot move, are refused",
          "[scenarios][platform][faults]") {
  CHECK(faults(kBase + "  bandwidth: {sell: 1 MB/s}\n") ==
        Lines{"6:21: topology.bandwidth.sell: no route crosses such a link; expected cell_UP, "
              "cell_DOWN or pipe"});
  CHECK(faults(kBase + "  bandwidth:\n    pipe: every(1 s, 1 MB/s)\n") ==
        Lines{"7:11: topology.bandwidth.pipe \"every(1 s, 1 MB/s)\": a link that is not shared "
              "(FATPIPE) does not move; expected a bandwidth or a distribution, or another sharing "
              "policy in the platform"});
  CHECK(faults(kBase + "  bandwidth: {cell: 1 MB/s, cell_UP: 2 MB/s}\n") ==
        Lines{"6:38: topology.bandwidth.cell_UP \"2 MB/s\": cell_UP has a bandwidth already"});
  CHECK(faults(kBase + "  bandwidth: {cell: 1}\n") ==
        Lines{"6:21: topology.bandwidth.cell \"1\": missing unit; expected B/s, kB/s, MB/s, GB/s, "
              "TB/s, KiB/s, MiB/s, GiB/s, bit/s, kbit/s, Mbit/s or Gbit/s"});
}

TEST_CASE("A platform takes the place of nodes and links, and its parts need it",
          "[scenarios][platform][faults]") {
  CHECK(faults(kBase + "  nodes: {a: {speed: 1 GHz}}\n  links: []\n") ==
        Lines{"6:3: topology.nodes: stands beside platform, which takes its place; expected only "
              "one of them",
              "7:3: topology.links: stands beside platform, which takes its place; expected only "
              "one of them"});
  CHECK(
      faults("  platform: city.xml\n  devices: {g: {speed: 1 GHz, at: a, bandwidth: 1 MB/s}}\n") ==
      Lines{"5:3: topology.devices: a map beside platform; expected a list of names of hosts, "
            "such as [a, \"b-*\"]"});
  CHECK(faults("  platform: city.xml\n") ==
        Lines{"3:1: topology.devices: missing; expected at least a group of devices"});
  CHECK(faults("  platform: city.xml\n  devices: []\n") ==
        Lines{"5:12: topology.devices: an empty list; expected a list of names of hosts, such as "
              "[a, \"b-*\"]"});
  CHECK(faults("  platform: {}\n  devices: [a]\n").size() == 1);
  CHECK(
      faults("  nodes: {a: {speed: 1 GHz}}\n  devices: [a]\n  cloud: [a]\n") ==
      Lines{"5:12: topology.devices: a list without topology.platform; expected a map of names, a "
            "group of devices each",
            "6:10: topology.cloud: means nothing without topology.platform; expected it only "
            "beside that"});
}

TEST_CASE("What is wrong with the file itself is said where it is named",
          "[scenarios][platform][faults]") {
  const PlatformReader broken = [](const std::string&, const HostSelection&) -> PlatformFile {
    throw UserError("city.xml:3: torn");
  };
  CHECK(faults_with(kBase + "  x: 1\n", broken) ==
        Lines{"4:13: topology.platform \"city.xml\": city.xml:3: torn",
              "6:3: topology.x: unknown key; expected nodes, links, devices, platform, servers, "
              "cloud or bandwidth"});
}

TEST_CASE("The picture of a platform has a node for each link", "[scenarios][platform][dot]") {
  const std::string dot = topology_dot(build_network(load(kBase).scenario.network, 1));
  const auto has = [&](const std::string& part) { return dot.find(part) != std::string::npos; };
  CHECK(has(R"("link cell" [label="cell\n1 MB/s\n2 MB/s")"));  // both directions are one
  CHECK(has(R"("link pipe" [label="pipe\n3 MB/s\nnot shared")"));
  CHECK(has(R"("devices phone-1" -> "link cell" [dir="none"])"));
  CHECK(has(R"("link cell" -> "cloud" [dir="none"])"));
  CHECK(has(R"("edge" -> "link pipe" [dir="none"])"));
  CHECK_FALSE(has(R"("link cell" -> "link pipe")"));
  CHECK_FALSE(has("cell_"));
}
