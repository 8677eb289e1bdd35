// Damaged input never does worse than a ScenarioError. Deterministic: a failure can be run again.
#include <fstream>
#include <iterator>

#include "scenarios/scenario_error.hpp"
#include "scenarios/workload_file.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenarios/mutator.hpp"
#include "tests/unit/scenarios/support.hpp"

using namespace mec;
using namespace mec::test;

namespace {

std::string channels_yaml() {
  return "task: {work: 5 Mcycles, data: 2 MB}\ndevice: {speed: 500 MHz}\nedge: {speed: 2 GHz}\n"
         "links:\n  b1: gauss-markov(1 s, 1 MB/s, 400 kB/s, 0.9, 0, 3 MB/s)\n"
         "  b1_down: gilbert(1 s, 2 MB/s, 200 kB/s, 3 s, 3 s)\n"
         "  b2: markov(1 s, 200 kB/s:0.9 0.1, 1 MB/s:0.5 0.5)\n"
         "  b2_down: every(1 s, uniform(0, 2 MB/s))\n  access: shared\n  access_duplex: half\n"
         "policies: [local]\n";
}

std::string shipped(const std::string& name) {
  std::ifstream file(std::string(MECSIM_SOURCE_DIR) + "/scenarios/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("A damaged scenario loads or is refused with its place", "[scenarios][fuzz]") {
  const Scratch scratch;
  const std::vector<std::string> seeds = {
      shipped("quickstart.yaml"),
      shipped("fleet/fleet-20.yaml"),
      minimal_yaml() + "decision: {cost: {cycles: 5}}\npolicies: [{optimal: {solver: dp}}]\n",
      minimal_yaml() + "workload: {warmup: 5 s, until: 1 h}\nobservation: {age: 1 s, window: 9}\n",
      channels_yaml(),
      two_edges_yaml()};
  Mutator mutator(1);
  std::size_t refused = 0;
  for (std::size_t i = 0; i < 6'000; ++i) {
    const auto path = scratch.write("s.yaml", mutator.damage(seeds[i % seeds.size()]));
    try {
      (void)load_scenario(path, {}, fake_registry());
    } catch (const ScenarioError& error) {
      ++refused;
      for (const std::string& fault : error.faults()) {
        INFO(fault);
        REQUIRE(fault.starts_with(path + ":"));
        REQUIRE(fault.find('\n') == std::string::npos);
      }
    }
  }
  CHECK(refused > 2'000);
  CHECK(refused < 6'000);
}

namespace {

// Loads `yaml` under damaged overrides; calls `check` with every fault.
template <class Check>
void damage_overrides(const std::string& yaml, const std::vector<std::string>& seeds, Check check) {
  const Scratch scratch;
  const auto path = scratch.write("s.yaml", yaml);
  Mutator mutator(2);
  for (std::size_t i = 0; i < 3'000; ++i) {
    const std::string text = mutator.damage(seeds[i % seeds.size()]);
    try {
      (void)load_scenario(path, {text}, fake_registry());
    } catch (const ScenarioError& error) {
      for (const std::string& fault : error.faults()) {
        INFO(fault);
        check(fault, path);
      }
    }
  }
}

}  // namespace

TEST_CASE("A damaged override loads or is refused by its name", "[scenarios][fuzz]") {
  damage_overrides(
      minimal_yaml(),
      {"edge.speed=uniform(1 GHz, 2 GHz)", "decision.cost={cycles: 1e6}",
       "policies=[local, {optimal: {solver: dp}}]", "links.b1=gilbert(1 s, 2 MB/s, 0, 3 s, 3 s)",
       "workload.warmup=20 s"},
      [](const std::string& fault, const std::string&) { REQUIRE(fault.starts_with("--set ")); });
}

TEST_CASE("A damaged override of a topology loads or is refused with a place",
          "[scenarios][fuzz][topology]") {
  // Without a link that the override replaces, the fault is a place in the file.
  damage_overrides(two_edges_yaml(),
                   {"topology.nodes.west.speed=uniform(1 GHz, 2 GHz)",
                    "topology.links.backhaul.bandwidth=3 MB/s",
                    "topology.links=[{between: [west, cloud], bandwidth: 1 MB/s}]",
                    "topology.devices={a: {speed: 1 GHz, at: west, bandwidth: 1 MB/s}}"},
                   [](const std::string& fault, const std::string& path) {
                     REQUIRE((fault.starts_with("--set ") || fault.starts_with(path + ":")));
                   });
}

TEST_CASE("A damaged workload file is read or refused with its place", "[scenarios][fuzz]") {
  const Scratch scratch;
  const std::string seed =
      "task,device,release_s,work_cycles,data_bytes,p1_hz,p2_hz,b1_Bps,b2_Bps\n"
      "0,0,0,1e6 2e6,1 2 3,1e9,2e9,1e6,2e6\n"
      "1,5,0.25,\"5\",\"0 1\",,,,\r\n"
      "2,1,3e2,1,1 1,1,1,1,1\n";
  Mutator mutator(3);
  std::size_t refused = 0;
  for (std::size_t i = 0; i < 4'000; ++i) {
    const auto path = scratch.write("w.csv", mutator.damage(seed));
    try {
      for (const RecordedTask& task : read_workload(path, {})) {
        REQUIRE(task.chain.size() >= 1);
        REQUIRE(task.chain.data.size() == task.chain.size() + 1);
      }
    } catch (const ScenarioError& error) {
      ++refused;
      REQUIRE(error.faults().size() <= 20);
      for (const std::string& fault : error.faults()) {
        REQUIRE(fault.starts_with(path + ":"));
      }
    }
  }
  CHECK(refused > 1'000);
  CHECK(refused < 4'000);
}
