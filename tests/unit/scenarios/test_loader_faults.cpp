#include "scenarios/loader.hpp"
#include "scenarios/scenario_error.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenarios/support.hpp"

using namespace mec;
using namespace mec::test;

using Lines = std::vector<std::string>;

namespace {

std::string error_of(const std::string& path) {
  try {
    (void)load_scenario(path, {}, fake_registry());
    return "no fault";
  } catch (const ScenarioError& error) {
    return error.what();
  }
}

// The faults of the minimal scenario with `line` below it, as line 11.
Lines faults_below(const std::string& line) { return faults_of(minimal_yaml() + line + "\n"); }

}  // namespace

TEST_CASE("All faults of a file are reported at once, in line order", "[scenarios][faults]") {
  const Lines faults = faults_of(
      "name: x\n"
      "seeed: 3\n"
      "task:\n"
      "  work: 5\n"
      "  data: uniform(5 MB, 2 MB)\n"
      "device:\n"
      "  count: 0\n"
      "  speed: 3 MB\n"
      "edge:\n"
      "  sped: 3 GHz\n"
      "links: {b1: 0, b2: fast}\n"
      "policies: [local, gredy]\n");
  CHECK(
      faults ==
      Lines{
          "s.yaml:2:1: seeed: unknown key; expected name, description, seed, replications, task, "
          "device, edge, cloud, links, topology, state, workload, objective, energy, decision, "
          "observation, training, published or policies; did you mean \"seed\"?",
          "s.yaml:4:9: task.work \"5\": missing unit; expected cycles, kcycles, Mcycles or "
          "Gcycles",
          "s.yaml:5:9: task.data \"uniform(5 MB, 2 MB)\": the low bound is above the high one; "
          "expected low <= high",
          "s.yaml:7:10: device.count \"0\": out of range; expected a whole number from 1 to "
          "100000",
          "s.yaml:8:10: device.speed \"3 MB\": unit MB is not a frequency; expected Hz, kHz, MHz "
          "or GHz",
          "s.yaml:9:1: edge.speed: missing; expected a frequency (Hz, kHz, MHz or GHz), or a "
          "distribution of them",
          "s.yaml:10:3: edge.sped: unknown key; expected speed, cores or discipline; did you mean "
          "\"speed\"?",
          "s.yaml:11:13: links.b1 \"0\": 0 is no value here; expected more than 0",
          "s.yaml:11:20: links.b2 \"fast\": not a number; expected a number and a unit: B/s, "
          "kB/s, MB/s, GB/s, TB/s, KiB/s, MiB/s, GiB/s, bit/s, kbit/s, Mbit/s or Gbit/s",
          "s.yaml:12:19: policies \"gredy\": unknown policy \"gredy\"; expected one of local, "
          "edge, cloud, random, greedy, best-constant, optimal; did you mean \"greedy\"?",
      });
}

TEST_CASE("The message of the error is its faults, one a line", "[scenarios][faults]") {
  const Scratch scratch;
  const auto path = scratch.write("s.yaml", minimal_yaml() + "a: 1\nb: 2\n");
  const std::string text = error_of(path);
  CHECK(text.starts_with(path + ":11:1: a: unknown key; "));
  CHECK(text.find("\n" + path + ":12:1: b: unknown key; ") != std::string::npos);
}

TEST_CASE("Keys that every scenario needs are reported where they should stand",
          "[scenarios][faults]") {
  CHECK(faults_of("# nothing yet\nname: x\nedge: {}\n") ==
        Lines{
            "s.yaml:2:1: task.work: missing; expected an amount of work (cycles, kcycles, Mcycles "
            "or Gcycles), or a distribution of them",
            "s.yaml:2:1: task.data: missing; expected an amount of data (B, kB, MB, GB, TB, KiB, "
            "MiB, GiB, bit, kbit, Mbit or Gbit), or a distribution of them",
            "s.yaml:2:1: device.speed: missing; expected a frequency (Hz, kHz, MHz or GHz), or a "
            "distribution of them",
            "s.yaml:2:1: links.b1: missing; expected a data rate (B/s, kB/s, MB/s, GB/s, TB/s, "
            "KiB/s, MiB/s, GiB/s, bit/s, kbit/s, Mbit/s or Gbit/s), a distribution of them, or a "
            "channel",
            "s.yaml:2:1: links.b2: missing; expected a data rate (B/s, kB/s, MB/s, GB/s, TB/s, "
            "KiB/s, MiB/s, GiB/s, bit/s, kbit/s, Mbit/s or Gbit/s), a distribution of them, or a "
            "channel",
            "s.yaml:2:1: policies: missing; expected a list of policies, such as [local, greedy]",
            "s.yaml:3:1: edge.speed: missing; expected a frequency (Hz, kHz, MHz or GHz), or a "
            "distribution of them",
        });
}

