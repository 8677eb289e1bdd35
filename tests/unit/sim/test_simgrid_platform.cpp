// SimGrid's platform files, read by SimGrid: sound ones, and every way to be none.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/errors.hpp"
#include "sim/platform_bytes.hpp"
#include "sim/simgrid_platform.hpp"
#include "tests/catch.hpp"
#include "tests/support/scratch.hpp"

namespace mec {

namespace {

using Names = std::vector<std::string>;

const std::string kHead =
    "<?xml version=\"1.0\"?>\n"
    "<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"
    "<platform version=\"4.1\">\n";

// Line 5: the phone; line 8: wifi.
const std::string kCity = kHead +
                          R"(<zone id="city" routing="Full">
<host id="phone" speed="1Gf"/>
<host id="edge" speed="3Gf" core="4"/>
<host id="cloud" speed="4Gf" core="64"><prop id="tier" value="cloud"/></host>
<link id="wifi" bandwidth="20MBps" latency="2ms"/>
<link id="back" bandwidth="5MBps" latency="0" sharing_policy="SPLITDUPLEX"/>
<link id="core" bandwidth="8Mbps" latency="0" sharing_policy="FATPIPE"/>
<route src="phone" dst="edge"><link_ctn id="wifi"/></route>
<route src="edge" dst="cloud"><link_ctn id="back" direction="UP"/></route>
<route src="phone" dst="cloud"><link_ctn id="wifi"/><link_ctn id="back" direction="UP"/><link_ctn id="core"/></route>
</zone></platform>
)";

std::string replace(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

HostSelection phones() {
  HostSelection selection;
  selection.devices = {"phone*"};
  return selection;
}

PlatformFile read(const std::string& xml, const HostSelection& selection = phones()) {
  const test::Scratch scratch;
  return read_simgrid_platform(scratch.write("city.xml", xml), selection);
}

// The message, the scratch folder taken out of it.
std::string fault_of(const std::string& xml) {
  const test::Scratch scratch;
  try {
    (void)read_simgrid_platform(scratch.write("city.xml", xml), phones());
  } catch (const UserError& error) {
    const std::string folder = scratch.path().string() + "/";
    std::string message = error.what();
    for (auto at = message.find(folder); at != std::string::npos; at = message.find(folder)) {
      message.erase(at, folder.size());
    }
    return message;
  }
  return "no fault";
}

// Of the phone or a server to another: routes lie [servers x servers], up, down.
Names route_names(const PlatformFile& file, std::size_t route) {
  Names names;
  for (const LinkIndex link : file.routes[route]) {
    names.push_back(file.links.at(link).name);
  }
  return names;
}

}  // namespace

TEST_CASE("A platform's hosts arrive in the order of the file", "[sim][platform]") {
  const PlatformFile file = read(kCity);
  REQUIRE(file.hosts.size() == 3);
  CHECK(file.hosts[0].name == "phone");
  CHECK(file.hosts[0].speed == Hertz{1e9});
  CHECK(file.hosts[0].cores == 1);
  CHECK(file.hosts[1].name == "edge");
  CHECK(file.hosts[1].cores == 4);
  CHECK(file.hosts[1].tier == Tier::edge);
  CHECK(file.hosts[2].tier == Tier::cloud);
}

TEST_CASE("A platform's routes and links are what SimGrid makes of them", "[sim][platform]") {
  const PlatformFile file = read(kCity);
  REQUIRE(file.routes.size() == 8);  // 2 x 2 between edge and cloud, 2 up, 2 down
  CHECK(route_names(file, 0).empty());
  CHECK(route_names(file, 1) == Names{"back_UP"});
  CHECK(route_names(file, 2) == Names{"back_DOWN"});
  CHECK(route_names(file, 4) == Names{"wifi"});
  CHECK(route_names(file, 5) == Names{"wifi", "back_UP", "core"});
  CHECK(route_names(file, 6) == Names{"wifi"});
  CHECK(route_names(file, 7) == Names{"core", "back_DOWN", "wifi"});
  const auto link = [&](const std::string& name) {
    return *std::find_if(file.links.begin(), file.links.end(),
                         [&](const PlatformLink& l) { return l.name == name; });
  };
  CHECK(file.links.size() == 4);
  CHECK(link("wifi").bandwidth == BytesPerSecond{20e6});
  CHECK(link("core").bandwidth == BytesPerSecond{1e6});  // 8 Mbit/s
  CHECK(link("core").unlimited);
  CHECK_FALSE(link("back_UP").unlimited);
  CHECK(file.longest_latency == Seconds{0.002});
  CHECK_FALSE(file.has_profiles);
}

TEST_CASE("Only routes that are asked for are looked for", "[sim][platform]") {
  // Without the cloud among the servers nothing needs the route that is missing.
  const std::string xml = replace(
      kCity, "<route src=\"edge\" dst=\"cloud\"><link_ctn id=\"back\" direction=\"UP\"/></route>\n",
      "");
  HostSelection selection = phones();
  selection.servers = Names{"edge"};
  CHECK(read(xml, selection).routes.size() == 3);
  CHECK(fault_of(xml) == "city.xml: no route of links from edge to cloud");
  // Hosts that are no platform of ours: the reader leaves it to the caller to say so.
  for (const char* servers : {"phone", "none"}) {
    selection.servers = Names{servers};
    CHECK(read(xml, selection).hosts.size() == 3);
    CHECK(read(xml, selection).routes.size() == 0);
  }
}

TEST_CASE("Clusters and zones are read", "[sim][platform]") {
  const PlatformFile file = read(kHead + R"(<zone id="world" routing="Full">
<cluster id="phones" prefix="phone-" suffix=".org" radical="0-2" speed="1Gf" bw="10MBps" lat="0"
         bb_bw="100MBps" bb_lat="0" router_id="mast"/>
<cluster id="edges" prefix="edge-" suffix="" radical="0-1" speed="3Gf" core="4" bw="50MBps" lat="0" router_id="hub"/>
<link id="b" bandwidth="30MBps" latency="0"/>
<zoneRoute src="phones" dst="edges" gw_src="mast" gw_dst="hub"><link_ctn id="b"/></zoneRoute>
</zone></platform>)");
  Names names;
  for (const PlatformHost& host : file.hosts) {
    names.push_back(host.name);
  }
  CHECK(names == Names{"phone-0.org", "phone-1.org", "phone-2.org", "edge-0", "edge-1"});
  REQUIRE(file.routes.size() == 4 + 3 * 4);
  // Of phone-1 up to edge-1.
  const Names up = route_names(file, 4 + 4 + 1);
  REQUIRE(up.size() == 4);
  CHECK(up[1] == "phones_backbone");
  CHECK(up[2] == "b");
  const LinkIndex first = file.routes[4 + 4 + 1][0];
  CHECK(file.links[first].bandwidth == BytesPerSecond{10e6});
  CHECK(file.longest_latency == Seconds{0.0});
}

TEST_CASE("What is no platform is refused with the file's name and SimGrid's reason",
          "[sim][platform]") {
  // The reasons are SimGrid's words: only file and line are held to.
  const auto begins = [](const std::string& message, const std::string& start) {
    INFO(message);
    CHECK(message.starts_with(start));
    CHECK(message.size() > start.size() + 5);
    CHECK(message.find('\n') == std::string::npos);
  };
  begins(fault_of("hello"), "city.xml:1: ");
  begins(fault_of(""), "city.xml:");
  begins(fault_of(kCity.substr(0, kCity.find("bandwidth=\"5MBps"))), "city.xml:");
  begins(fault_of(replace(kCity, "<link id=\"core\"", "<lynk id=\"core\"")), "city.xml:10: ");
  begins(fault_of(replace(kCity, "speed=\"1Gf\"", "speed=\"fast\"")), "city.xml:5: ");
  begins(fault_of(replace(kCity, "id=\"edge\" speed", "id=\"phone\" speed")), "city.xml: ");
  begins(fault_of(replace(kCity, "<link_ctn id=\"wifi\"/>", "<link_ctn id=\"nope\"/>")),
         "city.xml: ");
  begins(fault_of(replace(kCity, "version=\"4.1\"", "version=\"3\"")), "city.xml:");
}

TEST_CASE("SimGrid's end is the file's fault, and no mess", "[sim][platform]") {
  // SimGrid 3.32 aborts on this one; others may throw.
  const std::string message = fault_of(replace(kCity, "routing=\"Full\"", "routing=\"Fool\""));
  INFO(message);
  CHECK(message.starts_with("city.xml:"));
  CHECK(message.find("CRITICAL") == std::string::npos);
  CHECK(message.find("[0.0") == std::string::npos);
  CHECK(read(kCity).hosts.size() == 3);  // and the next one is read
}

TEST_CASE("A platform file that is not there or is a folder is named", "[sim][platform]") {
  const test::Scratch scratch;
  const std::string missing = scratch.path("none.xml");
  CHECK_THROWS_WITH(read_simgrid_platform(missing, phones()),
                    missing + ": No such file or directory");
  CHECK_THROWS_WITH(read_simgrid_platform(scratch.path().string(), phones()),
                    scratch.path().string() + ": Is a directory");
}

TEST_CASE("Values that no task could use are refused", "[sim][platform]") {
  CHECK(fault_of(replace(kCity, "speed=\"1Gf\"", "speed=\"0\"")) ==
        "city.xml: host phone: a speed of 0; expected more than 0");
  CHECK(fault_of(replace(kCity, "20MBps", "0Bps")) ==
        "city.xml: link wifi: a bandwidth of 0; expected more than 0");
  CHECK(fault_of(replace(kCity, "value=\"cloud\"", "value=\"fog\"")) ==
        "city.xml: host cloud: property tier \"fog\"; expected edge or cloud");
}

TEST_CASE("Profiles are noticed", "[sim][platform]") {
  const test::Scratch scratch;
  scratch.write("w.bw", "0 1e6\n1 2e6\n");  // SimGrid looks for it beside the platform
  const std::string xml =
      replace(kCity, "latency=\"2ms\"", "latency=\"2ms\" bandwidth_file=\"w.bw\"");
  CHECK(read_simgrid_platform(scratch.write("city.xml", xml), phones()).has_profiles);
}

TEST_CASE("A platform survives its way through a pipe", "[sim][platform]") {
  PlatformFile file;
  file.hosts = {{"a b", Hertz{1.5}, 7, Tier::cloud}, {"", Hertz{2.0}, 1, Tier::edge}};
  file.links = {{"l", BytesPerSecond{0.1}, true, {}}};
  const std::vector<LinkIndex> route = {0, 0, 65534};
  file.routes.add(route);
  file.routes.add({});
  file.longest_latency = Seconds{0.25};
  const std::string bytes = encode(file);
  const PlatformFile copy = decode_platform(bytes);
  REQUIRE(copy.hosts.size() == 2);
  CHECK(copy.hosts[0].name == "a b");
  CHECK(copy.hosts[0].speed == Hertz{1.5});
  CHECK(copy.hosts[0].cores == 7);
  CHECK(copy.hosts[0].tier == Tier::cloud);
  CHECK(copy.links.at(0).unlimited);
  CHECK(copy.links.at(0).bandwidth == BytesPerSecond{0.1});
  REQUIRE(copy.routes.size() == 2);
  CHECK(std::equal(route.begin(), route.end(), copy.routes[0].begin(), copy.routes[0].end()));
  CHECK(copy.routes[1].empty());
  CHECK(copy.longest_latency == Seconds{0.25});
  CHECK_THROWS_AS(decode_platform(std::string_view(bytes).substr(0, bytes.size() - 1)),
                  std::runtime_error);
}

}  // namespace mec
