#include <cmath>
#include <fstream>

#include "scenarios/loader.hpp"
#include "scenarios/option_table.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenarios/support.hpp"

using namespace mec;
using namespace mec::test;

namespace {

double constant(const Distribution& distribution) { return std::get<Constant>(distribution).value; }
double constant(const ChannelModel& model) { return constant(std::get<Distribution>(model)); }

// Every option, none at its default.
constexpr const char* kEverything = R"yaml(
name: all
description: |
  Two
  lines
seed: 18446744073709551615
replications: 3
task:
  subtasks: uniform(1, 12)
  work: exponential(5 Mcycles)
  data: "choice(1 MB: 2, 3 MB: 1)"
device: {count: 20, speed: "uniform(100 MHz, 1000 MHz)"}
edge:
  speed: 3 GHz
  cores: 4
  discipline: processor-sharing
cloud:
  speed: 8 GHz
  cores: 16
  discipline: processor-sharing
links:
  b1: gilbert(1 s, 2 MB/s, 0, 3 s, 4 s)
  b1_down: 8 Mbit/s
  b1_channel: common
  access: shared
  access_duplex: half
  access_discipline: processor-sharing
  b2: 2 MB/s
  b2_down: uniform(0, 4 MB/s)
  b2_discipline: processor-sharing
state: fixed
workload:
  tasks: 1e4
  arrivals: poisson(0.5 /s)
  warmup: 30 s
  until: 10 min
objective: {latency: 1, energy: 0.5}
energy:
  kappa: 2e-28 J*s^2/cycle^3
  idle: 100 mW
  transmit: 1 W
  receive: 2 W
  edge_busy: 3 W
  cloud_busy: 4 W
decision:
  cost: {cycles: 2 Mcycles}
  site: edge
  when: subtask
  request: 1 kB
  answer: 6 B
  bench: yes
observation:
  age: 200 ms
  period: 500 ms
  noise: 0.1
  window: 20
  step: 2 s
  backlog: all
  backlog_period: 3 s
training:
  task:
    subtasks: 7
    work: uniform(500 Mcycles, 1500 Mcycles)
    data: 4 MB
  device: {speed: 900 MHz}
  edge: {speed: 5 GHz}
  cloud: {speed: infinite}
  links: {b1: "every(1 s, uniform(0, 2 MB/s))", b2: 16 Mbit/s}
published:
  source: A paper, Fig. 1
  latency: {optimal: 1, greedy: 1.36}
  decision_time: {local: 2.5e-1}
policies:
  - local
  - optimal: {solver: dp}
  - optimal:
  - optimal: {solver: dp, limit: 7}
)yaml";

}  // namespace

