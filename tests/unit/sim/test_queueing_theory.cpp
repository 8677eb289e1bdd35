// The simulator against queueing theory: the expected sojourn time lies inside the 99 % interval of
// the simulated mean, by batch means (50 batches of consecutive tasks, Student's t with 49 degrees
// of freedom). Theory: Kleinrock, "Queueing Systems" I, 1975; II, 1976 (processor sharing).
#include <cmath>
#include <vector>

#include "sim/event_engine.hpp"
#include "tests/catch.hpp"
#include "tests/unit/sim/support.hpp"

namespace mec {

namespace {

constexpr double kArrivals = 4.0;  // tasks per second, of all devices
constexpr std::uint32_t kDevices = 10;

// Tasks of one subtask, all on the edge server; rates of 1 byte and 1 cycle a second.
Scenario queue_of(const Distribution& work, const Distribution& data) {
  Scenario scenario;
  scenario.task = {Constant{1}, work, data};
  scenario.network.devices = kDevices;
  scenario.network.edge_speed = Constant{1.0};
  scenario.network.b1 = Distribution{Constant{1.0}};
  scenario.redraw = StateRedraw::fixed;
  scenario.workload.tasks = 400'000;
  scenario.workload.warmup_tasks = 20'000;
  scenario.workload.arrivals = PoissonArrivals{PerSecond{kArrivals / kDevices}};
  return scenario;
}

struct Interval {
  double low;
  double high;
};

Interval interval_of_mean(const std::vector<TaskRecord>& records) {
  constexpr std::size_t kBatches = 50;
  constexpr double kStudent = 2.680;  // 99 % two-sided, 49 degrees of freedom
  const std::size_t size = records.size() / kBatches;
  std::vector<double> means(kBatches, 0.0);
  for (std::size_t i = 0; i < size * kBatches; ++i) {
    means[i / size] += records[i].latency().value() / static_cast<double>(size);
  }
  double mean = 0.0;
  for (const double value : means) {
    mean += value / kBatches;
  }
  double squares = 0.0;
  for (const double value : means) {
    squares += (value - mean) * (value - mean);
  }
  const double half = kStudent * std::sqrt(squares / (kBatches - 1) / kBatches);
  return {mean - half, mean + half};
}

void check_mean(const std::vector<TaskRecord>& records, double theory) {
  REQUIRE(records.size() > 50'000);
  const Interval interval = interval_of_mean(records);
  INFO("theory " << theory << ", simulated " << interval.low << " to " << interval.high);
  CHECK(interval.low < theory);
  CHECK(theory < interval.high);
  CHECK(interval.high - interval.low < 0.1 * theory);  // else the test would say nothing
}

std::vector<TaskRecord> run_on_events(const Scenario& scenario) {
  test::FunctionPolicy policy = test::all_on(kEdge);
  const auto engine = make_event_engine();
  test::Collector collector;
  const RunCounts counts = test::run_on(*engine, scenario, nullptr, policy, collector);
  CHECK(counts.released == scenario.workload.tasks);
  CHECK(counts.completed == counts.released);
  CHECK(counts.warmup == counts.released - collector.records.size());
  return std::move(collector.records);
}

// Probability that an arrival waits in M/M/c with offered load a = lambda / mu (Erlang's C).
double erlang_c(std::uint32_t servers, double offered) {
  double sum = 0.0;
  double term = 1.0;  // a^k / k!
  for (std::uint32_t k = 0; k < servers; ++k) {
    sum += term;
    term *= offered / (k + 1);
  }
  const double last = term * servers / (servers - offered);
  return last / (sum + last);
}

}  // namespace

TEST_CASE("An edge server of one core is M/M/1", "[sim][theory]") {
  // mu = 5 per second, rho = 0.8: T = 1 / (mu - lambda) = 1 s.
  check_mean(run_on_events(queue_of(Exponential{0.2}, Constant{0})), 1.0 / (5.0 - kArrivals));
}

TEST_CASE("An edge server of several cores is M/M/c", "[sim][theory]") {
  Scenario scenario = queue_of(Exponential{0.85}, Constant{0});
  scenario.network.edge_cores = 4;
  const double mu = 1.0 / 0.85;
  const double waiting = erlang_c(4, kArrivals / mu) / (4.0 * mu - kArrivals);
  check_mean(run_on_events(scenario), waiting + 1.0 / mu);
}

TEST_CASE("Tasks that are all alike make it M/D/1", "[sim][theory]") {
  // Pollaczek-Khinchine with no variance: W = rho S / (2 (1 - rho)).
  const double service = 0.2;
  const double rho = kArrivals * service;
  check_mean(run_on_events(queue_of(Constant{service}, Constant{0})),
             service + rho * service / (2.0 * (1.0 - rho)));
}

TEST_CASE("Tasks of two sizes make it M/G/1", "[sim][theory]") {
  // W = lambda E[S^2] / (2 (1 - rho)), with S = 0.1 (nine of ten) or 1.
  const Choice sizes{{0.1, 1.0}, {9.0, 1.0}};
  const double mean = 0.9 * 0.1 + 0.1 * 1.0;
  const double square = 0.9 * 0.01 + 0.1 * 1.0;
  check_mean(run_on_events(queue_of(sizes, Constant{0})),
             mean + kArrivals * square / (2.0 * (1.0 - kArrivals * mean)));
}

TEST_CASE("A shared access point, a server and the way back are queues in tandem",
          "[sim][theory]") {
  // Burke: departures of M/M/1 are Poisson again, so the sojourn times add up. Upwards, computing
  // and downwards: three queues of independent exponential services.
  Scenario scenario = queue_of(Exponential{0.15}, Exponential{0.2});
  scenario.network.access.shared = true;
  check_mean(run_on_events(scenario),
             2.0 / (1.0 / 0.2 - kArrivals) + 1.0 / (1.0 / 0.15 - kArrivals));
}

TEST_CASE("A half-duplex access point serves both directions from one queue", "[sim][theory]") {
  // Each task visits the medium twice, computing takes no time. Two classes of customers with equal
  // exponential services at one FIFO station are a product-form network (Baskett, Chandy, Muntz,
  // Palacios 1975): as many in the system as in M/M/1 at rho = lambda 2 S, and Little's law.
  Scenario scenario = queue_of(Constant{0}, Exponential{0.1});
  scenario.network.access = {true, Duplex::half, Discipline::fifo};
  const double rho = kArrivals * 2.0 * 0.1;
  check_mean(run_on_events(scenario), rho / (1.0 - rho) / kArrivals);
}

TEST_CASE("A sharing server is M/G/1-PS, whatever the sizes", "[sim][theory]") {
  // T = E[S] / (1 - rho): only the mean counts.
  Scenario scenario = queue_of(Choice{{0.08, 0.8}, {9.0, 1.0}}, Constant{0});
  scenario.network.edge_discipline = Discipline::processor_sharing;
  scenario.workload.tasks = 120'000;
  test::FunctionPolicy policy = test::all_on(kEdge);
  check_mean(test::run_on_simgrid(scenario, nullptr, policy).records,
             0.152 / (1.0 - kArrivals * 0.152));
}

TEST_CASE("A sharing access point is M/M/1-PS", "[sim][theory]") {
  // Up and down separately: two queues, the second fed by the departures of a symmetric queue,
  // which are Poisson (Kelly 1979): T = 2 S / (1 - rho).
  Scenario scenario = queue_of(Constant{0}, Exponential{0.15});
  scenario.network.access = {true, Duplex::full, Discipline::processor_sharing};
  scenario.workload.tasks = 80'000;
  test::FunctionPolicy policy = test::all_on(kEdge);
  check_mean(test::run_on_simgrid(scenario, nullptr, policy).records,
             2.0 * 0.15 / (1.0 - kArrivals * 0.15));
}

}  // namespace mec