TEST_CASE("A value of the wrong shape says what shape is right", "[scenarios][faults]") {
  CHECK(
      faults_below("cloud: 3 GHz") ==
      Lines{"s.yaml:11:8: cloud \"3 GHz\": not a map; expected a map of speed, cores, discipline"});
  CHECK(faults_below("cloud:") ==
        Lines{"s.yaml:11:1: cloud: no value; expected a map of speed, cores, discipline"});
  CHECK(faults_below("cloud: {cores: }") ==
        Lines{"s.yaml:11:9: cloud.cores: no value; expected unlimited or a whole number from 1 to "
              "4096"});
  CHECK(faults_below("seed: [1, 2]") ==
        Lines{"s.yaml:11:7: seed: a list; expected a whole number from 0 to "
              "18446744073709551615"});
  CHECK(faults_below("state: {a: b}") ==
        Lines{"s.yaml:11:8: state: a map; expected per-task or fixed"});
  CHECK(faults_below("? [a]\n: b")[0].starts_with("s.yaml:11:3: not a key; expected name, "));
}

TEST_CASE("Whole numbers are checked", "[scenarios][faults]") {
  CHECK(faults_below("seed: -1") ==
        Lines{"s.yaml:11:7: seed \"-1\": out of range; expected a whole number from 0 to "
              "18446744073709551615"});
  CHECK(faults_below("seed: 18446744073709551616").size() == 1);
  CHECK(faults_below("replications: 2.5") ==
        Lines{"s.yaml:11:15: replications \"2.5\": out of range; expected a whole number from 1 to "
              "10000"});
  CHECK(faults_below("replications: few") ==
        Lines{"s.yaml:11:15: replications \"few\": not a whole number; expected a whole number "
              "from 1 to 10000"});
  CHECK(faults_below("workload: {tasks: 0}") ==
        Lines{"s.yaml:11:19: workload.tasks \"0\": out of range; expected a whole number from 1 to "
              "1000000000"});
  CHECK(faults_below("cloud: {cores: unlimeted}") ==
        Lines{"s.yaml:11:16: cloud.cores \"unlimeted\": not a whole number; expected unlimited or "
              "a whole number from 1 to 4096; did you mean \"unlimited\"?"});
  CHECK(faults_below("replications: 1e4").empty());
  CHECK(faults_below("replications: 1e400").size() == 1);
}

TEST_CASE("Words are checked", "[scenarios][faults]") {
  CHECK(faults_below("state: per_task") ==
        Lines{"s.yaml:11:8: state \"per_task\": unknown word; expected per-task or fixed; did you "
              "mean \"per-task\"?"});
  CHECK(faults_below("objective: speed") ==
        Lines{"s.yaml:11:12: objective \"speed\": unknown word; expected latency or energy, or a "
              "map of latency and energy"});
  CHECK(faults_below("decision: {site: phone}") ==
        Lines{"s.yaml:11:18: decision.site \"phone\": unknown word; expected device, edge or "
              "cloud"});
  CHECK(faults_below("name: ''") ==
        Lines{"s.yaml:11:7: name \"\": not a short name; expected 1 to 80 characters on one line"});
}

TEST_CASE("Options that depend on each other are checked together", "[scenarios][faults]") {
  CHECK(faults_below("workload: {arrivals: from-file}") ==
        Lines{"s.yaml:11:22: workload.arrivals \"from-file\": there is no workload file; expected "
              "workload.file, or other arrivals"});
  CHECK(faults_below("objective: {latency: 0}") ==
        Lines{"s.yaml:11:12: objective: both weights are 0; expected latency or energy above 0"});
  CHECK(faults_below("objective: {energy: -1}") ==
        Lines{"s.yaml:11:12: objective: both weights are 0; expected latency or energy above 0",
              "s.yaml:11:21: objective.energy \"-1\": negative; expected at least 0"});
  CHECK(faults_below("decision: {cost: {}}") ==
        Lines{"s.yaml:11:12: decision.cost: missing; expected a map of cycles or calibrated"});
  CHECK(faults_below("decision: {cost: {cycles: 1, calibrated: c.csv}}") ==
        Lines{"s.yaml:11:12: decision.cost: cycles and calibrated; expected only one of them"});
  CHECK(faults_of(minimal_yaml() + "decision: {cost: {cycles: 1}}\n",
                  {"decision.cost.calibrated=c.csv"}) ==
        Lines{"s.yaml:11:12: decision.cost: cycles and calibrated; expected only one of them"});
  CHECK(faults_below("workload: {file: ''}") ==
        Lines{"s.yaml:11:18: workload.file \"\": empty; expected the path of a workload file"});
}

