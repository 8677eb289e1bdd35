// Points and columns of sweeps, derived by hand.
#include "tests/catch.hpp"
#include "tests/unit/scenarios/sweep_support.hpp"

using namespace mec;
using namespace mec::test;

namespace {

const SweepColumn& only_column(const Sweep& sweep) { return sweep.grid.columns.at(0); }

}  // namespace

TEST_CASE("A sweep without axes has one point without fields", "[scenarios][sweep]") {
  const Sweep sweep = SweepFolder().load("");
  CHECK(sweep.grid.columns.empty());
  CHECK(sweep.grid.points == Points{{}});
  CHECK(scenario_at(sweep, 0).name == "base");
}

TEST_CASE("The last axis varies fastest, and zipped keys change together", "[scenarios][sweep]") {
  const Sweep sweep = SweepFolder().load(
      "axes:\n"
      "  - {key: device.count, values: [1, 2]}\n"
      "  - zip:\n"
      "      - {key: task.work, values: [1 Mcycles, 2 Mcycles]}\n"
      "      - {key: task.data, values: [3 kB, 4 kB]}\n"
      "  - {key: objective, values: [latency, energy]}\n");
  CHECK(sweep.grid.points == Points{{"1", "1000000", "3000", "latency"},
                                    {"1", "1000000", "3000", "energy"},
                                    {"1", "2000000", "4000", "latency"},
                                    {"1", "2000000", "4000", "energy"},
                                    {"2", "1000000", "3000", "latency"},
                                    {"2", "1000000", "3000", "energy"},
                                    {"2", "2000000", "4000", "latency"},
                                    {"2", "2000000", "4000", "energy"}});
  const Scenario scenario = scenario_at(sweep, 6);
  CHECK(scenario.network.devices == 2);
  CHECK(std::get<Constant>(scenario.task.work).value == 2e6);
  CHECK(std::get<Constant>(scenario.task.data).value == 4e3);
  CHECK(scenario.objective.is_latency());
  CHECK_FALSE(scenario_at(sweep, 7).objective.is_latency());
  CHECK_THROWS(scenario_at(sweep, 8));
}

TEST_CASE("A column of quantities is in SI units, which its name says", "[scenarios][sweep]") {
  struct Case {
    std::string axis;
    std::string name;
    std::string unit;
    Fields fields;
  };
  const std::vector<Case> cases = {
      {"{key: links.b1, values: [500 kB/s, 1 MB/s, 8 Mbit/s, 1 MiB/s]}", "", "", {}},
      {"{key: links.b1, values: [500 kB/s, 2.01 MB/s, 1 MiB/s]}",
       "links_b1_Bps",
       "B/s",
       {"500000", "2010000", "1048576"}},
      {"{key: edge.speed, values: [1 GHz, 0.5 GHz]}",
       "edge_speed_Hz",
       "Hz",
       {"1000000000", "500000000"}},
      {"{key: task.data, values: [0.1 MB]}", "task_data_bytes", "B", {"100000"}},
      {"{key: task.work, name: work, values: [2 Mcycles]}", "work_cycles", "cycles", {"2000000"}},
      {"{key: observation.age, values: [5 us, 0, 1 min]}",
       "observation_age_s",
       "s",
       {"5e-06", "0", "60"}},
      {"{key: energy.idle, values: [300 mW]}", "energy_idle_W", "W", {"0.3"}},
      {"{key: observation.noise, values: [0.1, 0.25]}", "observation_noise", "", {"0.1", "0.25"}},
      {"{key: task.subtasks, values: [1, 6]}", "task_subtasks", "", {"1", "6"}},
      {"{key: workload.tasks, values: [1e3, 500]}", "workload_tasks", "", {"1000", "500"}},
      {"{key: workload.warmup, values: [0, 10 s]}", "workload_warmup_s", "s", {"0", "10"}},
      {"{key: workload.warmup, values: [0, 10]}", "workload_warmup", "", {"0", "10"}},
      {"{key: seed, values: [18446744073709551615, 1]}",
       "swept_seed",
       "",
       {"18446744073709551615", "1"}},
      {"{key: edge.cores, name: task, values: [1, 2]}", "swept_task", "", {"1", "2"}},
      {"{key: edge.cores, name: Wins, values: [1, 2]}", "swept_Wins", "", {"1", "2"}},
      {"{key: workload.until, name: latency, values: [10 s]}", "swept_latency_s", "s", {"10"}},
      {"{key: workload.until, name: end_of_run_s, values: [10 s]}", "end_of_run_s", "s", {"10"}},
  };
  for (const Case& c : cases) {
    INFO(c.axis);
    if (c.name.empty()) {  // 8 Mbit/s is 1 MB/s
      CHECK(fault_of_axes("  - " + c.axis + "\n") ==
            "3:48: links.b1 \"8 Mbit/s\": listed twice; expected every value once");
      continue;
    }
    const Sweep sweep = SweepFolder().load("axes:\n  - " + c.axis + "\n");
    CHECK(only_column(sweep).name == c.name);
    CHECK(only_column(sweep).unit == c.unit);
    CHECK(only_column(sweep).numeric);
    CHECK(column_of(sweep) == c.fields);
  }
}

