#include "results/independence.hpp"
#include "tests/catch.hpp"

using namespace mec;

TEST_CASE("Tasks are independent where nothing outlives a task", "[results][independence]") {
  Scenario scenario;
  scenario.network.b1 = Distribution{Uniform{1e6, 2e6}};
  CHECK(independent_tasks(scenario, nullptr));

  Scenario fleet = scenario;
  fleet.network.devices = 2;
  CHECK_FALSE(independent_tasks(fleet, nullptr));

  Scenario open = scenario;
  open.workload.arrivals = PoissonArrivals{PerSecond{0.1}};
  CHECK_FALSE(independent_tasks(open, nullptr));

  Scenario moving = scenario;
  moving.network.b2 = RedrawnRate{Seconds{1}, Distribution{Uniform{1e6, 2e6}}};
  CHECK_FALSE(independent_tasks(moving, nullptr));

  // Drawn once, the bandwidth is the same for all tasks of a replication; a constant always was.
  Scenario once = scenario;
  once.redraw = StateRedraw::fixed;
  CHECK_FALSE(independent_tasks(once, nullptr));
  once.network.b1 = Distribution{Constant{1e6}};
  CHECK(independent_tasks(once, nullptr));
}

TEST_CASE("A workload file may name more devices than the scenario", "[results][independence]") {
  const Scenario scenario;
  std::vector<RecordedTask> recorded(2);
  CHECK(independent_tasks(scenario, &recorded));
  recorded[1].device = 1;
  CHECK_FALSE(independent_tasks(scenario, &recorded));
}
