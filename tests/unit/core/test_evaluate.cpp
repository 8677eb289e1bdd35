#include <stdexcept>

#include "core/cost.hpp"
#include "core/site_costs.hpp"
#include "tests/catch.hpp"
#include "tests/support/random_problems.hpp"

namespace mec {

namespace {

using test::chain;

// 1 GHz device, 4 GHz edge, 2 MB/s and 4 MB/s: 0.5 us a byte over b1, 0.25 us over b2.
const ThreeTierState kState{Hertz{1e9}, Hertz{4e9}, BytesPerSecond{2e6}, BytesPerSecond{4e6},
                            kInfiniteSpeed};

LatencyEstimate latency(const ChainTask& task, const Placement& placement) {
  return estimate_latency(SystemState(kState), task.view(), view(placement));
}

}  // namespace

TEST_CASE("A local task pays its work at the device and no transfer", "[core][evaluate]") {
  // (1 + 2) Gcycles at 1 GHz.
  const LatencyEstimate local = latency(chain({1e9, 2e9}, {2e6, 1e6, 4e6}), {0, 0});
  REQUIRE(local.compute.value() == Approx(3.0).epsilon(1e-15));
  REQUIRE(local.transfer.value() == 0.0);
}

TEST_CASE("Edge then cloud pays uplink, backhaul and the way home", "[core][evaluate]") {
  // Input 2 MB over b1: 1 s. 1 Gcycle at 4 GHz: 0.25 s. 1 MB over b2: 0.25 s. The cloud takes no
  // time. Output 4 MB over b2 (1 s), then b1 (2 s).
  const LatencyEstimate mixed = latency(chain({1e9, 2e9}, {2e6, 1e6, 4e6}), {1, 2});
  REQUIRE(mixed.compute.value() == Approx(0.25).epsilon(1e-15));
  REQUIRE(mixed.transfer.value() == Approx(4.25).epsilon(1e-15));
  REQUIRE(mixed.total().value() == Approx(4.5).epsilon(1e-15));
}

TEST_CASE("An input that goes to the cloud crosses both links", "[core][evaluate]") {
  // 4 MB: 2 s + 1 s; home: 2 MB: 1 s + 0.5 s.
  const LatencyEstimate cloud = latency(chain({1e9}, {4e6, 2e6}), {2});
  REQUIRE(cloud.compute.value() == 0.0);
  REQUIRE(cloud.transfer.value() == Approx(4.5).epsilon(1e-15));
}

TEST_CASE("A chain that comes back to the device pays the flow both ways", "[core][evaluate]") {
  // Local 1 s; 2 MB up: 1 s; edge 0.5 s; 4 MB down: 2 s; local 3 s; the output is there already.
  const LatencyEstimate there_and_back =
      latency(chain({1e9, 2e9, 3e9}, {9e6, 2e6, 4e6, 9e6}), {0, 1, 0});
  REQUIRE(there_and_back.compute.value() == Approx(4.5).epsilon(1e-15));
  REQUIRE(there_and_back.transfer.value() == Approx(3.0).epsilon(1e-15));
}

TEST_CASE("Empty subtasks and flows cost nothing anywhere", "[core][evaluate]") {
  const ChainTask nothing = chain({0, 0, 0}, {0, 0, 0, 0});
  for (const SiteIndex site : {kDevice, kEdge, kCloud}) {
    REQUIRE(latency(nothing, Placement(3, site)).total().value() == 0.0);
  }
}

TEST_CASE("A flow that stays on a site pays that site's own price per byte", "[core][evaluate]") {
  // Latency prices a stay at 0; other objectives need not. 2 bytes in, 3 kept, 5 out.
  SiteCosts costs(2);
  costs.set_per_byte(0, 1, 10.0);
  costs.set_per_byte(1, 1, 100.0);
  costs.set_per_byte(1, 0, 1000.0);
  const CostSplit split = evaluate(costs, chain({7, 7}, {2, 3, 5}).view(), view(Placement{1, 1}));
  REQUIRE(split.compute == 0.0);
  REQUIRE(split.transfer == 20.0 + 300.0 + 5000.0);
}

TEST_CASE("Evaluating refuses a placement that does not fit the task", "[core][evaluate]") {
  const ChainTask task = chain({1, 1}, {1, 1, 1});
  REQUIRE_THROWS_WITH(evaluate(SiteCosts(3), task.view(), view(Placement{0})),
                      "a placement of 1 subtasks for a task of 2");
  REQUIRE_THROWS_WITH(evaluate(SiteCosts(3), task.view(), view(Placement{0, 3})),
                      "subtask 1 is placed on site 3 of 3");
}

TEST_CASE("Site costs start at zero and keep what they are given", "[core][evaluate]") {
  for (const std::size_t sites : {std::size_t{1}, std::size_t{3}, std::size_t{7}, kMaxSites}) {
    SiteCosts costs(sites);
    REQUIRE(costs.sites() == sites);
    REQUIRE(costs.per_cycle(sites - 1) == 0.0);
    REQUIRE(costs.per_byte(sites - 1, sites - 1) == 0.0);
    costs.set_per_cycle(sites - 1, 2.0);
    costs.set_per_byte(0, sites - 1, 3.0);
    REQUIRE(costs.per_cycle_data()[sites - 1] == 2.0);
    REQUIRE(costs.per_byte_data()[sites - 1] == 3.0);
  }
}

TEST_CASE("Site costs refuse no sites and more than a placement can name", "[core][evaluate]") {
  REQUIRE_THROWS_AS(SiteCosts(0), std::invalid_argument);
  REQUIRE_THROWS_AS(SiteCosts(kMaxSites + 1), std::invalid_argument);
  REQUIRE_THROWS_AS(SiteCosts(std::size_t{1} << 40U), std::invalid_argument);
}

}  // namespace mec