TEST_CASE("A column with anything but numbers has texts", "[scenarios][sweep]") {
  const Sweep sweep = SweepFolder().load(
      "axes:\n"
      "  - key: decision.cost\n"
      "    values:\n"
      "      - none\n"
      "      - {cycles:   5 Mcycles}\n"
      "      - cycles: 7 Mcycles\n");
  CHECK(only_column(sweep).name == "decision_cost");
  CHECK_FALSE(only_column(sweep).numeric);
  CHECK(column_of(sweep) == Fields{"none", "{cycles: 5 Mcycles}", "{cycles: 7 Mcycles}"});
  CHECK(std::get<CyclesDecisionCost>(scenario_at(sweep, 2).decision.cost).cycles.value() == 7e6);
  const Sweep mixed = SweepFolder().load(
      "axes: [{key: links.b1, values: [1 MB/s, \"uniform(1 MB/s, 2 MB/s)\"]}]\n");
  CHECK(only_column(mixed).name == "links_b1");
  CHECK(only_column(mixed).unit.empty());
  CHECK(column_of(mixed) == Fields{"1 MB/s", "uniform(1 MB/s, 2 MB/s)"});
  const Sweep words = SweepFolder().load("axes: [{key: cloud.cores, values: [2, unlimited]}]\n");
  CHECK(column_of(words) == Fields{"2", "unlimited"});
}

TEST_CASE("A template makes numbers of what takes more than a number", "[scenarios][sweep]") {
  const Sweep sweep = SweepFolder().load(
      "axes:\n"
      "  - key: links.b1\n"
      "    name: most\n"
      "    template: uniform(0 MB/s, {})\n"
      "    log-range: {from: 500 kB/s, to: 8 MB/s, count: 3}\n"
      "  - key: workload.arrivals\n"
      "    template: poisson({})\n"
      "    range: {from: 0.1 /s, to: 0.3 /s, step: 0.1 /s}\n");
  CHECK(sweep.grid.columns[0].name == "most_Bps");
  CHECK(sweep.grid.columns[1].name == "workload_arrivals_per_s");
  CHECK(sweep.grid.points[2] == Fields{"500000", "0.3"});
  CHECK(sweep.grid.points[3] == Fields{"2000000", "0.1"});
  const Scenario scenario = scenario_at(sweep, 5);
  CHECK(std::get<Uniform>(std::get<Distribution>(scenario.network.b1)).high == 2e6);
  // 0.3, not 3 * 0.1.
  CHECK(std::get<PoissonArrivals>(scenario.workload.arrivals).rate.value() == 0.3);
}

TEST_CASE("What the column says is what the scenario gets", "[scenarios][sweep]") {
  const Sweep sweep = SweepFolder().load(
      "axes:\n"
      "  - {key: links.b2, range: {from: 0.1 MB/s, to: 5 MB/s, step: 0.1 MB/s}}\n");
  REQUIRE(sweep.grid.points.size() == 50);
  for (std::size_t i = 0; i < 50; ++i) {
    const auto b2 = std::get<Constant>(std::get<Distribution>(scenario_at(sweep, i).network.b2));
    CHECK(b2.value == std::stod(sweep.grid.points[i][0]));
    CHECK(sweep.grid.points[i][0] == std::to_string((i + 1) * 100'000));
  }
}

TEST_CASE("Axes reach into nodes, links by name and groups of devices", "[scenarios][sweep]") {
  const SweepFolder folder(two_edges_yaml());
  const Sweep sweep = folder.load(
      "axes:\n"
      "  - {key: topology.nodes.west.speed, values: [1 GHz, 9 GHz]}\n"
      "  - {key: topology.links.backhaul.bandwidth, values: [5 MB/s]}\n"
      "  - {key: topology.devices.phones.count, values: [3]}\n");
  CHECK(sweep.grid.columns[0].name == "topology_nodes_west_speed_Hz");
  CHECK(sweep.grid.points[1] == Fields{"9000000000", "5000000", "3"});
  const GraphModel graph = scenario_at(sweep, 1).network.graph.value();
  CHECK(std::get<Constant>(graph.nodes.at(1).speed).value == 9e9);
  CHECK(std::get<Constant>(std::get<Distribution>(graph.links.at(2).bandwidth)).value == 5e6);
  CHECK(graph.devices.at(0).count == 3);
}

TEST_CASE("An axis may bring a key that the base scenario lacks", "[scenarios][sweep]") {
  const SweepFolder folder(
      "task: {work: 5 Mcycles, data: 2 MB}\n"
      "device: {speed: 500 MHz}\n"
      "edge: {speed: 2 GHz}\n"
      "links: {b2: 1 MB/s}\n");
  const std::string policies = "policies: [local]\n";
  CHECK(folder.faults(policies + "axes: [{key: links.b1, values: [1 MB/s]}]\n").empty());
  const auto faults = folder.faults(policies);
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].starts_with("base.yaml:4:1: links.b1: missing; expected a data rate"));
}
