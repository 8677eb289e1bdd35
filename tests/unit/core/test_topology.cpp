#include <stdexcept>
#include <vector>

#include "core/topology.hpp"
#include "tests/catch.hpp"
#include "tests/support/random_problems.hpp"

namespace mec {

namespace {

std::vector<LinkIndex> route(const Topology& topology, std::size_t from, std::size_t to) {
  const auto links = topology.route(from, to);
  return {links.begin(), links.end()};
}

}  // namespace

TEST_CASE("The three-tier network forwards between device and cloud at the edge",
          "[core][topology]") {
  const Topology& paper = three_tier_topology();
  REQUIRE(paper.site_count() == 3);
  REQUIRE(paper.link_count() == 4);
  REQUIRE(paper.site_name(kDevice) == "device");
  REQUIRE(paper.site_name(kEdge) == "edge");
  REQUIRE(paper.site_name(kCloud) == "cloud");
  REQUIRE(route(paper, kDevice, kEdge) == std::vector<LinkIndex>{kUplink});
  REQUIRE(route(paper, kEdge, kDevice) == std::vector<LinkIndex>{kDownlink});
  REQUIRE(route(paper, kDevice, kCloud) == std::vector<LinkIndex>{kUplink, kBackhaulUp});
  REQUIRE(route(paper, kCloud, kDevice) == std::vector<LinkIndex>{kBackhaulDown, kDownlink});
}

TEST_CASE("A site reaches itself over no link", "[core][topology]") {
  for (std::size_t site = 0; site < 3; ++site) {
    REQUIRE(three_tier_topology().route(site, site).empty());
  }
}

TEST_CASE("Only links that touch the device are its own", "[core][topology]") {
  const Topology& paper = three_tier_topology();
  REQUIRE(paper.is_device_link(kUplink));
  REQUIRE(paper.is_device_link(kDownlink));
  REQUIRE_FALSE(paper.is_device_link(kBackhaulUp));
  REQUIRE_FALSE(paper.is_device_link(kBackhaulDown));
}

TEST_CASE("A route takes the fewest hops", "[core][topology]") {
  // 0 - 1 - 2 - 3 one way, and a shortcut 0 -> 3 as the last link.
  const Topology ring({"a", "b", "c", "d"},
                      {{"ab", 0, 1}, {"bc", 1, 2}, {"cd", 2, 3}, {"da", 3, 0}, {"ad", 0, 3}});
  REQUIRE(route(ring, 0, 3) == std::vector<LinkIndex>{4});
  REQUIRE(route(ring, 0, 2) == std::vector<LinkIndex>{0, 1});
  REQUIRE(route(ring, 2, 1) == std::vector<LinkIndex>{2, 3, 0});
}

TEST_CASE("Of two equally short routes the one of the lower link wins", "[core][topology]") {
  // Two ways from 0 to 3, through 2 (links 0, 3) and through 1 (links 1, 2), and two links 3 -> 0.
  const Topology diamond(
      {"a", "b", "c", "d"},
      {{"ac", 0, 2}, {"ab", 0, 1}, {"bd", 1, 3}, {"cd", 2, 3}, {"da", 3, 0}, {"da again", 3, 0}});
  REQUIRE(route(diamond, 0, 3) == std::vector<LinkIndex>{0, 3});
  REQUIRE(route(diamond, 3, 0) == std::vector<LinkIndex>{4});
}

TEST_CASE("A line of sites crosses every link between two of them in order", "[core][topology]") {
  const Topology line = test::line_topology(5);
  REQUIRE(route(line, 0, 4) == std::vector<LinkIndex>{0, 2, 4, 6});
  REQUIRE(route(line, 4, 1) == std::vector<LinkIndex>{7, 5, 3});
}

TEST_CASE("A single site needs no links", "[core][topology]") {
  const Topology alone({"device"}, {});
  REQUIRE(alone.site_count() == 1);
  REQUIRE(alone.route(0, 0).empty());
}

TEST_CASE("A topology refuses links and sites that make no network", "[core][topology]") {
  REQUIRE_THROWS_AS(Topology({}, {}), std::invalid_argument);
  REQUIRE_THROWS_WITH(Topology({"a", "b"}, {{"out", 0, 2}}),
                      "link out joins a site that is not there");
  REQUIRE_THROWS_WITH(Topology({"a", "b"}, {{"loop", 1, 1}}), "link loop joins a site to itself");
  REQUIRE_THROWS_WITH(Topology({"a", "b"}, {{"out", 0, 1}}), "no route from site b to site a");
  REQUIRE_THROWS_WITH(Topology(std::vector<std::string>(256, "s"), {}),
                      "256 sites; expected 1 to 255");
}

}  // namespace mec
