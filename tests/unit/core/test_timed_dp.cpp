// core/timed_dp.hpp against all placements, one by one, and against the solver of constant costs.
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "core/timed_dp.hpp"
#include "tests/catch.hpp"
#include "tests/support/random_problems.hpp"

namespace mec {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// A path given by its rates, each for as long as is said; the last one for ever.
class ListedRates final : public RateSource {
 public:
  explicit ListedRates(std::vector<RateSegment> segments) : segments_(std::move(segments)) {}
  RateSegment next() override { return segments_[next_++]; }

 private:
  std::vector<RateSegment> segments_;
  std::size_t next_ = 0;
};

std::unique_ptr<RatePath> path_of(std::vector<RateSegment> segments) {
  segments.back().until = Seconds{kInfinity};
  return std::make_unique<RatePath>(std::make_unique<ListedRates>(std::move(segments)));
}

// Stretches of up to 3 s, a third of them outages.
std::unique_ptr<RatePath> random_path(RandomEngine& random) {
  std::vector<RateSegment> segments;
  double until = 0.0;
  for (int i = 0; i < 60; ++i) {
    until += test::uniform(random, 0.0, 3.0);
    const double rate = test::index_below(random, 3) == 0 ? 0.0 : test::uniform(random, 0.0, 3e6);
    segments.push_back({rate, Seconds{until}});
  }
  segments.push_back({1e6, Seconds{kInfinity}});
  return path_of(std::move(segments));
}

// Every link moves but one, whose rate stays that of the state.
struct MovingNetwork {
  explicit MovingNetwork(RandomEngine& random, std::size_t sites)
      : topology(test::line_topology(sites)), state(test::random_state(random, topology)) {
    for (std::size_t l = 0; l < topology.link_count(); ++l) {
      paths.push_back(l == 1 ? nullptr : random_path(random));
      links.push_back(paths.back().get());
    }
  }

  Topology topology;
  SystemState state;
  std::vector<std::unique_ptr<RatePath>> paths;
  std::vector<RatePath*> links;
};

template <class Visit>
void for_each_placement(std::size_t n, std::size_t sites, Visit visit) {
  const auto count = static_cast<std::size_t>(
      std::llround(std::pow(static_cast<double>(sites), static_cast<double>(n))));
  for (std::size_t code = 0; code < count; ++code) {
    Placement placement(n);
    std::size_t rest = code;
    for (SiteIndex& site : placement) {
      site = static_cast<SiteIndex>(rest % sites);
      rest /= sites;
    }
    visit(placement);
  }
}

}  // namespace

TEST_CASE("Timed dynamic programming finds the earliest end of all placements",
          "[core][timed-dp]") {
  RandomEngine random = test::engine("timed dp: brute force");
  for (int i = 0; i < 300; ++i) {
    const std::size_t sites = 2 + test::index_below(random, 3);
    const std::size_t n = 1 + test::index_below(random, 5);
    const MovingNetwork network(random, sites);
    const ChainTask task = test::paper_task(random, n);
    const auto at = static_cast<SiteIndex>(test::index_below(random, sites));
    const double start = test::uniform(random, 0.0, 5.0);
    const PathCarrier truth(network.state, network.links, Seconds{test::uniform(random, 0, 20)});

    double least = kInfinity;
    for_each_placement(n, sites, [&](const Placement& placement) {
      least = std::min(
          least, time_placement(truth, network.topology, task.view(), at, view(placement), start));
    });
    const Solution best = solve_timed_dp(truth, network.topology, task.view(), at, start);
    CAPTURE(i, sites, n, at);
    REQUIRE(best.cost == Approx(least).epsilon(1e-12));
    REQUIRE(time_placement(truth, network.topology, task.view(), at, view(best.placement), start) ==
            Approx(best.cost).epsilon(1e-12));
  }
}

