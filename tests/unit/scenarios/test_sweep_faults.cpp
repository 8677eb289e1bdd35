// Everything that is refused, with its message.
#include "core/errors.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenarios/sweep_support.hpp"

using namespace mec;
using namespace mec::test;

namespace {

using Faults = std::vector<std::string>;

constexpr auto kOneAxis = "axes: [{key: device.count, values: [1, 2]}]\n";

}  // namespace

TEST_CASE("A swept value's fault is told once, where it stands", "[scenarios][sweep]") {
  CHECK(
      SweepFolder().faults("axes:\n"
                           "  - {key: edge.speed, values: [1 GHz, 3, 2 GHz]}\n"
                           "  - key: device.count\n"
                           "    values:\n"
                           "      - 2\n"
                           "      - 0\n"
                           "  - {key: edge.spede, values: [1 GHz, 3]}\n"
                           "  - {key: decision.cost, values: [none, {cycle: 3}]}\n") ==
      Faults{"sweep.yaml:3:39: edge.speed \"3\": missing unit; expected Hz, kHz, MHz or GHz",
             "sweep.yaml:7:9: device.count \"0\": out of range; expected a whole number from 1 to "
             "100000",
             "sweep.yaml:8:11: edge.spede: unknown key; expected speed, cores or discipline; did "
             "you mean \"speed\"?",
             "sweep.yaml:9:42: decision.cost.cycle: unknown key; expected cycles or calibrated; "
             "did you mean \"cycles\"?"});
  CHECK(fault_of_axes("  - {key: device.count, range: {from: 1, to: 200000, step: 100000}}\n") ==
        "3:32: device.count \"100001\": out of range; expected a whole number from 1 to 100000");
}

TEST_CASE("A condition on an axis whose key is refused is not checked against that key",
          "[scenarios][sweep]") {
  const std::string axes =
      "axes:\n"
      "  - {key: device.cuont, name: devices, values: [1, 5]}\n"
      "  - {key: links.b1, values: [1 MB/s]}\n";
  const std::string refused =
      "sweep.yaml:3:11: device.cuont: unknown key; expected count or speed; did you mean "
      "\"count\"?";
  CHECK(SweepFolder().faults(axes + "where: devices <= 8 and links_b1 > 1 kB/s\n") ==
        Faults{refused});
  CHECK(SweepFolder().faults(axes + "where: devices == few or devices < links_b1\n") ==
        Faults{refused});
  // Its other faults are told.
  CHECK(SweepFolder().faults(axes + "where: devises <= 8\n") ==
        Faults{refused,
               "sweep.yaml:5:8: where \"devises <= 8\": unknown axis \"devises\"; expected devices "
               "or links_b1; did you mean \"devices\"?"});
  CHECK(SweepFolder().faults(axes + "where: devices <= 8 and links_b1 > 3\n").size() == 2);
}

TEST_CASE("Faults of sweep, scenario and overrides come together", "[scenarios][sweep]") {
  CHECK(SweepFolder("state: fixd\n" + minimal_yaml())
            .faults("colour: red\n"
                    "policies: [lokal]\n"
                    "replications: 0\n"
                    "axes: [{key: device.count, values: [0]}]\n",
                    {"edge.cores=0", "edge"}) ==
        Faults{
            "base.yaml:1:8: state \"fixd\": unknown word; expected per-task or fixed; did "
            "you mean \"fixed\"?",
            "sweep.yaml:2:1: colour: unknown key; expected name, description, scenario, set, "
            "policies, replications, precision, warmup, seed, axes or where",
            "sweep.yaml:3:12: policies \"lokal\": unknown policy \"lokal\"; expected one of local, "
            "edge, cloud, random, greedy, best-constant, optimal; did you mean \"local\"?",
            "sweep.yaml:4:15: replications \"0\": out of range; expected a whole number from 1 to "
            "10000",
            "sweep.yaml:5:37: device.count \"0\": out of range; expected a whole number from 1 to "
            "100000",
            "--set edge.cores=0: out of range; expected a whole number from 1 to 4096",
            "--set edge: missing \"=\"; expected KEY=VALUE, such as edge.speed=2GHz"});
}

