#include "core/network.hpp"
#include "scenarios/topology_dot.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenarios/support.hpp"

using namespace mec;
using namespace mec::test;

namespace {

std::string dot_of(const std::string& yaml, const std::vector<std::string>& overrides = {}) {
  return topology_dot(build_network(load_text(yaml, overrides).network, 1));
}

// The line that starts with `begin`, without its indentation.
std::string line_of(const std::string& dot, const std::string& begin) {
  const std::size_t at = dot.find("\n  " + begin);
  return at == std::string::npos ? "no line " + begin
                                 : dot.substr(at + 3, dot.find('\n', at + 3) - at - 3);
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("The picture of the three tiers has them, and both links", "[scenarios][dot]") {
  const std::string dot = dot_of(minimal_yaml());
  CHECK(has(line_of(dot, "\"edge\" ["), R"(label="edge\n2 GHz")"));
  CHECK(has(line_of(dot, "\"cloud\" ["), R"(label="cloud\ninfinite, unlimited cores")"));
  CHECK(has(line_of(dot, "\"devices device\" ["), R"(label="device x 1\n500 MHz")"));
  CHECK(has(line_of(dot, "\"devices device\" -> \"edge\""), R"(label="b1\n1 MB/s")"));
  CHECK(has(line_of(dot, "\"edge\" -> \"cloud\""), R"(label="b2\n2 MB/s")"));
  CHECK_FALSE(has(dot, "half duplex"));
  CHECK_FALSE(has(dot, "shared access"));
}

TEST_CASE("The picture says what is random, what moves, and what is shared", "[scenarios][dot]") {
  const std::string dot = dot_of(
      minimal_yaml(),
      {"edge.speed=uniform(1 GHz, 2 GHz)", "edge.cores=4", "edge.discipline=processor-sharing",
       "links.b1=gilbert(1 s, 3 MB/s, 1 MB/s, 5 s, 5 s)", "links.b1_down=4 MB/s",
       "links.b1_channel=common", "links.access=shared", "links.access_duplex=half"});
  CHECK(has(line_of(dot, "\"edge\" ["),
            R"(label="edge\n1.5 GHz (uniform) x 4 cores\nprocessor sharing")"));
  CHECK(has(line_of(dot, "\"access point b1\" ["), R"(label="shared access\nhalf duplex")"));
  // Half of the time good: (3 + 1) / 2.
  CHECK(has(line_of(dot, "\"devices device\" -> \"access point b1\""),
            R"(label="b1\n2 MB/s (gilbert) up\n4 MB/s down\ncommon to all")"));
  CHECK(has(dot, "\"access point b1\" -> \"edge\""));
}

TEST_CASE("The picture of a topology has relays as points and links by name", "[scenarios][dot]") {
  const std::string dot = dot_of(two_edges_yaml());
  CHECK(has(line_of(dot, "\"mast\" ["), R"(shape="point")"));
  CHECK(has(line_of(dot, "\"mast\" ["), R"(xlabel="mast")"));
  CHECK(
      has(line_of(dot, "\"west\" -> \"east\""), R"(label="20 MB/s\nhalf duplex", style="dashed")"));
  // Two thirds of the time good: (2 x 20 + 5) / 3.
  CHECK(has(line_of(dot, "\"west\" -> \"cloud\""),
            R"(label="backhaul\n10 MB/s forth\n15 MB/s (gilbert) back\nprocessor sharing")"));
  CHECK(has(line_of(dot, "\"devices phones\" ["), R"x(label="phones x 10\n1 GHz (uniform)")x"));
  CHECK(has(line_of(dot, "\"devices cameras\" -> \"east\""), R"(label="1 MB/s")"));
}