TEST_CASE("Where nothing moves, timed dynamic programming costs what the solver of costs does",
          "[core][timed-dp]") {
  RandomEngine random = test::engine("timed dp: constant");
  for (int i = 0; i < 500; ++i) {
    const std::size_t sites = 2 + test::index_below(random, 4);
    const Topology topology = test::line_topology(sites);
    const SystemState state = test::random_state(random, topology);
    const ChainTask task = test::paper_task(random, 1 + test::index_below(random, 8));
    const auto at = static_cast<SiteIndex>(test::index_below(random, sites));
    const PathCarrier still(state, {}, Seconds{7.0});
    REQUIRE(solve_timed_dp(still, topology, task.view(), at).cost ==
            Approx(optimal_cost(state.seconds(), task.view(), at)).epsilon(1e-12));
  }
}

TEST_CASE("A transfer waits out an outage, and goes on at the rate after it", "[core][timed-dp]") {
  // 1 MB/s until 2 s, nothing until 5 s, then 2 MB/s. From 1 s on, 3 MB: 1 MB by 2 s, and 2 MB in
  // the second after 5 s: they end at 6 s. The edge works 4e9 cycles in 1 s; the output, 2 MB, is
  // home at 8 s: 7 s after the decision. The device would take 8 s.
  const auto b1 = path_of({{1e6, Seconds{2.0}}, {0.0, Seconds{5.0}}, {2e6, Seconds{kInfinity}}});
  const SystemState state(ThreeTierState{Hertz{0.5e9}, Hertz{4e9}, BytesPerSecond{1e6},
                                         BytesPerSecond{1.0}, kInfiniteSpeed});
  const std::vector<RatePath*> links = {b1.get(), b1.get(), nullptr, nullptr};
  const ChainTask task = test::chain({4e9}, {3e6, 2e6});
  const PathCarrier truth(state, links, Seconds{1.0});
  const Solution best = solve_timed_dp(truth, three_tier_topology(), task.view(), kDevice);
  REQUIRE(best.placement[0] == kEdge);
  REQUIRE(best.cost == Approx(7.0));
  const Placement local = {kDevice};
  REQUIRE(time_placement(truth, three_tier_topology(), task.view(), kDevice, view(local)) ==
          Approx(8.0));
}

TEST_CASE("Nothing to send takes no time on a dead link, nor nothing to compute on a slow site",
          "[core][timed-dp]") {
  const auto dead = path_of({{0.0, Seconds{kInfinity}}});
  const SystemState state(ThreeTierState{Hertz{1e9}, Hertz{1e9}, BytesPerSecond{1e6},
                                         BytesPerSecond{1e6}, kInfiniteSpeed});
  const std::vector<RatePath*> links(4, dead.get());
  const PathCarrier truth(state, links, Seconds{0.0});
  const ChainTask empty = test::chain({0.0, 0.0}, {0.0, 0.0, 0.0});
  const Placement away = {kEdge, kCloud};
  REQUIRE(time_placement(truth, three_tier_topology(), empty.view(), kDevice, view(away)) == 0.0);
  REQUIRE(solve_timed_dp(truth, three_tier_topology(), empty.view(), kEdge).cost == 0.0);
  // What lies on the edge cannot come home: no placement ends.
  const ChainTask stuck = test::chain({1e9}, {1e6, 1e6});
  REQUIRE(solve_timed_dp(truth, three_tier_topology(), stuck.view(), kEdge).cost == kInfinity);
}

TEST_CASE("Who starts later never ends earlier", "[core][timed-dp]") {
  RandomEngine random = test::engine("timed dp: order");
  for (int i = 0; i < 200; ++i) {
    const MovingNetwork network(random, 3);
    const ChainTask task = test::paper_task(random);
    const PathCarrier truth(network.state, network.links, Seconds{0.0});
    double last = 0.0;
    for (double start = 0.0; start < 10.0; start += test::uniform(random, 0.0, 1.0)) {
      const double end =
          start + solve_timed_dp(truth, network.topology, task.view(), kDevice, start).cost;
      REQUIRE(end >= last * (1.0 - 1e-12));
      last = end;
    }
  }
}

}  // namespace mec