TEST_CASE("A fault that only some points have says where", "[scenarios][sweep]") {
  CHECK(SweepFolder().faults("axes:\n"
                             "  - {key: workload.tasks, values: [10, 50]}\n"
                             "  - {key: workload.warmup, values: [5, 20]}\n") ==
        Faults{"sweep.yaml:4:40: workload.warmup \"20\": nothing would be recorded; expected less "
               "than workload.tasks, 10 (where workload_tasks = 10, workload_warmup = 20)"});
  CHECK(SweepFolder("workload: {warmup: 20}\n" + minimal_yaml())
            .faults("axes:\n"
                    "  - {key: workload.tasks, values: [10, 50]}\n"
                    "  - {key: edge.cores, values: [1, 2, 3]}\n") ==
        Faults{"base.yaml:1:20: workload.warmup \"20\": nothing would be recorded; expected less "
               "than workload.tasks, 10 (where workload_tasks = 10, edge_cores = 1, and at 2 more "
               "points)"});
  // What no point does without is not.
  CHECK(SweepFolder("workload: {warmup: 20}\n" + minimal_yaml())
            .faults("set: {workload.tasks: 10}\n" + std::string(kOneAxis)) ==
        Faults{"base.yaml:1:20: workload.warmup \"20\": nothing would be recorded; expected less "
               "than workload.tasks, 10"});
  // Conditions leave such points out.
  CHECK(SweepFolder()
            .faults("axes:\n"
                    "  - {key: workload.tasks, values: [10, 50]}\n"
                    "  - {key: workload.warmup, values: [5, 20]}\n"
                    "where: workload_warmup < workload_tasks\n")
            .empty());
}

TEST_CASE("Axes without values, and keys that no axis may sweep, are refused",
          "[scenarios][sweep]") {
  CHECK(SweepFolder().faults("axes: []\n") ==
        Faults{"sweep.yaml:2:7: axes: an empty list; expected a list of axes, such as - {key: "
               "device.count, values: [5, 10]}"});
  CHECK(SweepFolder().faults("axes:\n") ==
        Faults{"sweep.yaml:2:1: axes: no value; expected a list of axes, such as - {key: "
               "device.count, values: [5, 10]}"});
  CHECK(fault_of_axes("  - {key: edge.speed, values: []}\n") ==
        "3:23: axes.values: an empty list; expected a list of values of edge.speed");
  CHECK(fault_of_axes("  - {key: edge.speed}\n") ==
        "3:5: axes.edge.speed: no values; expected one of values, range and log-range");
  CHECK(fault_of_axes("  - {key: edge.speed, values: [1 GHz], range: {}}\n") ==
        "3:40: axes.edge.speed: values and range; expected only one of them");
  CHECK(fault_of_axes("  - {values: [1]}\n") ==
        "3:5: axes.key: missing; expected a key of the scenario, such as edge.speed");
  CHECK(fault_of_axes("  - {key: policies, values: [[local]]}\n") ==
        "3:11: axes.key \"policies\": every point runs the same policies; expected them under "
        "`policies` of the sweep, with their parameters");
  CHECK(fault_of_axes("  - {key: replications, values: [1]}\n") ==
        "3:11: axes.key \"replications\": every point has as many; expected `replications` or "
        "`precision` of the sweep");
  CHECK(fault_of_axes("  - {key: published.source, values: [a]}\n") ==
        "3:11: axes.key \"published.source\": it changes no result; expected another key");
  CHECK(fault_of_axes("  - {key: edge.speed, values: [1 GHz, null]}\n") ==
        "3:39: axes.values: an empty value; expected a value of edge.speed");
}

