// A damaged sweep file never does worse than a fault. Deterministic: a failure can be run again.
#include "core/errors.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenarios/mutator.hpp"
#include "tests/unit/scenarios/sweep_support.hpp"

using namespace mec;
using namespace mec::test;

namespace {

constexpr auto kWhole =
    "name: load\n"
    "scenario: base.yaml\n"
    "set: {workload.tasks: 20, edge: {speed: 3 GHz}}\n"
    "policies: [greedy, optimal: {solver: dp}]\n"
    "replications: 2\n"
    "axes:\n"
    "  - {key: links.b1, values: [1 MB/s, \"uniform(1 MB/s, 2 MB/s)\"]}\n"
    "  - key: device.count\n"
    "    name: devices\n"
    "    range: {from: 5, to: 9, step: 2}\n"
    "  - {key: cloud.speed, log-range: {from: 1 GHz, to: 16 GHz, count: 3}}\n"
    "  - zip:\n"
    "      - {key: workload.arrivals, template: \"poisson({})\", values: [1 /s, 2 /s]}\n"
    "      - {key: seed, values: [1, 2]}\n"
    "where:\n"
    "  - devices <= 7 or not (links_b1 > 0.5 MB/s and seed == 2)\n";

}  // namespace

TEST_CASE("A damaged sweep loads or is refused, and what loads is whole", "[scenarios][fuzz]") {
  const SweepFolder folder;
  REQUIRE(folder.faults_whole(kWhole).empty());
  Mutator mutator(2);
  std::size_t refused = 0;
  for (std::size_t i = 0; i < 2'000; ++i) {
    try {
      const Sweep sweep = folder.load_whole(mutator.damage(kWhole));
      REQUIRE_FALSE(sweep.grid.points.empty());
      const std::size_t last = sweep.grid.points.size() - 1;
      REQUIRE(sweep.grid.points[last].size() == sweep.grid.columns.size());
      (void)scenario_at(sweep, last);
      REQUIRE(fingerprint_of(sweep, last).size() == 32);
    } catch (const ScenarioError& error) {
      ++refused;
      for (const std::string& fault : error.faults()) {
        REQUIRE(fault.find('\n') == std::string::npos);
      }
    }
  }
  CHECK(refused > 500);
  CHECK(refused < 2'000);
}
