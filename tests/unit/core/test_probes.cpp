// core/probes.hpp: what of a moving rate is known, and when.
#include <cmath>
#include <memory>
#include <vector>

#include "core/probes.hpp"
#include "tests/catch.hpp"

namespace mec {

namespace {

// b1 counts its seconds: k MB/s in second k, for 1,000 s, but an outage in each tenth. Device and
// edge compute at 1 GHz; b2 stays at 3 MB/s.
NetworkModel counting_network(std::uint32_t devices = 1) {
  auto trace = std::make_shared<Trace>();
  for (int k = 0; k < 1000; ++k) {
    trace->times.emplace_back(k);
    trace->rates.emplace_back(k % 10 == 9 ? 0.0 : 1e6 * k);
  }
  trace->end = Seconds{1000};
  NetworkModel model;
  model.devices = devices;
  model.b1 = TraceRate{"counting", trace};
  model.b2 = Distribution{Constant{3e6}};
  return model;
}

StateSample sample_of_draws() {
  StateSample sample;
  sample.speeds = {Hertz{1e9}, Hertz{1e9}, kInfiniteSpeed};
  sample.rates = {BytesPerSecond{0}, BytesPerSecond{0}, BytesPerSecond{3e6}, BytesPerSecond{3e6}};
  return sample;
}

struct World {
  World(const NetworkModel& model, const ObservationModel& observation, std::uint64_t seed = 1)
      : network(build_network(model, model.devices)),
        streams(seed, 0),
        paths(network, streams),
        probes(network, observation, paths, streams) {}

  const MeasuredState& at(double now, std::uint32_t device = 0) {
    probes.measure(device, Seconds{now}, sample_of_draws(), measured);
    return measured;
  }
  std::vector<double> b1_at(double now, std::uint32_t device = 0) {
    const MeasuredState& state = at(now, device);
    const auto row = probes.observation(Seconds{now}, state).history_of(kUplink);
    return {row.begin(), row.end()};
  }

