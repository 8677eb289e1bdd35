// What a sweep file says beside its axes, and what the command line changes.
#include "tests/catch.hpp"
#include "tests/unit/scenarios/sweep_support.hpp"

using namespace mec;
using namespace mec::test;

TEST_CASE("What a sweep does not say is the scenario's", "[scenarios][sweep]") {
  const SweepFolder folder("replications: 3\nseed: 9\nname: basis\n" + minimal_yaml());
  const Sweep sweep = folder.load("axes: [{key: device.count, values: [2, 3]}]\n");
  CHECK(sweep.name == "sweep");
  CHECK(sweep.description.empty());
  CHECK(sweep.scenario_path == folder.scratch() / "base.yaml");
  CHECK(sweep.scenario_text == read_file(folder.scratch() / "base.yaml"));
  CHECK(sweep.text == read_file(sweep.path));
  CHECK(sweep.replications == 3);
  CHECK(sweep.seed == 9);
  CHECK_FALSE(sweep.precision.has_value());
  CHECK(sweep.warm_up == WarmUpDetection::none);
  REQUIRE(sweep.policies.size() == 1);
  CHECK(sweep.policies[0].name == "local");
  const Scenario scenario = scenario_at(sweep, 1);
  CHECK(scenario.name == "basis");
  CHECK(scenario.seed == 9);
  CHECK(scenario.replications == 3);
  CHECK(scenario.policies.size() == 1);
}

TEST_CASE("A sweep's file is told from a scenario's", "[scenarios][sweep]") {
  const Scratch scratch;
  const auto is_one = [&scratch](const std::string& text) {
    return is_sweep_file(scratch.write("x.yaml", text));
  };
  CHECK(is_one("scenario: base.yaml\n"));
  CHECK(is_one("axes: []\n"));
  CHECK_FALSE(is_one(minimal_yaml()));
  CHECK_FALSE(is_one(""));
  CHECK_FALSE(is_one("- scenario\n"));
  CHECK_FALSE(is_one("scenario: [\n"));
  CHECK_FALSE(is_one(std::string("axes: []\n\0", 10)));
  CHECK_FALSE(is_sweep_file(scratch / "nowhere.yaml"));
  CHECK_FALSE(is_sweep_file(scratch.path().string()));
}

TEST_CASE("What a sweep says is every point's", "[scenarios][sweep]") {
  const Sweep sweep = SweepFolder().load(
      "name: load\n"
      "description: How much is too much.\n"
      "set: {workload.tasks: 20, edge: {speed: 3 GHz, cores: 2}}\n"
      "policies: [greedy, optimal: {solver: dp}, optimal]\n"
      "replications: 4\n"
      "seed: 6\n"
      "warmup: mser-5\n"
      "axes: [{key: device.count, values: [2, 3]}]\n");
  CHECK(sweep.name == "load");
  CHECK(sweep.description == "How much is too much.");
  CHECK(sweep.warm_up == WarmUpDetection::mser5);
  for (std::size_t point = 0; point < 2; ++point) {
    const Scenario scenario = scenario_at(sweep, point);
    CHECK(scenario.workload.tasks == 20);
    CHECK(scenario.network.edge_cores == 2);
    CHECK(scenario.network.devices == point + 2);
    CHECK(scenario.seed == 6);
    CHECK(scenario.replications == 4);
    REQUIRE(scenario.policies.size() == 3);
    CHECK(scenario.policies[1].parameters == PolicyParameters{{"solver", "dp"}});
  }
}

TEST_CASE("A precision is a percentage, or a map with its limits", "[scenarios][sweep]") {
  const auto short_form = SweepFolder().load("precision: 0.5 %\n").precision.value();
  CHECK(short_form.relative == 0.005);
  CHECK(short_form.of == PrecisionTarget::Statistic::mean_latency);
  CHECK(short_form.least == 5);
  CHECK(short_form.most == 1000);
  const Sweep sweep = SweepFolder("replications: 50\n" + minimal_yaml())
                          .load("precision: {target: 2%, of: ratio-of-means, least: 8, most: 9}\n");
  CHECK(sweep.precision->relative == 0.02);
  CHECK(sweep.precision->of == PrecisionTarget::Statistic::ratio_of_means);
  CHECK(sweep.precision->most == 9);
  CHECK(sweep.replications == 8);  // of the first round, whatever the scenario says
}

TEST_CASE("Overrides are laid over the sweep's own settings", "[scenarios][sweep]") {
  const Sweep sweep = SweepFolder().load("set: {workload.tasks: 20, edge.cores: 2}\n",
                                         {"workload.tasks=30", "links.b1=9 MB/s"});
  const Scenario scenario = scenario_at(sweep, 0);
  CHECK(scenario.workload.tasks == 30);
  CHECK(scenario.network.edge_cores == 2);
  CHECK(std::get<Constant>(std::get<Distribution>(scenario.network.b1)).value == 9e6);
}