TEST_CASE("A key swept twice, a value listed twice, and lists that do not fit are refused",
          "[scenarios][sweep]") {
  CHECK(fault_of_axes("  - {key: edge.cores, values: [1]}\n  - {key: edge.cores, values: [2]}\n") ==
        "4:11: edge.cores: swept twice; expected one axis, first on line 3");
  CHECK(fault_of_axes("  - {key: edge.speed, values: [1 GHz, 1000 MHz]}\n") ==
        "3:39: edge.speed \"1000 MHz\": listed twice; expected every value once");
  CHECK(fault_of_axes("  - zip:\n"
                      "      - {key: edge.cores, values: [1, 2]}\n"
                      "      - {key: edge.speed, values: [1 GHz, 2 GHz, 3 GHz]}\n") ==
        "3:5: axes.zip: 2 values of edge.cores and 3 of edge.speed; expected as many of each");
  CHECK(fault_of_axes("  - zip:\n"
                      "      - {key: edge.cores, values: [1, 1]}\n"
                      "      - {key: edge.speed, values: [1 GHz, 1 GHz]}\n") ==
        "4:39: edge.cores \"1\": listed twice with the same values beside it; expected it once");
  CHECK(fault_of_axes("  - {zip: []}\n") ==
        "3:6: axes.zip: an empty list; expected a list of axes that change together");
  CHECK(fault_of_axes("  - {key: edge.cores, values: [1], name: x}\n"
                      "  - {key: cloud.cores, values: [1], name: X}\n") ==
        "4:11: cloud.cores: its column is called X, as that of edge.cores is; expected a `name` of "
        "its own");
  CHECK(
      fault_of_axes("  - {key: edge.cores, values: [1], name: a-b}\n") ==
      "3:42: axes.name \"a-b\": not the name of a column; expected a name of letters, digits and _ "
      "that starts with a letter");
}

TEST_CASE("A key within another one that is swept is refused", "[scenarios][sweep]") {
  const std::string outer = "  - {key: edge, values: [{speed: 1 GHz}, {speed: 4 GHz}]}\n";
  const std::string inner = "  - {key: edge.speed, values: [2 GHz]}\n";
  const std::string message =
      ":11: edge.speed: lies within edge, which is swept too; expected only one of them";
  CHECK(fault_of_axes(outer + inner) == "4" + message);
  CHECK(fault_of_axes(inner + outer) == "3" + message);
  CHECK(
      SweepFolder().faults("set: {edge.speed: 2 GHz}\naxes:\n" + outer) ==
      Faults{"sweep.yaml:2:7: set.edge.speed: the axis over edge rules it; expected another key"});
}

TEST_CASE("Ranges and templates that are none are refused", "[scenarios][sweep]") {
  CHECK(fault_of_axes("  - {key: edge.cores, range: {from: 1, to: 5, step: 0}}\n") ==
        "3:30: axes.range: a step of 0; expected a step from `from` to `to`");
  CHECK(fault_of_axes("  - {key: edge.cores, range: {from: 1, to: 5}}\n") ==
        "3:30: axes.range: not complete; expected {from: 1, to: 5, step: 1} or {from: 1, to: 5, "
        "count: 5}");
  CHECK(fault_of_axes("  - {key: edge.cores, range: {from: 1, to: 5, count: 0}}\n") ==
        "3:54: axes.range.count \"0\": out of range; expected a whole number from 1 to 4294967295");
  CHECK(fault_of_axes("  - {key: state, range: {from: 1, to: 5, count: 2}}\n") ==
        "3:25: axes.state: not a key of numbers; expected values: [...]");
  CHECK(fault_of_axes("  - {key: edge.speed, log-range: {from: 0 Hz, to: 5 GHz, count: 2}}\n") ==
        "3:34: axes.log-range: 0 has no logarithm; expected from and to above 0");
  CHECK(fault_of_axes("  - {key: links.b1, template: \"uniform({})\", values: [1 MB/s]}\n") ==
        "3:55: links.b1 \"uniform(1 MB/s)\": 1 argument; expected uniform(low, high)");
  CHECK(
      fault_of_axes("  - {key: links.b1, template: uniform, values: [1 MB/s]}\n") ==
      "3:31: axes.template \"uniform\": not a template; expected one text with {} where the value "
      "belongs, such as poisson({})");
}