  Network network;
  RandomStreams streams;
  ChannelPaths paths;
  Probes probes;
  MeasuredState measured;
};

ObservationModel observation(double age, double period, std::uint32_t window, double step = 1.0) {
  ObservationModel model;
  model.age = Seconds{age};
  model.period = Seconds{period};
  model.window = window;
  model.step = Seconds{step};
  return model;
}

}  // namespace

TEST_CASE("Measured all the time, a rate is known as it is, and every step back",
          "[core][probes]") {
  World world(counting_network(), observation(0, 0, 4, 2.0));
  // At 57.5 s: the rates of seconds 57, 55, 53 and 51.
  REQUIRE(world.b1_at(57.5) == std::vector<double>{57e6, 55e6, 53e6, 51e6});
  REQUIRE(world.at(57.5).state->link_rate(kUplink).value() == 57e6);
  REQUIRE(world.at(57.5).state->link_rate(kDownlink).value() == 57e6);
  const Observation seen = world.probes.observation(Seconds{57.5}, world.measured);
  REQUIRE(seen.age.value() == 0.0);
  REQUIRE(seen.step.value() == 2.0);
  REQUIRE(seen.window == 4);
}

TEST_CASE("What is old is known late", "[core][probes]") {
  World world(counting_network(), observation(3.0, 0, 2));
  // At 57.5 s one knows what was at 54.5 s.
  REQUIRE(world.b1_at(57.5) == std::vector<double>{54e6, 53e6});
  REQUIRE(world.probes.observation(Seconds{57.5}, world.measured).age.value() == Approx(3.0));
}

TEST_CASE("Between two probes the last one is what is known", "[core][probes]") {
  World world(counting_network(), observation(0.5, 5.0, 3));
  // Probes at 45, 50, 55 s...; that of 55 s is known from 55.5 s on.
  REQUIRE(world.b1_at(55.4) == std::vector<double>{50e6, 45e6, 40e6});
  REQUIRE(world.b1_at(55.6) == std::vector<double>{55e6, 50e6, 45e6});
  const Observation seen = world.probes.observation(Seconds{55.6}, world.measured);
  REQUIRE(seen.age.value() == Approx(0.6));
  REQUIRE(seen.step.value() == 5.0);
  REQUIRE(world.probes.memory().value() >= 0.5 + 5.0 + 2 * 5.0);
}

TEST_CASE("An outage is 0 in the history and the least rate in the state", "[core][probes]") {
  World world(counting_network(), observation(0, 0, 2));
  REQUIRE(world.b1_at(59.5) == std::vector<double>{0.0, 58e6});
  REQUIRE(world.at(59.5).state->link_rate(kUplink) == kLeastMeasuredRate);
}

TEST_CASE("Links that do not move have one value throughout", "[core][probes]") {
  World world(counting_network(), observation(2, 0, 3));
  const Observation seen = world.probes.observation(Seconds{57.5}, world.at(57.5));
  const auto row = seen.history_of(kBackhaulUp);
  REQUIRE(std::vector<double>(row.begin(), row.end()) == std::vector<double>(3, 3e6));
  REQUIRE(world.measured.state->link_rate(kBackhaulUp).value() == 3e6);
}

TEST_CASE("Before date 0 a channel had its first rate", "[core][probes]") {
  World world(counting_network(), observation(2, 0, 3));
  REQUIRE(world.b1_at(1.0) == std::vector<double>{0.0, 0.0, 0.0});
}

TEST_CASE("Where nothing moves there is no history", "[core][probes]") {
  NetworkModel still;
  World world(still, observation(0, 0, 10));
  StateSample sample = sample_of_draws();
  sample.rates = StateSample(ThreeTierState{}).rates;
  for (auto& rate : sample.rates) {
    rate = BytesPerSecond{2e6};
  }
  world.probes.measure(0, Seconds{5.0}, sample, world.measured);
  REQUIRE(world.measured.history.empty());
  REQUIRE(world.probes.observation(Seconds{5.0}, world.measured).window == 0);
  REQUIRE(world.measured.state->link_rate(kUplink).value() == 2e6);
}

TEST_CASE("Noise belongs to a probe: whoever looks, and in whatever order, sees the same",
          "[core][probes]") {
  ObservationModel noisy = observation(0, 1.0, 3);
  noisy.noise = 0.3;
  World forward(counting_network(), noisy);
  World backward(counting_network(), noisy);
  std::vector<std::vector<double>> seen;
  for (int now = 50; now < 60; ++now) {
    seen.push_back(forward.b1_at(now));
  }
  for (int now = 60; now-- > 50;) {
    REQUIRE(backward.b1_at(now) == seen[static_cast<std::size_t>(now - 50)]);
    REQUIRE(backward.b1_at(now + 0.9) == seen[static_cast<std::size_t>(now - 50)]);
  }
  // A probe keeps its result while it grows old.
  REQUIRE(seen[1][1] == seen[0][0]);
  REQUIRE(seen[2][2] == seen[0][0]);
  REQUIRE(seen[0][0] != 50e6);
}

TEST_CASE("Noise differs by seed, and by device unless the channel is one for all",
          "[core][probes]") {
  ObservationModel noisy = observation(0, 1.0, 1);
  noisy.noise = 0.3;
  NetworkModel model = counting_network(2);
  World own(model, noisy);
  REQUIRE(own.b1_at(50, 0) != own.b1_at(50, 1));
  World other_seed(model, noisy, 2);
  REQUIRE(own.b1_at(50, 0) != other_seed.b1_at(50, 0));
  model.b1_common = true;
  World common(model, noisy);
  REQUIRE(common.b1_at(50, 0) == common.b1_at(50, 1));
}

TEST_CASE("Noise is log-normal with the deviation that is asked for", "[core][probes]") {
  // ln(measured / true) ~ N(0, 0.2^2). Of n = 900 probes (every tenth is an outage), the mean is
  // within 4 x 0.2 / sqrt(n) = 0.027 of 0, the deviation within 4 x 0.2 / sqrt(2 n) = 0.019 of 0.2.
  ObservationModel noisy = observation(0, 1.0, 1);
  noisy.noise = 0.2;
  World world(counting_network(), noisy);
  double sum = 0.0;
  double squares = 0.0;
  int count = 0;
  for (int now = 1; now < 1000; ++now) {
    if (now % 10 != 9) {
      const double x = std::log(world.b1_at(now)[0] / (1e6 * now));
      sum += x;
      squares += x * x;
      ++count;
    }
  }
  const double mean = sum / count;
  REQUIRE(std::abs(mean) < 0.027);
  REQUIRE(std::abs(std::sqrt(squares / count - mean * mean) - 0.2) < 0.019);
}

}  // namespace mec