TEST_CASE("Overrides of the sweep's own keys are the sweep's", "[scenarios][sweep]") {
  const SweepFolder folder;
  const Sweep sweep = folder.load("replications: 4\nseed: 6\n",
                                  {"seed=7", "replications=2", "policies=[edge, cloud]"});
  CHECK(sweep.seed == 7);
  CHECK(sweep.replications == 2);
  CHECK(sweep.policies.at(1).name == "cloud");
  // Precision and replications take each other's place.
  const Sweep precise = folder.load("replications: 4\n", {"precision=3%"});
  CHECK(precise.precision->relative == 0.03);
  CHECK(precise.replications == 5);
  const Sweep counted = folder.load("precision: 3%\n", {"replications=7", "warmup=mser-5"});
  CHECK_FALSE(counted.precision.has_value());
  CHECK(counted.replications == 7);
  CHECK(counted.warm_up == WarmUpDetection::mser5);
  CHECK(folder.faults("", {"replications=7", "precision=1%"}) ==
        std::vector<std::string>{"--set precision=1%: stands beside replications, which it finds "
                                 "out; expected only one of them"});
  CHECK(folder.faults("", {"replications=0", "seed=x", "precission=1%"}).size() == 3);
}

TEST_CASE("A swept seed takes the place of the sweep's", "[scenarios][sweep]") {
  const Sweep sweep = SweepFolder().load("seed: 3\naxes: [{key: seed, values: [11, 12]}]\n");
  CHECK(sweep.seed == 3);
  CHECK(scenario_at(sweep, 0).seed == 11);
  CHECK(scenario_at(sweep, 1).seed == 12);
}

TEST_CASE("Paths of a sweep file start at its folder, those of its scenario at the scenario's",
          "[scenarios][sweep]") {
  const Scratch scratch;
  std::filesystem::create_directories(scratch.path() / "scenarios");
  std::filesystem::create_directories(scratch.path() / "sweeps");
  scratch.write("scenarios/base.yaml", minimal_yaml());
  scratch.write("scenarios/near.csv", "0,1\n1,2\n");
  scratch.write("sweeps/near.csv", "0,3\n1,4\n");
  const Sweep sweep =
      load_sweep(scratch.write("sweeps/s.yaml",
                               "scenario: ../scenarios/base.yaml\n"
                               "axes:\n"
                               "  - {key: links.b1, values: [\"trace(near.csv, MB/s)\", \"trace("
                               "../scenarios/near.csv, MB/s)\"]}\n"),
                 {}, fake_registry());
  const auto first_rate = [&](std::size_t point) {
    return std::get<TraceRate>(scenario_at(sweep, point).network.b1).trace->rates.at(0).value();
  };
  CHECK(first_rate(0) == 3e6);
  CHECK(first_rate(1) == 1e6);
}

TEST_CASE("Traces and platforms are read once for all points", "[scenarios][sweep]") {
  const SweepFolder folder;
  folder.scratch().write("t.csv", "0,1\n1,2\n");
  const Sweep sweep = folder.load(
      "set: {links.b1: \"trace(t.csv, MB/s)\"}\n"
      "axes: [{key: device.count, values: [1, 2]}]\n");
  const auto trace = [&](std::size_t point) {
    return std::get<TraceRate>(scenario_at(sweep, point).network.b1).trace;
  };
  CHECK(trace(0) == trace(1));

  std::size_t reads = 0;
  const PlatformReader reader = [&](const std::string&, const HostSelection&) {
    ++reads;
    PlatformFile file;
    file.hosts = {{"phone"}, {"server"}};
    file.links = {{"wire"}};
    const std::vector<LinkIndex> wire = {0};
    file.routes.add({});    // from the server to itself
    file.routes.add(wire);  // from the phone
    file.routes.add(wire);  // and back
    return file;
  };
  const SweepFolder platform(
      "task: {work: 5 Mcycles, data: 2 MB}\n"
      "topology: {platform: p.xml, devices: [phone]}\n"
      "policies: [local]\n");
  platform.scratch().write("sweep.yaml",
                           "scenario: base.yaml\n"
                           "axes: [{key: workload.tasks, values: [1, 2, 3]}]\n");
  const Sweep of_platform =
      load_sweep(platform.scratch() / "sweep.yaml", {}, fake_registry(), reader);
  (void)scenario_at(of_platform, 2);
  CHECK(reads == 1);
}

TEST_CASE("A point is the scenario that the same overrides make", "[scenarios][sweep]") {
  const SweepFolder folder;
  const Sweep sweep = folder.load(
      "axes:\n"
      "  - {key: edge.speed, values: [2.01 GHz]}\n"
      "  - {key: workload.arrivals, template: \"poisson({})\", values: [0.7 /s]}\n");
  const Scenario swept = scenario_at(sweep, 0);
  const Scenario set =
      load_scenario(folder.scratch() / "base.yaml",
                    {"edge.speed=2.01 GHz", "workload.arrivals=poisson(0.7 /s)"}, fake_registry())
          .scenario;
  CHECK(std::get<Constant>(swept.network.edge_speed).value ==
        std::get<Constant>(set.network.edge_speed).value);
  CHECK(std::get<PoissonArrivals>(swept.workload.arrivals).rate.value() ==
        std::get<PoissonArrivals>(set.workload.arrivals).rate.value());
  CHECK(swept.name == set.name);
}