TEST_CASE("A sweep that is too large is refused with its size, before it is built",
          "[scenarios][sweep]") {
  const std::string thousand = "range: {from: 1, to: 1000, step: 1}}\n";
  CHECK(
      SweepFolder().faults("policies: [local, edge]\n"
                           "replications: 5\n"
                           "axes:\n"
                           "  - {key: device.count, " +
                           thousand + "  - {key: edge.cores, " + thousand +
                           "  - {key: workload.tasks, " + thousand) ==
      Faults{"sweep.yaml:4:1: axes: 10,000,000,000 simulations (1,000,000,000 points x 2 policies "
             "x 5 replications); expected at most 1,000,000"});
  CHECK(SweepFolder().faults("axes:\n"
                             "  - {key: workload.tasks, range: {from: 1, to: 1e15, step: 1}}\n"
                             "  - {key: seed, range: {from: 1, to: 1e15, step: 1}}\n") ==
        Faults{"sweep.yaml:2:1: axes: about 10^30 simulations (about 10^30 points x 1 policy x 1 "
               "replication); expected at most 1,000,000"});
  CHECK(SweepFolder().faults("replications: 10000\n"
                             "axes: [{key: edge.cores, range: {from: 1, to: 101, step: 1}}]\n") ==
        Faults{"sweep.yaml:3:1: axes: 1,010,000 simulations (101 points x 1 policy x 10000 "
               "replications); expected at most 1,000,000"});
}

TEST_CASE("What an axis rules cannot be set beside it", "[scenarios][sweep]") {
  CHECK(SweepFolder().faults("set: {device.count: 3}\n" + std::string(kOneAxis),
                             {"device.count=4"}) ==
        Faults{"sweep.yaml:2:7: set.device.count: the axis over device.count rules it; expected "
               "another key",
               "--set device.count=4: the axis over device.count rules it; expected another key"});
  CHECK(
      SweepFolder().faults("axes: [{key: decision.cost, values: [none]}]\n",
                           {"decision.cost.cycles=4"}) ==
      Faults{"--set decision.cost.cycles=4: the axis over decision.cost rules it; expected another "
             "key"});
  CHECK(SweepFolder().faults("set: {seed: 3}\n") ==
        Faults{"sweep.yaml:2:7: set.seed: the sweep rules it; expected `seed` beside `set`"});
  CHECK(
      SweepFolder().faults("set: {edge.cores: 3, edge.cores: 4}\n") ==
      Faults{"sweep.yaml:2:22: set.edge.cores: duplicate key; expected it once, first on line 2"});
}

TEST_CASE("A node or link that is not there cannot be swept", "[scenarios][sweep]") {
  CHECK(SweepFolder(two_edges_yaml())
            .faults("axes:\n"
                    "  - {key: topology.nodes.wset.speed, values: [1 GHz]}\n"
                    "  - {key: topology.links.bakhaul.bandwidth, values: [1 MB/s]}\n") ==
        Faults{"sweep.yaml:3:11: axes.key \"topology.nodes.wset.speed\": no \"wset\" in the "
               "scenario; expected mast, west, east or cloud; did you mean \"west\"?",
               "sweep.yaml:4:11: axes.key \"topology.links.bakhaul.bandwidth\": no \"bakhaul\" in "
               "the list; expected backhaul; did you mean \"backhaul\"?"});
}

