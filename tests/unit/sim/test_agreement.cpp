// SimGrid and the event heap give the same results, task by task: on 1,000 random scenarios of
// everything that both simulate. The two share the orchestrator, not the engine: SimGrid walks
// through a service piece by piece, the heap integrates it at once.
#include <algorithm>
#include <cmath>
#include <string>

#include "core/hash.hpp"
#include "sim/event_engine.hpp"
#include "tests/catch.hpp"
#include "tests/support/random_scenarios.hpp"
#include "tests/unit/sim/support.hpp"

namespace mec {

namespace {

// Any site for any subtask, the same for the same question; looks at what was measured, too.
class AnyPolicy final : public Policy {
 public:
  Placement decide(const DecisionRequest& request) override {
    std::uint64_t hash = mix(request.at, request.task.size());
    if (!request.observed.site_wait.empty()) {
      hash = mix(hash, request.observed.site_wait.back() > 1.0 ? 1 : 0);
    }
    if (request.observed.window > 0) {
      hash = mix(hash, request.observed.history_of(0).front() > 8e5 ? 1 : 0);
    }
    Placement placement(request.task.size());
    for (std::size_t t = 0; t < placement.size(); ++t) {
      hash = mix(hash, static_cast<std::uint64_t>(request.task.work[t].value()));
      placement[t] = static_cast<SiteIndex>(hash % request.state.sites());
    }
    return placement;
  }
};

test::Collector run_on_events(const Scenario& scenario, Policy& policy) {
  const auto engine = make_event_engine();
  test::Collector collector;
  test::run_on(*engine, scenario, nullptr, policy, collector);
  return collector;
}

double gap(Seconds a, Seconds b) {
  const double scale = std::max({std::abs(a.value()), std::abs(b.value()), 1e-3});
  return std::abs(a.value() - b.value()) / scale;
}

// The largest relative difference between any two values of the records.
double difference(const TaskRecord& a, const TaskRecord& b) {
  double worst = 0.0;
  for (const auto part :
       {&TaskRecord::release, &TaskRecord::decided, &TaskRecord::finish, &TaskRecord::exec,
        &TaskRecord::transfer, &TaskRecord::wait, &TaskRecord::decision,
        &TaskRecord::estimated_latency, &TaskRecord::optimal_latency}) {
    worst = std::max(worst, gap(a.*part, b.*part));
  }
  return std::max(worst, gap(a.latency(), b.latency()));
}

}  // namespace

TEST_CASE("Both engines agree task by task on 1,000 random scenarios", "[sim][engines]") {
  constexpr std::uint64_t kTasks = 30;
  RandomEngine random = test::engine("agreement");
  AnyPolicy policy;
  std::size_t compared = 0;
  std::size_t waiting = 0;
  for (int i = 0; i < 1000; ++i) {
    const Scenario scenario = test::random_scenario(random, kTasks);
    INFO("scenario " << i);
    const test::Collector heap = run_on_events(scenario, policy);
    const test::Collector simgrid = test::run_on_simgrid(scenario, nullptr, policy);
    REQUIRE(heap.records.size() == simgrid.records.size());
    for (std::size_t k = 0; k < heap.records.size(); ++k) {
      INFO("task " << heap.records[k].task);
      REQUIRE(heap.records[k].task == simgrid.records[k].task);
      REQUIRE(heap.records[k].placement == simgrid.records[k].placement);
      REQUIRE(difference(heap.records[k], simgrid.records[k]) < 1e-9);
      REQUIRE(heap.records[k].latency() >= heap.records[k].optimal_latency * (1.0 - 1e-9));
      waiting += heap.records[k].wait.value() > 0.0 ? 1U : 0U;
      ++compared;
    }
  }
  CHECK(compared > 25'000);
  CHECK(waiting > compared / 10);  // else nothing has queued
}

}  // namespace mec
