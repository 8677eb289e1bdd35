#include "tests/catch.hpp"
#include "tests/unit/scenarios/support.hpp"

using namespace mec;
using namespace mec::test;

using Lines = std::vector<std::string>;

namespace {

double constant(const Distribution& distribution) { return std::get<Constant>(distribution).value; }

Scenario load_with(const std::vector<std::string>& overrides) {
  return load_text(minimal_yaml(), overrides);
}

}  // namespace

TEST_CASE("An override replaces a value of the file, and the last one wins",
          "[scenarios][overrides]") {
  CHECK(constant(load_with({"edge.speed=3 GHz"}).network.edge_speed) == 3e9);
  CHECK(load_with({"seed=2", "seed=3"}).seed == 3);
  CHECK(load_with({"cloud.cores=2"}).network.cloud_cores == 2);  // makes the map
  CHECK(load_with({" seed = 7 "}).seed == 7);
}

TEST_CASE("An override needs no quotes, and may be YAML", "[scenarios][overrides]") {
  CHECK(
      std::get<Uniform>(load_with({"edge.speed=uniform(1 GHz, 2 GHz)"}).network.edge_speed).high ==
      2e9);
  CHECK(std::get<Choice>(load_with({"task.data=choice(1 MB: 2, 2 MB: 1)"}).task.data).weights ==
        std::vector<double>{2, 1});
  CHECK(load_with({"description=a: b = c # d"}).description == "a: b = c # d");
  CHECK(load_with({"name=\"x y\""}).name == "x y");
  const Scenario s = load_with({"policies=[edge, optimal: {solver: dp}]"});
  REQUIRE(s.policies.size() == 2);
  CHECK(s.policies[0].name == "edge");
  CHECK(s.policies[1].parameters == PolicyParameters{{"solver", "dp"}});
}

TEST_CASE("A map replaces a map as a whole, and a key inside a word makes one",
          "[scenarios][overrides]") {
  const Scenario s = load_with({"decision.cost={cycles: 1e6}"});
  CHECK(std::get<CyclesDecisionCost>(s.decision.cost).cycles.value() == 1e6);
  const Scenario weighted =
      load_text(minimal_yaml() + "objective: latency\n", {"objective.energy=0.5"});
  CHECK(weighted.objective.latency_weight == 0.0);
  CHECK(weighted.objective.energy_weight == 0.5);
  CHECK(fault_of_set("edge={cores: 2}") ==
        "edge.speed: missing; expected a frequency (Hz, kHz, MHz or GHz), or a distribution of "
        "them");
}

TEST_CASE("An override mends a fault of the file", "[scenarios][overrides]") {
  const std::string broken = "seed: none\ncloud:\n" + minimal_yaml();
  CHECK(faults_of(broken).size() == 2);
  CHECK(faults_of(broken, {"seed=1", "cloud.speed=9 GHz"}).empty());
}

TEST_CASE("A fault of an override names the override", "[scenarios][overrides]") {
  CHECK(faults_of(minimal_yaml(), {"edge.speed=3"}) ==
        Lines{"--set edge.speed=3: missing unit; expected Hz, kHz, MHz or GHz"});
  CHECK(fault_of_set("edge.sped=3 GHz") ==
        "edge.sped: unknown key; expected speed, cores or discipline; did you mean \"speed\"?");
  CHECK(fault_of_set("decision.cost={cycles: x}") ==
        "decision.cost.cycles \"x\": not a number; expected a number and a unit: cycles, kcycles, "
        "Mcycles or Gcycles");
  CHECK(fault_of_set("decision.cost={}") ==
        "decision.cost: missing; expected a map of cycles or calibrated");
  CHECK(fault_of_set("edge.speed.x=1") ==
        "edge.speed: a map; expected a frequency (Hz, kHz, MHz or GHz), or a distribution of "
        "them");
  CHECK(fault_of_set("state=") == "no value; expected per-task or fixed");
  CHECK(fault_of_set("policies=[gredy]").starts_with("unknown policy \"gredy\""));
}

TEST_CASE("An override that is no KEY=VALUE is refused", "[scenarios][overrides]") {
  const std::string expected = "; expected KEY=VALUE, such as edge.speed=2GHz";
  CHECK(fault_of_set("edge.speed") == "missing \"=\"" + expected);
  CHECK(fault_of_set("=3") == "not a key" + expected);
  CHECK(fault_of_set("edge..speed=3") == "not a key" + expected);
  CHECK(fault_of_set("a.b.c.d.e.f.g.h.i=3") == "not a key" + expected);
  CHECK(fault_of_set("decision.cost={cycles: 1") == "not YAML: end of map flow not found");
  CHECK(faults_of(minimal_yaml(), {"name=\xFF"}) ==
        Lines{"--set name=?: not UTF-8; expected KEY=VALUE in UTF-8"});
}

TEST_CASE("Faults of overrides follow those of the file", "[scenarios][overrides]") {
  const Lines faults = faults_of(minimal_yaml() + "seed: x\n", {"replications=0", "state=x"});
  REQUIRE(faults.size() == 3);
  CHECK(faults[0].starts_with("s.yaml:11:7: seed"));
  CHECK(faults[1].starts_with("--set replications=0: out of range"));
  CHECK(faults[2].starts_with("--set state=x: unknown word"));
}