TEST_CASE("A run that would record nothing is refused", "[scenarios][faults]") {
  CHECK(faults_below("workload: {warmup: 2 min, until: 120 s}") ==
        Lines{"s.yaml:11:20: workload.warmup \"2 min\": nothing would be recorded; expected less "
              "than workload.until, 120 s"});
  CHECK(faults_below("workload: {warmup: 119 s, until: 2 min}").empty());
  CHECK(faults_below("workload: {tasks: 50, warmup: 50}") ==
        Lines{"s.yaml:11:31: workload.warmup \"50\": nothing would be recorded; expected less than "
              "workload.tasks, 50"});
  CHECK(faults_below("workload: {warmup: 1000}").size() == 1);  // of 1,000
  CHECK(faults_below("workload: {warmup: 999}").empty());
  CHECK(faults_below("workload: {warmup: 5000, file: w.csv}").empty());
  const std::string times = "a time (ns, us, ms, s, min or h)";
  CHECK(fault_of_set("workload.warmup=2.5") == "missing unit; expected ns, us, ms, s, min or h");
  CHECK(fault_of_set("workload.warmup=1e10") ==
        "out of range; expected " + times + ", or a whole number of tasks up to 1000000000");
  CHECK(fault_of_set("workload.until=0") == "0 is no value here; expected more than 0");
}

TEST_CASE("What is observed is checked", "[scenarios][faults]") {
  CHECK(fault_of_set("observation.window=0") ==
        "out of range; expected a whole number from 1 to 1000");
  CHECK(fault_of_set("observation.window=1001").starts_with("out of range"));
  CHECK(fault_of_set("observation.noise=11") == "out of range; expected a number from 0 to 10");
  CHECK(fault_of_set("observation.noise=-1") == "negative; expected at least 0");
  CHECK(fault_of_set("observation.step=0 s") == "0 is no value here; expected more than 0");
  CHECK(fault_of_set("observation.age=2").starts_with("missing unit"));
  CHECK(fault_of_set("observation.backlog=own queue")
            .starts_with("unknown word; expected none, own or all"));
  CHECK(fault_of_set("decision.when=always") == "unknown word; expected task or subtask");
}

TEST_CASE("What is never shared cannot be shared by processor sharing", "[scenarios][faults]") {
  CHECK(faults_below("cloud: {discipline: processor-sharing}") ==
        Lines{"s.yaml:11:21: cloud.discipline \"processor-sharing\": unlimited cores are never "
              "shared; expected a number of cores, or fifo"});
  CHECK(fault_of_set("cloud={discipline: processor-sharing, cores: 4}") ==
        "cloud.discipline \"processor-sharing\": an infinite speed is never shared; expected a "
        "finite speed, or fifo");
  CHECK(faults_below("cloud: {discipline: processor-sharing, cores: 4, speed: 1 GHz}").empty());
  CHECK(faults_below("cloud: {discipline: fifo}").empty());
  CHECK(fault_of_set("links.b2_discipline=lifo") ==
        "unknown word; expected fifo or processor-sharing; did you mean \"fifo\"?");
}

TEST_CASE("A bandwidth is 0 at times only where it moves", "[scenarios][faults][channel]") {
  CHECK(fault_of_set("links.b1_down=0") == "0 is no value here; expected more than 0");
  CHECK(fault_of_set("links.b2=choice(0, 1 MB/s)") == "0 is no value here; expected more than 0");
  CHECK(fault_of_set("links.b2=every(1 s, choice(0, 1 MB/s))") == "no fault");
  CHECK(fault_of_set("links.b1=gilbet(1 s, 1 MB/s, 0, 3 s, 3 s)")
            .starts_with("unknown channel \"gilbet\"; expected uniform, "));
  CHECK(faults_below("training: {links: {b2: gilbert}}").size() == 1);
}

