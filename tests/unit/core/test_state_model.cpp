#include "core/state_model.hpp"
#include "tests/catch.hpp"

namespace mec {

namespace {

// Three phones and two cameras around one server. Speeds and both directions of each device's link
// are drawn.
Scenario two_groups(bool common_channels) {
  const Distribution drawn = Uniform{1.0, 9.0};
  GraphModel graph;
  graph.nodes = {GraphModel::Node{"edge", true, drawn, 1, Discipline::fifo, Tier::edge}};
  for (const std::uint32_t count : {3U, 2U}) {
    GraphModel::Devices devices;
    devices.name = count == 3 ? "phones" : "cameras";
    devices.count = count;
    devices.speed = drawn;
    devices.at = "edge";
    devices.up = drawn;
    devices.down = ChannelModel(drawn);
    devices.common_channel = common_channels;
    graph.devices.push_back(devices);
  }
  Scenario scenario;
  scenario.network.graph = graph;
  scenario.redraw = StateRedraw::fixed;
  return scenario;
}

std::vector<StateSample> states_of(const Scenario& scenario) {
  StateModel model(scenario, {1, 0}, 5);
  std::vector<StateSample> states(5);
  for (std::uint32_t d = 0; d < 5; ++d) {
    model.next(d, states[d]);
  }
  return states;
}

}  // namespace

TEST_CASE("A fixed state is the same for every task of a device", "[core][state]") {
  StateModel model(two_groups(false), {1, 0}, 5);
  StateSample first;
  StateSample again;
  model.next(4, first);
  model.next(4, again);
  CHECK(first.speeds == again.speeds);
  CHECK(first.rates == again.rates);
}

TEST_CASE("A common channel is drawn once for all devices of whichever group it belongs to",
          "[core][state]") {
  for (const bool common : {false, true}) {
    const std::vector<StateSample> states = states_of(two_groups(common));
    CAPTURE(common);
    for (const std::size_t link : {0U, 1U}) {  // up, down
      CAPTURE(link);
      CHECK((states[0].rates[link] == states[1].rates[link]) == common);
      CHECK((states[0].rates[link] == states[2].rates[link]) == common);
      CHECK((states[3].rates[link] == states[4].rates[link]) == common);
      CHECK(states[0].rates[link] != states[3].rates[link]);  // another channel
    }
    CHECK(states[3].rates[0] != states[3].rates[1]);
    for (const StateSample& state : states) {
      CHECK(state.rates[0] >= BytesPerSecond{1.0});  // Uniform{1.0, 9.0}
      CHECK(state.rates[0] <= BytesPerSecond{9.0});
    }
  }
}

TEST_CASE("Servers have one fixed speed and devices each their own", "[core][state]") {
  const std::vector<StateSample> states = states_of(two_groups(true));
  for (std::size_t d = 1; d < states.size(); ++d) {
    CHECK(states[d].speeds[1] == states[0].speeds[1]);
    CHECK(states[d].speeds[0] != states[0].speeds[0]);
  }
}

}  // namespace mec