TEST_CASE("Precision, warm-up and conditions of another form are refused", "[scenarios][sweep]") {
  CHECK(SweepFolder().faults("precision: 1\nwarmup: 100\nwhere: {a: b}\n") ==
        Faults{"sweep.yaml:2:12: precision \"1\": not a percentage; expected a percentage of the "
               "mean above 0 %, such as 1%",
               "sweep.yaml:3:9: warmup \"100\": unknown word; expected none or mser-5 (a date or a "
               "number of tasks is workload.warmup under `set`)",
               "sweep.yaml:4:8: where: a map; expected a list of conditions, such as [devices <= "
               "10]"});
  CHECK(SweepFolder().faults("precision: {target: 0%, of: mean, least: 1, most: 3}\n").size() == 3);
  CHECK(
      SweepFolder().faults("precision: {target: 2%, least: 9, most: 3}\n") ==
      Faults{"sweep.yaml:2:41: precision.most \"3\": below the least number, 9; expected at least "
             "that"});
  CHECK(SweepFolder().faults("precision: 1%\nreplications: 3\n") ==
        Faults{"sweep.yaml:2:12: precision \"1%\": stands beside replications, which it finds out; "
               "expected only one of them"});
}

TEST_CASE("Conditions need axes", "[scenarios][sweep]") {
  CHECK(SweepFolder().faults("where: edge_speed < 3 GHz\n") ==
        Faults{"sweep.yaml:2:8: where \"edge_speed < 3 GHz\": there are no axes; expected axes "
               "beside it"});
}

TEST_CASE("A scenario is no sweep, and a sweep no scenario", "[scenarios][sweep]") {
  const SweepFolder folder;
  CHECK(folder.faults_whole(minimal_yaml()) ==
        Faults{"sweep.yaml:1:1: a scenario; expected a sweep (`mecsim run` runs a scenario)"});
  CHECK(faults_of("scenario: base.yaml\n" + std::string(kOneAxis)) ==
        Faults{"s.yaml:1:1: a sweep; expected a scenario (`mecsim sweep` runs a sweep)"});
  folder.scratch().write("other.yaml", "scenario: base.yaml\n");
  CHECK(folder.faults_whole("scenario: other.yaml\n") ==
        Faults{"sweep.yaml:1:11: scenario \"other.yaml\": a sweep; expected a scenario"});
}

TEST_CASE("The scenario's name does not end at a NUL character", "[scenarios][sweep]") {
  CHECK(SweepFolder().faults_whole("scenario: \"base.yaml\\0x\"\n") ==
        Faults{"sweep.yaml:1:11: a NUL character, \"\\0\"; expected a text without it"});
}

TEST_CASE("Files that are missing, empty or no YAML are refused", "[scenarios][sweep]") {
  const SweepFolder folder;
  CHECK(folder.faults_whole("") == Faults{"sweep.yaml:1:1: the file is empty; expected a sweep"});
  CHECK(folder.faults_whole("[a]\n") ==
        Faults{"sweep.yaml:1:1: not a sweep; expected a map of keys "
               "such as scenario, axes, policies"});
  CHECK(folder.faults_whole("scenario: gone.yaml\n") ==
        Faults{"sweep.yaml:1:11: scenario \"gone.yaml\": gone.yaml: No such file or directory; "
               "expected a scenario file"});
  CHECK(
      folder.faults_whole(kOneAxis) ==
      Faults{"sweep.yaml:1:1: scenario: missing; expected the path of a scenario, which starts at "
             "this file's folder"});
  CHECK(folder.faults("axes:\n\t- a\n") ==
        Faults{"sweep.yaml:3:1: a tab indents this line; expected spaces"});
  CHECK(folder.faults("seed: 1\nseed: 2\n") ==
        Faults{"sweep.yaml:3:1: seed: duplicate key; expected it once, first on line 2"});
  CHECK(folder.faults("set: {workload.file: gone.csv}\n") ==
        Faults{"gone.csv: No such file or directory"});
  CHECK(SweepFolder("a: [\n").faults(kOneAxis).at(0).starts_with("base.yaml:1:4: not YAML"));
  CHECK_THROWS_AS(load_sweep(folder.scratch() / "none.yaml", {}, fake_registry()), UserError);
}
