#include "tests/catch.hpp"
#include "tests/unit/scenarios/support.hpp"

using namespace mec;
using namespace mec::test;

using Lines = std::vector<std::string>;

namespace {

// The faults of a scenario whose policies, from line 10 on, are `text`.
Lines faults_with(const std::string& text) {
  const std::string yaml = minimal_yaml();
  return faults_of(yaml.substr(0, yaml.find("policies")) + "policies: " + text + "\n");
}

}  // namespace

TEST_CASE("A list of policies that is none is refused", "[scenarios][policies]") {
  CHECK(faults_with("local") == Lines{"s.yaml:10:11: policies \"local\": not a list; expected a "
                                      "list of policies, such as [local, greedy]"});
  CHECK(faults_with("[]") == Lines{"s.yaml:10:11: policies: an empty list; expected at least one "
                                   "policy, such as [local, greedy]"});
  CHECK(faults_with("") == Lines{"s.yaml:10:1: policies: no value; expected a list of policies, "
                                 "such as [local, greedy]"});
  const std::string not_one =
      ": policies: not a policy; expected a name, or a map of one name to its parameters";
  CHECK(faults_with("[[local]]") == Lines{"s.yaml:10:12" + not_one});
  CHECK(faults_with("[{optimal: , local: }]") == Lines{"s.yaml:10:12" + not_one});
}

TEST_CASE("Two of the same policy are refused, and two that differ are not",
          "[scenarios][policies]") {
  CHECK(faults_with("[local, edge, local]") ==
        Lines{"s.yaml:10:25: policies \"local\": listed twice with the same parameters; expected "
              "it once"});
  CHECK(faults_with("[optimal, optimal: {solver: auto}]").size() == 1);  // auto is the default
  CHECK(faults_with("[optimal, optimal: {solver: dp}]").empty());
}

TEST_CASE("One policy may be compared with itself on another site", "[scenarios][policies]") {
  const std::string yaml = minimal_yaml();
  const Scenario s = load_text(yaml.substr(0, yaml.find("policies")) +
                               "policies: [local, local: {at: edge}, local: {at: cloud}]\n");
  REQUIRE(s.policies.size() == 3);
  CHECK(s.policies[1].parameters == PolicyParameters{{"at", "edge"}});
  CHECK(faults_with("[local, local: {at: scenario}]").size() == 1);  // scenario is the default
  CHECK(
      faults_with("[local: {at: eege}]") ==
      Lines{"s.yaml:10:24: policies.local.at \"eege\": policy local: at \"eege\": expected one of "
            "scenario, device, edge, cloud; did you mean \"edge\"?"});
}

TEST_CASE("Each parameter is checked at its place", "[scenarios][policies]") {
  CHECK(faults_with("[optimal: {solver: pd, limit: 21, dept: 3}, local: {a: 1}]") ==
        Lines{
            "s.yaml:10:30: policies.optimal.solver \"pd\": policy optimal: solver \"pd\": expected "
            "one of auto, exhaustive, dp; did you mean \"dp\"?",
            "s.yaml:10:41: policies.optimal.limit \"21\": policy optimal: limit \"21\": expected a "
            "whole number from 1 to 20",
            "s.yaml:10:51: policies.optimal.dept \"3\": policy optimal has no parameter \"dept\"; "
            "expected one of solver, limit, at, label",
            "s.yaml:10:66: policies.local.a \"1\": policy local has no parameter \"a\"; expected "
            "one of at, label; did you mean \"at\"?",
        });
  CHECK(faults_with("[optimal: dp]") ==
        Lines{"s.yaml:10:21: policies.optimal \"dp\": not parameters; expected a map, such as "
              "{solver: dp}"});
  CHECK(faults_with("[optimal: {solver: dp, solver: dp}]") ==
        Lines{"s.yaml:10:34: policies.optimal: parameter solver is given twice"});
  CHECK(faults_with("[optimal: {solver: [dp]}]") ==
        Lines{"s.yaml:10:22: policies.optimal: not a parameter; expected NAME: VALUE"});
}