TEST_CASE("Every option arrives in the scenario in SI units", "[scenarios][loader]") {
  const Scenario s = load_text(kEverything);
  CHECK(s.name == "all");
  CHECK(s.description == "Two\nlines\n");
  CHECK(s.seed == 18446744073709551615ULL);
  CHECK(s.replications == 3);
  CHECK(std::get<Uniform>(s.task.subtasks).high == 12.0);
  CHECK(std::get<Exponential>(s.task.work).mean == 5e6);
  CHECK(std::get<Choice>(s.task.data).weights == std::vector<double>{2, 1});
  CHECK(s.network.devices == 20);
  CHECK(std::get<Uniform>(s.network.device_speed).low == 1e8);
  CHECK(constant(s.network.edge_speed) == 3e9);
  CHECK(s.network.edge_cores == 4);
  CHECK(constant(s.network.cloud_speed) == 8e9);
  CHECK(s.network.cloud_cores == 16);
  CHECK(s.network.edge_discipline == Discipline::processor_sharing);
  CHECK(s.network.cloud_discipline == Discipline::processor_sharing);
  const auto& b1 = std::get<GilbertRate>(s.network.b1);
  CHECK(b1.good.value() == 2e6);
  CHECK(b1.bad.value() == 0.0);
  CHECK(b1.bad_time.value() == 4.0);
  CHECK(constant(s.network.b1_down.value()) == 1e6);
  CHECK(s.network.b1_common);
  CHECK(s.network.access.shared);
  CHECK(s.network.access.duplex == Duplex::half);
  CHECK(s.network.access.discipline == Discipline::processor_sharing);
  CHECK(constant(s.network.b2) == 2e6);
  CHECK(std::get<Uniform>(std::get<Distribution>(s.network.b2_down.value())).high == 4e6);
  CHECK(s.network.backhaul_discipline == Discipline::processor_sharing);
  CHECK_FALSE(s.network.graph.has_value());
  CHECK(s.redraw == StateRedraw::fixed);
  CHECK(s.workload.tasks == 10'000);
  CHECK(s.workload.tasks_given);
  CHECK(std::get<PoissonArrivals>(s.workload.arrivals).rate.value() == 0.5);
  CHECK(s.workload.file.empty());
  CHECK(s.workload.warmup == Seconds{30.0});
  CHECK(s.workload.warmup_tasks == 0);
  CHECK(s.workload.until == Seconds{600.0});
  CHECK(s.objective.latency_weight == 1.0);
  CHECK(s.objective.energy_weight == 0.5);
  CHECK(s.energy.kappa == 2e-28);
  CHECK(s.energy.idle.value() == 0.1);
  CHECK(s.energy.transmit.value() == 1.0);
  CHECK(s.energy.receive.value() == 2.0);
  CHECK(s.energy.busy == std::vector<Watts>{Watts{3.0}, Watts{4.0}});
  CHECK(std::get<CyclesDecisionCost>(s.decision.cost).cycles.value() == 2e6);
  CHECK(s.decision.site == kEdge);
  CHECK(s.decision.request.value() == 1000.0);
  CHECK(s.decision.answer.value() == 6.0);
  CHECK(s.decision.bench);
  CHECK(s.decision.when == DecisionMoment::subtask);
  CHECK(s.observation.age.value() == 0.2);
  CHECK(s.observation.period.value() == 0.5);
  CHECK(s.observation.noise == 0.1);
  CHECK(s.observation.window == 20);
  CHECK(s.observation.step.value() == 2.0);
  CHECK(s.observation.backlog == ObservationModel::Backlog::all);
  CHECK(s.observation.backlog_period.value() == 3.0);
  CHECK(constant(s.training.subtasks.value()) == 7.0);
  CHECK(std::get<Uniform>(s.training.work.value()).low == 500e6);
  CHECK(constant(s.training.data.value()) == 4e6);
  CHECK(constant(s.training.device_speed.value()) == 9e8);
  CHECK(constant(s.training.edge_speed.value()) == 5e9);
  CHECK(std::isinf(constant(s.training.cloud_speed.value())));
  CHECK(std::get<Uniform>(std::get<RedrawnRate>(s.training.b1.value()).rate).high == 2e6);
  CHECK(constant(s.training.b2.value()) == 2e6);
  CHECK(s.published.source == "A paper, Fig. 1");
  CHECK(s.published.latency == std::map<std::string, double>{{"greedy", 1.36}, {"optimal", 1.0}});
  CHECK(s.published.decision_time == std::map<std::string, double>{{"local", 0.25}});
  REQUIRE(s.policies.size() == 4);
  CHECK(s.policies[0].name == "local");
  CHECK(s.policies[1].parameters == PolicyParameters{{"solver", "dp"}});
  CHECK(s.policies[2].parameters.empty());
  CHECK(s.policies[3].parameters == PolicyParameters{{"limit", "7"}, {"solver", "dp"}});
}

TEST_CASE("The test of every option writes every option but for those of files",
          "[scenarios][loader]") {
  // A new option must be added above: its name stands at the start of a line or after { or a comma.
  const std::string text = kEverything;
  for (const Option& option : option_table()) {
    const std::string name = option.key.substr(option.key.rfind('.') + 1) + ":";
    INFO(option.key);
    // Files, and what test_topology.cpp and test_platform.cpp have.
    const bool has_test_of_its_own = std::holds_alternative<PathOption>(option.type) ||
                                     is_in_collection(option.key) ||
                                     option.key.starts_with("topology.");
    CHECK((text.find(name) != std::string::npos || has_test_of_its_own));
  }
}

TEST_CASE("What a scenario leaves out keeps its default", "[scenarios][loader]") {
  const Scenario s = load_text(minimal_yaml());
  CHECK(s.name == "s");  // the file is s.yaml
  CHECK(s.seed == 1);
  CHECK(s.replications == 1);
  CHECK(constant(s.task.subtasks) == 6.0);
  CHECK(s.network.devices == 1);
  CHECK(s.network.edge_cores == 1);
  CHECK(s.network.cloud_cores == 0);
  CHECK(std::isinf(constant(s.network.cloud_speed)));
  CHECK_FALSE(s.network.b1_down.has_value());
  CHECK_FALSE(s.network.b2_down.has_value());
  CHECK_FALSE(s.network.graph.has_value());
  CHECK(s.redraw == StateRedraw::per_task);
  CHECK(std::isinf(s.workload.until.value()));
  CHECK(s.workload.tasks == 1000);
  CHECK_FALSE(s.workload.tasks_given);
  CHECK(std::holds_alternative<ClosedLoop>(s.workload.arrivals));
  CHECK(s.objective.is_latency());
  CHECK(s.energy.kappa == 1e-28);
  CHECK(s.energy.busy.empty());
  CHECK(std::holds_alternative<NoDecisionCost>(s.decision.cost));
  CHECK(s.decision.site == kDevice);
  CHECK_FALSE(s.decision.bench);
  CHECK_FALSE(s.training.subtasks.has_value());
  CHECK_FALSE(s.training.work.has_value());
  CHECK_FALSE(s.training.cloud_speed.has_value());
  CHECK_FALSE(s.training.b2.has_value());
  CHECK(s.published.source.empty());
  CHECK(s.published.latency.empty());
  CHECK(s.published.decision_time.empty());
}

TEST_CASE("Writing a documented default changes nothing", "[scenarios][loader][reference]") {
  for (const Option& option : option_table()) {
    const bool weight_of_map = option.key.starts_with("objective.");  // 0 only within a map
    if (option.default_text.empty() || weight_of_map || is_in_collection(option.key)) {
      continue;
    }
    INFO(option.key << "=" << option.default_text);
    const Scenario a = load_text(minimal_yaml());
    const Scenario b = load_text(minimal_yaml(), {option.key + "=" + option.default_text});
    CHECK(a.seed == b.seed);
    CHECK(a.replications == b.replications);
    CHECK(constant(a.task.subtasks) == constant(b.task.subtasks));
    CHECK(a.network.devices == b.network.devices);
    CHECK(a.network.edge_cores == b.network.edge_cores);
    CHECK(a.network.cloud_cores == b.network.cloud_cores);
    CHECK(constant(a.network.cloud_speed) == constant(b.network.cloud_speed));
    CHECK(a.network.edge_discipline == b.network.edge_discipline);
    CHECK(a.network.cloud_discipline == b.network.cloud_discipline);
    CHECK(a.network.backhaul_discipline == b.network.backhaul_discipline);
    CHECK(a.network.b1_common == b.network.b1_common);
    CHECK(a.network.access.shared == b.network.access.shared);
    CHECK(a.network.access.duplex == b.network.access.duplex);
    CHECK(a.network.access.discipline == b.network.access.discipline);
    CHECK(a.redraw == b.redraw);
    CHECK(a.workload.warmup == b.workload.warmup);
    CHECK(a.workload.warmup_tasks == b.workload.warmup_tasks);
    CHECK(a.workload.tasks == b.workload.tasks);
    CHECK(a.workload.arrivals.index() == b.workload.arrivals.index());
    CHECK(a.objective.latency_weight == b.objective.latency_weight);
    CHECK(a.objective.energy_weight == b.objective.energy_weight);
    CHECK(a.energy.kappa == b.energy.kappa);
    CHECK(a.energy.idle == b.energy.idle);
    CHECK(a.energy.transmit == b.energy.transmit);
    CHECK(a.energy.receive == b.energy.receive);
    for (const Watts power : b.energy.busy) {
      CHECK(power == Watts{0.0});
    }
    CHECK(a.decision.cost.index() == b.decision.cost.index());
    CHECK(a.decision.site == b.decision.site);
    CHECK(a.decision.request == b.decision.request);
    CHECK(a.decision.answer == b.decision.answer);
    CHECK(a.decision.bench == b.decision.bench);
    CHECK(a.decision.when == b.decision.when);
    CHECK(a.observation.age == b.observation.age);
    CHECK(a.observation.period == b.observation.period);
    CHECK(a.observation.noise == b.observation.noise);
    CHECK(a.observation.window == b.observation.window);
    CHECK(a.observation.step == b.observation.step);
    CHECK(a.observation.backlog == b.observation.backlog);
    CHECK(a.observation.backlog_period == b.observation.backlog_period);
  }
}

TEST_CASE("A weight that an objective leaves out is 0", "[scenarios][loader]") {
  const Scenario s = load_text(minimal_yaml() + "objective: {energy: 2}\n");
  CHECK(s.objective.latency_weight == 0.0);
  CHECK(s.objective.energy_weight == 2.0);
  CHECK(load_text(minimal_yaml() + "objective: energy\n").objective.latency_weight == 0.0);
}

TEST_CASE("A warm-up is a time, or a number of tasks", "[scenarios][loader]") {
  const Scenario timed = load_text(minimal_yaml(), {"workload.warmup=2 min"});
  CHECK(timed.workload.warmup == Seconds{120.0});
  CHECK(timed.workload.warmup_tasks == 0);
  const Scenario counted = load_text(minimal_yaml(), {"workload.warmup=1e2"});
  CHECK(counted.workload.warmup == Seconds{0.0});
  CHECK(counted.workload.warmup_tasks == 100);
}

TEST_CASE("A trace is found beside the scenario, and in an override where you are",
          "[scenarios][loader][channel]") {
  const Scratch scratch;
  const auto path = scratch.write("s.yaml", minimal_yaml());
  const auto trace = scratch.write("bus.log", "0 1\n2 3\n");
  std::string yaml = minimal_yaml();
  yaml.replace(yaml.find("1 MB/s"), 6, "trace(bus.log, MB/s)");
  const Scenario s = load_scenario(scratch.write("t.yaml", yaml), {}, fake_registry()).scenario;
  const auto rates = std::get<TraceRate>(s.network.b1).trace->rates;
  CHECK(rates == std::vector{BytesPerSecond{1e6}, BytesPerSecond{3e6}});
  CHECK_NOTHROW(load_scenario(path, {"links.b1=trace(" + trace + ", MB/s)"}, fake_registry()));
  CHECK_THROWS_WITH(load_scenario(path, {"links.b1=trace(bus.log, MB/s)"}, fake_registry()),
                    "--set links.b1=trace(bus.log, MB/s): bus.log: No such file or directory");
}

TEST_CASE("A decision's cycles may be bare", "[scenarios][loader]") {
  for (const char* text : {"1e6", "1000000", "1 Mcycles"}) {
    const Scenario s = load_text(minimal_yaml() + "decision: {cost: {cycles: " + text + "}}\n");
    CHECK(std::get<CyclesDecisionCost>(s.decision.cost).cycles.value() == 1e6);
  }
  const Scenario s = load_text(minimal_yaml() + "decision: {cost: measured}\n");
  CHECK(std::holds_alternative<MeasuredDecisionCost>(s.decision.cost));
}

TEST_CASE("A workload file is found beside the scenario and replaces the task's keys",
          "[scenarios][loader]") {
  const std::string yaml =
      "device: {speed: 1 GHz}\nedge: {speed: 1 GHz}\nlinks: {b1: 1 MB/s, b2: 1 MB/s}\n"
      "policies: [local]\nworkload: {file: data/w.csv, arrivals: from-file}\n";
  const Scratch scratch;
  const auto path = scratch.write("s.yaml", yaml);
  const Scenario s = load_scenario(path, {}, fake_registry()).scenario;
  CHECK(s.workload.file == scratch.path("data/w.csv"));
  CHECK_FALSE(s.workload.tasks_given);
  CHECK(std::holds_alternative<FileArrivals>(s.workload.arrivals));
  // An override's path starts in the working directory; an absolute one stands for itself.
  CHECK(load_scenario(path, {"workload.file=w.csv"}, fake_registry()).scenario.workload.file ==
        "w.csv");
  const auto absolute = scratch.write(
      "t.yaml", yaml.substr(0, yaml.find("workload")) + "workload: {file: /x/w.csv}\n");
  CHECK(load_scenario(absolute, {}, fake_registry()).scenario.workload.file == "/x/w.csv");
}

TEST_CASE("A file of decision costs is found beside the scenario", "[scenarios][loader]") {
  const Scratch scratch;
  const auto path =
      scratch.write("s.yaml", minimal_yaml() + "decision: {cost: {calibrated: data/c.csv}}\n");
  const auto file_of = [](const LoadedScenario& loaded) {
    return std::get<CalibratedDecisionCost>(loaded.scenario.decision.cost).file;
  };
  CHECK(file_of(load_scenario(path, {}, fake_registry())) == scratch.path("data/c.csv"));
  for (const char* text : {"decision.cost.calibrated=c.csv", "decision.cost={calibrated: c.csv}"}) {
    CHECK(file_of(load_scenario(path, {text}, fake_registry())) == "c.csv");
  }
}

TEST_CASE("What a scenario trains on replaces what it draws from, and nothing else",
          "[scenarios][loader]") {
  const Scenario s = load_text(minimal_yaml() + "training: {links: {b1: 7 MB/s}}\n");
  CHECK(constant(s.network.b1) == 1e6);
  const Scenario training = training_scenario(s);
  CHECK(constant(training.network.b1) == 7e6);
  CHECK(constant(training.network.b2) == 2e6);
  CHECK(constant(training.task.work) == 5e6);
}

TEST_CASE("The text of a scenario is kept as it stands in the file", "[scenarios][loader]") {
  const Scratch scratch;
  const std::string yaml = "# comment\r\n" + minimal_yaml();
  const auto loaded = load_scenario(scratch.write("s.yaml", yaml), {"seed=2"}, fake_registry());
  CHECK(loaded.text == yaml);
  CHECK(loaded.path == scratch.path("s.yaml"));
  CHECK(loaded.scenario.seed == 2);
}

TEST_CASE("Line ends of Windows, a byte-order mark, anchors and quotes are fine",
          "[scenarios][loader]") {
  std::string windows;
  for (const char c : minimal_yaml()) {
    windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  }
  CHECK(constant(load_text("\xEF\xBB\xBF" + windows).network.b1) == 1e6);
  const Scenario s = load_text(
      "task: {work: 1 Mcycles, data: 1 MB}\ndevice: {speed: &p '2 GHz'}\nedge: {speed: *p}\n"
      "links: {b1: &b \"3 MB/s\", b2: *b}\npolicies: [local]\n");
  CHECK(constant(s.network.edge_speed) == 2e9);
  CHECK(constant(s.network.b2) == 3e6);
}