TEST_CASE("What policies learn from is checked as what they meet is", "[scenarios][faults]") {
  CHECK(
      faults_below("training:\n  task: {work: 5, subtasks: 0}\n  links: {b1: 0}\n  egde: 1") ==
      Lines{"s.yaml:12:16: training.task.work \"5\": missing unit; expected cycles, kcycles, "
            "Mcycles or Gcycles",
            "s.yaml:12:29: training.task.subtasks \"0\": 0 is out of range; expected whole numbers "
            "from 1 to 10000",
            "s.yaml:13:15: training.links.b1 \"0\": 0 is no value here; expected more than 0",
            "s.yaml:14:3: training.egde: unknown key; expected task, device, edge, cloud or links; "
            "did you mean \"edge\"?"});
  CHECK(
      faults_below("training: 5") ==
      Lines{"s.yaml:11:11: training \"5\": not a map; expected a map of task, device, edge, cloud, "
            "links"});
  CHECK(fault_of_set("training.edge.speed=3") == "missing unit; expected Hz, kHz, MHz or GHz");
}

TEST_CASE("Published values are positive numbers of known policies", "[scenarios][faults]") {
  CHECK(
      faults_below("published:\n  latency: {gredy: 1.36, optimal: 0, local: much, edge: [1]}\n"
                   "  decision_time: {local: 1, local: 2, cloud: -1}") ==
      Lines{"s.yaml:12:13: published.latency: unknown policy \"gredy\"; expected one of local, "
            "edge, cloud, random, greedy, best-constant, optimal; did you mean \"greedy\"?",
            "s.yaml:12:35: published.latency.optimal \"0\": out of range; expected a number above "
            "0, such as 1.36",
            "s.yaml:12:45: published.latency.local \"much\": not a number; expected a number above "
            "0, such as 1.36",
            "s.yaml:12:57: published.latency.edge: not a number; expected a number above 0, such "
            "as 1.36",
            "s.yaml:13:29: published.decision_time.local: given twice; expected it once",
            "s.yaml:13:46: published.decision_time.cloud \"-1\": out of range; expected a number "
            "above 0, such as 1.36"});
  const std::string expected =
      "; expected a map of policies to numbers above 0, such as {greedy: 1.36}";
  CHECK(faults_below("published: {latency: 1.36}") ==
        Lines{"s.yaml:11:22: published.latency \"1.36\": not a map" + expected});
  CHECK(faults_below("published: {latency: {}}") ==
        Lines{"s.yaml:11:22: published.latency: an empty map" + expected});
  CHECK(faults_below("published: {latency: {[a]: 1}}") ==
        Lines{"s.yaml:11:23: published.latency: not a policy; expected the name of one"});
  CHECK(fault_of_set("published.latency.greedy=nan") ==
        "out of range; expected a number above 0, such as 1.36");
}

TEST_CASE("Duplicate keys are found on every level", "[scenarios][faults]") {
  CHECK(faults_below("edge: {speed: 1 GHz}") ==
        Lines{"s.yaml:11:1: edge: duplicate key; expected it once, first on line 6"});
  CHECK(faults_below("energy:\n  idle: 1 W\n  idle: 2 W") ==
        Lines{"s.yaml:13:3: energy.idle: duplicate key; expected it once, first on line 12"});
}

TEST_CASE("What is no YAML is reported where it breaks", "[scenarios][faults]") {
  CHECK(faults_below("name: @x") == Lines{"s.yaml:11:7: not YAML: unknown token"});
  CHECK(faults_below("workload: {tasks: 5") ==
        Lines{"s.yaml:11:11: not YAML: end of map flow not found"});
  const std::string open = ": a quote is not closed; expected it before the end";
  CHECK(faults_below("name: \"x\nseed: 3") == Lines{"s.yaml:11:7" + open});
  CHECK(faults_below("name: \"x\\\"\nseed: 3") == Lines{"s.yaml:11:7" + open});
  CHECK(faults_below("name: &a 'x\nseed: 3") == Lines{"s.yaml:11:7" + open});
  CHECK(faults_below("name: 'x''y\nseed: 3") == Lines{"s.yaml:11:7" + open});
  CHECK(faults_below("name: 'x''y'\ndescription: \"x\\\"\"").empty());
  CHECK(faults_below("cloud:\n\tcores: 4") ==
        Lines{"s.yaml:12:1: a tab indents this line; expected spaces"});
  CHECK(faults_below("description: choice(1 MB: 2)") ==
        Lines{"s.yaml:11:25: not YAML: illegal map value; expected the same indentation as the "
              "line above, and quotes around a value that contains \": \""});
  CHECK(faults_below("name: &x [*x]") ==
        Lines{"s.yaml:11:11: an alias inside its own anchor; expected a finite value"});
  const Lines alias = faults_below("name: *nothing");  // newer versions of yaml-cpp add its name
  REQUIRE(alias.size() == 1);
  CHECK(alias[0].rfind("s.yaml:11:7: not YAML: the referenced anchor is not defined", 0) == 0);
  CHECK(faults_below("--- \nname: x") ==
        Lines{"s.yaml:12:1: a second document starts; expected only one"});
}

