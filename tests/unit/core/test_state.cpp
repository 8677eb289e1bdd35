#include <array>
#include <limits>
#include <stdexcept>

#include "core/state.hpp"
#include "tests/catch.hpp"

namespace mec {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// 500 MHz device, 2 GHz edge, 1 MB/s and 4 MB/s.
const ThreeTierState kState{Hertz{500e6}, Hertz{2e9}, BytesPerSecond{1e6}, BytesPerSecond{4e6},
                            kInfiniteSpeed};

}  // namespace

TEST_CASE("A state is seconds per cycle of each site and per byte between each two",
          "[core][state]") {
  const SystemState state(kState);
  REQUIRE(state.sites() == 3);
  // 1 / 500 MHz = 2 ns, 1 / 2 GHz = 0.5 ns, and the paper's cloud computes in no time.
  REQUIRE(state.seconds_per_cycle(kDevice).value() == Approx(2e-9).epsilon(1e-15));
  REQUIRE(state.seconds_per_cycle(kEdge).value() == Approx(0.5e-9).epsilon(1e-15));
  REQUIRE(state.seconds_per_cycle(kCloud).value() == 0.0);
  // 1 us a byte over b1, 0.25 us over b2, 1.25 us over both, one after the other.
  const double expected[3][3] = {{0.0, 1e-6, 1.25e-6}, {1e-6, 0.0, 0.25e-6}, {1.25e-6, 0.25e-6, 0}};
  for (std::size_t from = 0; from < 3; ++from) {
    for (std::size_t to = 0; to < 3; ++to) {
      CAPTURE(from, to);
      REQUIRE(state.seconds_per_byte(from, to).value() ==
              Approx(expected[from][to]).epsilon(1e-15));
    }
  }
}

TEST_CASE("A cloud of finite speed takes time", "[core][state]") {
  ThreeTierState tiers = kState;
  tiers.p3 = Hertz{10e9};
  REQUIRE(SystemState(tiers).seconds_per_cycle(kCloud).value() == Approx(1e-10).epsilon(1e-15));
}

TEST_CASE("The solver's view of a state is its seconds", "[core][state]") {
  const SystemState state(kState);
  for (std::size_t k = 0; k < 3; ++k) {
    REQUIRE(state.seconds().per_cycle(k) == state.seconds_per_cycle(k).value());
    for (std::size_t j = 0; j < 3; ++j) {
      REQUIRE(state.seconds().per_byte(k, j) == state.seconds_per_byte(k, j).value());
    }
  }
}

TEST_CASE("Each direction of a link may have a rate of its own", "[core][state]") {
  const std::array speeds{Hertz{1e9}, Hertz{1e9}, kInfiniteSpeed};
  const std::array rates{BytesPerSecond{1e6}, BytesPerSecond{2e6}, BytesPerSecond{4e6},
                         BytesPerSecond{8e6}};
  const SystemState state(three_tier_topology(), speeds, rates);
  REQUIRE(state.link_rate(kBackhaulDown) == BytesPerSecond{8e6});
  // Up: 1/1 + 1/4 us a byte. Down: 1/8 + 1/2.
  REQUIRE(state.seconds_per_byte(kDevice, kCloud).value() == Approx(1.25e-6).epsilon(1e-15));
  REQUIRE(state.seconds_per_byte(kCloud, kDevice).value() == Approx(0.625e-6).epsilon(1e-15));
}

TEST_CASE("A state keeps speeds and rates as they were given", "[core][state]") {
  // 1 / (1 / x) is not x for every x: what is simulated must be what was asked for.
  ThreeTierState tiers = kState;
  tiers.p1 = Hertz{49.0};
  tiers.b2 = BytesPerSecond{49.0};
  const SystemState state(tiers);
  REQUIRE(1.0 / (1.0 / 49.0) != 49.0);
  REQUIRE(state.speed(kDevice) == Hertz{49.0});
  REQUIRE(state.speed(kCloud) == kInfiniteSpeed);
  REQUIRE(state.link_rate(kUplink) == tiers.b1);
  REQUIRE(state.link_rate(kBackhaulDown) == BytesPerSecond{49.0});
}

TEST_CASE("A link of infinite rate costs nothing to cross", "[core][state]") {
  ThreeTierState tiers = kState;
  tiers.b2 = BytesPerSecond{kInfinity};
  const SystemState state(tiers);
  REQUIRE(state.seconds_per_byte(kEdge, kCloud).value() == 0.0);
  REQUIRE(state.seconds_per_byte(kDevice, kCloud) == state.seconds_per_byte(kDevice, kEdge));
}

TEST_CASE("A state refuses speeds and rates that are not positive", "[core][state]") {
  ThreeTierState tiers = kState;
  tiers.p2 = Hertz{0.0};
  REQUIRE_THROWS_WITH(SystemState(tiers), "speed of edge is 0 Hz; expected > 0");
  tiers = kState;
  tiers.b1 = BytesPerSecond{-1.0};
  REQUIRE_THROWS_WITH(SystemState(tiers), "rate of b1-up is -1 B/s; expected > 0");
  tiers.b1 = BytesPerSecond{std::numeric_limits<double>::quiet_NaN()};
  REQUIRE_THROWS_AS(SystemState(tiers), std::invalid_argument);
}

TEST_CASE("A state refuses the wrong number of speeds or rates", "[core][state]") {
  const std::array speeds{Hertz{1e9}, Hertz{1e9}};
  const std::array rates{BytesPerSecond{1e6}};
  REQUIRE_THROWS_WITH(SystemState(three_tier_topology(), speeds, rates),
                      "2 speeds and 1 rates for 3 sites and 4 links");
}

}  // namespace mec
