#include "scenarios/decision_costs_file.hpp"
#include "scenarios/scenario_error.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenarios/support.hpp"

using namespace mec;
using namespace mec::test;

using Lines = std::vector<std::string>;

namespace {

std::vector<Cycles> read_text(const std::string& csv, const std::vector<NamesInFile>& policies) {
  const Scratch scratch;
  return read_decision_costs(scratch.write("c.csv", csv), policies);
}

Lines faults_in(const std::string& csv, const std::vector<NamesInFile>& policies) {
  const Scratch scratch;
  const std::string path = scratch.write("c.csv", csv);
  try {
    (void)read_decision_costs(path, policies);
    return {};
  } catch (const ScenarioError& error) {
    Lines faults = error.faults();
    for (std::string& fault : faults) {
      if (fault.starts_with(path)) {
        fault = "c.csv" + fault.substr(path.size());
      }
    }
    return faults;
  }
}

}  // namespace

TEST_CASE("Each policy gets its own cycles, whatever else the file has", "[scenarios][costs]") {
  const auto cycles = read_text(
      "scenario,cycles,policy,machine\n"
      "s,120, greedy ,\"a, b\"\n"
      "s,1.5e3,optimal(solver=dp),c\n"
      "s,0,local,c\n",
      {{"local"}, {"optimal(solver=dp)", "optimal"}, {"greedy"}});
  CHECK(cycles == std::vector<Cycles>{Cycles{0}, Cycles{1500}, Cycles{120}});
}

TEST_CASE("The most exact name of a policy wins", "[scenarios][costs]") {
  const std::string csv = "policy,cycles\ndil,10\ndil(head=plan),20\n";
  CHECK(read_text(csv, {{"dil(head=plan)", "dil"}}) == std::vector<Cycles>{Cycles{20}});
  CHECK(read_text(csv, {{"dil(head=joint)", "dil"}}) == std::vector<Cycles>{Cycles{10}});
}

TEST_CASE("Policies that the file lacks are named with those it has", "[scenarios][costs]") {
  CHECK(
      faults_in("policy,cycles\nlocal,1\ngreedy,2\n",
                {{"local"}, {"optimal(solver=dp)", "optimal"}, {"gredy"}}) ==
      Lines{"c.csv:1:1: no row of policy optimal(solver=dp) or optimal; the file has greedy, local",
            "c.csv:1:1: no row of policy gredy; the file has greedy, local; did you mean "
            "\"greedy\"?"});
  CHECK(faults_in("policy,cycles\n", {{"local"}}) ==
        Lines{"c.csv:1:1: no row of policy local; the file has none"});
}

TEST_CASE("Missing columns and unreadable costs are reported where they stand",
          "[scenarios][costs]") {
  CHECK(faults_in("policy,cycle\nlocal,1\n", {{"local"}}) ==
        Lines{"c.csv:1:8: \"cycle\": missing column cycles; expected policy, cycles; did you mean "
              "\"cycles\"?"});
  CHECK(faults_in("name\n", {{"local"}}) ==
        Lines{"c.csv:1:1: missing column policy; expected policy, cycles",
              "c.csv:1:1: missing column cycles; expected policy, cycles"});
  CHECK(faults_in("", {{"local"}}) ==
        Lines{"c.csv:1:1: the file is empty; expected a header of policy, cycles"});
  CHECK(faults_in("policy,cycles\nlocal,few\nedge,-1\ncloud,inf\ngreedy,\nlocal,1\nrandom\n",
                  {{"local"}}) ==
        Lines{"c.csv:2:7: cycles \"few\": not a number",
              "c.csv:3:6: cycles \"-1\": negative; expected at least 0",
              "c.csv:4:7: cycles \"inf\": not a finite number",
              "c.csv:5:8: cycles \"\": not a number",
              "c.csv:6:1: policy \"local\": duplicate policy, first on line 2; expected each once",
              "c.csv:7:1: 1 fields; expected 2 as in the header"});
  CHECK(
      faults_in("policy,cycles\nlocal,1\nedge,2 cyc", {{"local"}}) ==
      Lines{"c.csv:3:6: torn last line: cycles \"2 cyc\": not a number; expected a whole row that "
            "ends in a line break"});
  const Scratch scratch;
  CHECK_THROWS_WITH(read_decision_costs(scratch.path("none.csv"), {}),
                    scratch.path("none.csv") + ": No such file or directory");
}