TEST_CASE("A NUL character is in no value: the name of a file would end there",
          "[scenarios][faults]") {
  const std::string nul = ": a NUL character, \"\\0\"; expected a text without it";
  for (const char* path : {"w.csv\\0x", "w.csv\\x00", "\\u0000", "\\U00000000w.csv"}) {
    CHECK(faults_below("workload: {file: \"" + std::string(path) + "\"}") ==
          Lines{"s.yaml:11:18" + nul});
  }
  CHECK(faults_below("\"na\\0me\": x") == Lines{"s.yaml:11:1" + nul});
  CHECK(faults_of(minimal_yaml(), {"workload.file=\"w.csv\\0x\""}) ==
        Lines{"--set workload.file=\"w.csv\\0x\"" + nul});
  CHECK(faults_below("description: 'w.csv\\0x'").empty());  // a backslash and a 0
}

TEST_CASE("A distribution that a flow map tears apart is explained", "[scenarios][faults]") {
  const Lines faults = faults_below("cloud: {speed: uniform(1 GHz, 2 GHz)}");
  REQUIRE(faults.size() == 2);
  CHECK(faults[0] ==
        "s.yaml:11:16: cloud.speed \"uniform(1 GHz\": missing \")\"; expected name(argument, ...), "
        "in quotes inside { } or [ ]");
}

TEST_CASE("Nesting and aliases without end are refused", "[scenarios][faults]") {
  CHECK(faults_of("name: " + std::string(40, '[') + std::string(40, ']')) ==
        Lines{"s.yaml:1:38: nested too deeply; expected at most 32 levels"});
  CHECK(faults_of("name: " + std::string(100'000, '[')).size() == 1);
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) {
      bomb += (k == 0 ? "" : ", ") + last;
    }
    bomb += "]\n";
  }
  const Lines faults = faults_of(bomb);
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].find("too many values; expected at most 20000") != std::string::npos);
}

TEST_CASE("A file that cannot be a scenario is refused with the reason", "[scenarios][faults]") {
  const Scratch scratch;
  CHECK(error_of(scratch.path("none.yaml")) ==
        scratch.path("none.yaml") + ": No such file or directory");
  CHECK(error_of(scratch.path("")) == scratch.path("") + ": is a directory; expected a file");
  const auto large = scratch.write("large.yaml", std::string(1'000'001, '#'));
  CHECK(error_of(large) == large + ": is longer than 1000000 bytes; expected a short text file");
  const auto largest = scratch.write(
      "most.yaml", minimal_yaml() + std::string(1'000'000 - minimal_yaml().size(), '#'));
  CHECK(error_of(largest) == "no fault");
  for (const char* empty : {"", "# only a comment\n", "\n\n", "---\n", "~"}) {
    CHECK(faults_of(empty) == Lines{"s.yaml:1:1: the file is empty; expected a scenario"});
  }
  CHECK(faults_of("- local\n") ==
        Lines{"s.yaml:1:1: not a scenario; expected a map of keys such as name, task, policies"});
}

TEST_CASE("Bytes that are no text are refused where they stand", "[scenarios][faults]") {
  CHECK(faults_of("name: x\nseed: " + std::string(1, '\0')) ==
        Lines{"s.yaml:2:7: NUL byte; expected a text file"});
  CHECK(faults_of("name: caf\xE9\n") ==
        Lines{"s.yaml:1:10: not UTF-8; expected a text file in UTF-8"});
  CHECK(faults_of("name: \xED\xA0\x80\n").size() == 1);      // a surrogate
  CHECK(faults_of("name: \xC0\xAF\n").size() == 1);          // overlong
  CHECK(faults_of("name: \xF4\x90\x80\x80\n").size() == 1);  // beyond Unicode
  CHECK(faults_of("\xFF\xFEn").size() == 1);                 // UTF-16
  CHECK(load_text(minimal_yaml() + "name: caf\xC3\xA9\n").name == "caf\xC3\xA9");
}

TEST_CASE("Values are shown on one line and not at full length", "[scenarios][faults]") {
  CHECK(faults_below("state: \"a\\nb\\eb\"") ==
        Lines{"s.yaml:11:8: state \"a?b?b\": unknown word; expected per-task or fixed"});
  const Lines faults = faults_below("state: " + std::string(5'000, 'x'));
  CHECK(faults == Lines{"s.yaml:11:8: state \"" + std::string(80, 'x') +
                        "...\": unknown word; expected per-task or fixed"});
}
