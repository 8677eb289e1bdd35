#include "tests/unit/scenarios/support.hpp"

#include <fstream>
#include <stdexcept>

#include "core/text.hpp"
#include "scenarios/scenario_error.hpp"

namespace mec::test {

namespace {

PolicyEntry entry(const std::string& name, std::vector<PolicyParameter> parameters = {}) {
  return {name, "The " + name + " policy.", "A paper, Section 1", std::move(parameters),
          [](const PolicyContext&) -> std::unique_ptr<Policy> { return nullptr; }};
}

PolicyParameter solver() {
  PolicyParameter parameter;
  parameter.name = "solver";
  parameter.default_value = "auto";
  parameter.summary = "How.";
  parameter.choices = {"auto", "exhaustive", "dp"};
  return parameter;
}

PolicyParameter limit() {
  PolicyParameter parameter;
  parameter.name = "limit";
  parameter.type = PolicyParameter::Type::integer;
  parameter.default_value = "12";
  parameter.summary = "How far.";
  parameter.low = 1;
  parameter.high = 20;
  return parameter;
}

}  // namespace

const PolicyRegistry& fake_registry() {
  static const PolicyRegistry registry = [] {
    PolicyRegistry all;
    for (const char* name : {"local", "edge", "cloud", "random", "greedy", "best-constant"}) {
      all.add(entry(name));
    }
    all.add(entry("optimal", {solver(), limit()}));
    return all;
  }();
  return registry;
}

std::string minimal_yaml() {
  return "task:\n"
         "  work: 5 Mcycles\n"
         "  data: 2 MB\n"
         "device:\n"
         "  speed: 500 MHz\n"
         "edge: {speed: 2 GHz}\n"
         "links:\n"
         "  b1: 1 MB/s\n"
         "  b2: 2 MB/s\n"
         "policies: [local]\n";
}

std::string two_edges_yaml() {
  return "task: {work: 5 Mcycles, data: 2 MB}\n"
         "topology:\n"
         "  nodes:\n"
         "    mast: {}\n"
         "    west: {speed: 3 GHz, cores: 4}\n"
         "    east: {speed: 2 GHz, cores: 2, discipline: processor-sharing}\n"
         "    cloud: {speed: 8 GHz, cores: unlimited, tier: cloud}\n"
         "  links:\n"
         "    - {between: [mast, west], bandwidth: 50 MB/s}\n"
         "    - {between: [west, east], bandwidth: 20 MB/s, duplex: half}\n"
         "    - name: backhaul\n"
         "      from: west\n"
         "      to: cloud\n"
         "      bandwidth: 10 MB/s\n"
         "      back: gilbert(1 s, 20 MB/s, 5 MB/s, 10 s, 5 s)\n"
         "      discipline: processor-sharing\n"
         "  devices:\n"
         "    phones:\n"
         "      count: 10\n"
         "      speed: uniform(500 MHz, 1500 MHz)\n"
         "      at: mast\n"
         "      bandwidth: gauss-markov(1 s, 2 MB/s, 1 MB/s, 0.9, 100 kB/s, 4 MB/s)\n"
         "      down: 4 MB/s\n"
         "      channel: common\n"
         "      access: shared\n"
         "      duplex: half\n"
         "      discipline: processor-sharing\n"
         "    cameras: {count: 3, speed: 600 MHz, at: east, bandwidth: 1 MB/s}\n"
         "policies: [local]\n";
}

Scenario load_text(const std::string& yaml, const std::vector<std::string>& overrides) {
  const Scratch scratch;
  return load_scenario(scratch.write("s.yaml", yaml), overrides, fake_registry()).scenario;
}

std::vector<std::string> faults_of(const std::string& yaml,
                                   const std::vector<std::string>& overrides) {
  const Scratch scratch;
  const std::string path = scratch.write("s.yaml", yaml);
  try {
    (void)load_scenario(path, overrides, fake_registry());
    return {};
  } catch (const ScenarioError& error) {
    std::vector<std::string> faults = error.faults();
    for (std::string& fault : faults) {
      if (fault.starts_with(path)) {
        fault = "s.yaml" + fault.substr(path.size());
      }
    }
    return faults;
  }
}

std::string fault_of_set(const std::string& override_text) {
  const auto faults = faults_of(minimal_yaml(), {override_text});
  if (faults.size() != 1) {
    return faults.empty() ? "no fault" : "several faults: " + join(faults, " / ");
  }
  const std::string start = "--set " + override_text + ": ";
  return faults[0].starts_with(start) ? faults[0].substr(start.size()) : faults[0];
}

}  // namespace mec::test
