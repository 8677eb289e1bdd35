#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "policies/registry.hpp"
#include "scenarios/channel_parser.hpp"
#include "scenarios/workload_file.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenarios/support.hpp"

using namespace mec;
using namespace mec::test;

namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(MECSIM_SOURCE_DIR) / "scenarios";

Scenario load_shipped(const std::string& name) {
  return load_scenario((kFolder / name).string(), {}, policy_registry()).scenario;
}

std::pair<double, double> bounds(const Distribution& distribution) {
  const auto uniform = std::get<Uniform>(distribution);
  return {uniform.low, uniform.high};
}
std::pair<double, double> bounds(const ChannelModel& model) {
  return bounds(std::get<Distribution>(model));
}

// The first block of README.md that is fenced as `language`, and starts with `begin`.
std::string readme_block(const std::string& language, const std::string& begin = "") {
  std::ifstream file(kFolder / "README.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::string fence = "\n```" + language + "\n" + begin;
  const std::size_t at = text.find(fence);
  REQUIRE(at != std::string::npos);
  const std::size_t start = at + fence.size() - begin.size();
  return text.substr(start, text.find("\n```", start) + 1 - start);
}

std::string replace(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

using Bounds = std::pair<double, double>;

// Section 5 of the paper: what its two experiments share.
void check_paper(const Scenario& s) {
  CHECK(std::get<Constant>(s.task.subtasks).value == 6.0);
  CHECK(bounds(s.network.device_speed) == Bounds{100e6, 1000e6});
  CHECK(bounds(s.network.edge_speed) == Bounds{500e6, 5000e6});
  CHECK(bounds(s.network.b1) == Bounds{0.0, 2e6});
  CHECK(bounds(s.network.b2) == Bounds{0.0, 3e6});
  CHECK(s.network.devices == 1);
  CHECK(s.redraw == StateRedraw::per_task);
  CHECK(s.workload.tasks == 10'000);
  CHECK(std::holds_alternative<ClosedLoop>(s.workload.arrivals));
  CHECK(std::holds_alternative<NoDecisionCost>(s.decision.cost));
  CHECK(s.objective.is_latency());
}

}  // namespace

TEST_CASE("Section 5.1 and the quick start draw from the paper's ranges", "[scenarios][shipped]") {
  for (const char* name : {"quickstart.yaml", "paper/section-5.1.yaml"}) {
    INFO(name);
    const Scenario s = load_shipped(name);
    check_paper(s);
    CHECK(bounds(s.task.work) == Bounds{0.0, 2000e6});
    CHECK(bounds(s.task.data) == Bounds{0.0, 10e6});
    // The quick start has every policy, Section 5.1 those that need no training.
    CHECK(s.policies.size() == (std::string(name) == "quickstart.yaml" ? 11 : 7));
  }
}

TEST_CASE("Section 5.2 draws from the paper's narrower ranges", "[scenarios][shipped]") {
  const Scenario s = load_shipped("paper/section-5.2.yaml");
  check_paper(s);
  CHECK(bounds(s.task.work) == Bounds{500e6, 1500e6});
  CHECK(bounds(s.task.data) == Bounds{3e6, 8e6});
}

TEST_CASE("The fleet is twenty devices that share one edge server", "[scenarios][shipped]") {
  const Scenario s = load_shipped("fleet/fleet-20.yaml");
  CHECK(s.network.devices == 20);
  CHECK(s.network.edge_cores > 1);
  CHECK(s.redraw == StateRedraw::fixed);
  CHECK(std::holds_alternative<PoissonArrivals>(s.workload.arrivals));
}

TEST_CASE("Every shipped scenario loads and points its editor at the schema",
          "[scenarios][shipped]") {
  std::size_t count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(kFolder)) {
    std::ifstream file(entry.path());
    std::string first;
    std::getline(file, first);
    const std::string mark = "# yaml-language-server: $schema=";
    if (entry.path().extension() != ".yaml" || entry.path().parent_path() == kFolder / "sweeps") {
      continue;
    }
    INFO(entry.path());
    ++count;
    REQUIRE(first.starts_with(mark));
    const fs::path schema = entry.path().parent_path() / first.substr(mark.size());
    CHECK(schema.lexically_normal() == kFolder / "mecsim.schema.json");
    CHECK(!load_shipped(entry.path().lexically_relative(kFolder).string()).policies.empty());
  }
  CHECK(count >= 4);
}

TEST_CASE("The examples of the README are true", "[scenarios][shipped]") {
  const std::string yaml = readme_block("yaml");
  CHECK(load_text(yaml).policies.size() == 4);
  const std::string broken = replace(replace(yaml, "800 MHz", "800"), "  speed: 3", "  sped: 3");
  std::string faults;
  for (const std::string& fault : faults_of(broken)) {
    faults += replace(fault, "s.yaml", "mine.yaml") + "\n";
  }
  CHECK(readme_block("text").find(faults) == 0);
}

TEST_CASE("What the README adds to a scenario can be added", "[scenarios][shipped]") {
  const Scenario s =
      load_text(minimal_yaml() + readme_block("yaml", "decision:") +
                readme_block("yaml", "training:") + readme_block("yaml", "published:"));
  CHECK(std::holds_alternative<CalibratedDecisionCost>(s.decision.cost));
  CHECK(s.decision.site == kEdge);
  CHECK(bounds(s.training.work.value()) == Bounds{500e6, 1500e6});
  CHECK(s.published.decision_time.at("optimal") == 122.54);
}

TEST_CASE("The README's bandwidths that move can be written", "[scenarios][shipped]") {
  const Scratch scratch;
  scratch.write("backhaul.csv", "0,1\n1,2\n");
  const std::string yaml = minimal_yaml();
  const std::string base = yaml.substr(0, yaml.find("links:")) + "policies: [local]\n";
  const auto path = scratch.write(
      "s.yaml", base + readme_block("yaml", "links:") + readme_block("yaml", "observation:"));
  const Scenario s = load_scenario(path, {}, fake_registry()).scenario;
  CHECK(std::holds_alternative<GilbertRate>(s.network.b1));
  CHECK(std::get<TraceRate>(s.network.b2).at_end == TraceRate::AtEnd::hold);
  CHECK(s.network.access.shared);
  CHECK(s.observation.backlog == ObservationModel::Backlog::all);
  CHECK(s.decision.when == DecisionMoment::subtask);
  CHECK(s.workload.until == Seconds{600.0});
}

TEST_CASE("The README's channels are channels", "[scenarios][shipped]") {
  std::ifstream file(kFolder / "README.md");
  std::size_t count = 0;
  bool in_table = false;
  for (std::string line; std::getline(file, line);) {
    in_table = line == "| Written | Moves |" || (in_table && line.starts_with('|'));
    if (!in_table || !line.starts_with("| `")) {
      continue;
    }
    INFO(line);
    ++count;
    const std::string text = line.substr(3, line.find('`', 3) - 3);
    if (!text.starts_with("trace")) {
      CHECK(moves(parse_channel(text, {Dimension::rate, true}, "")));
    }
  }
  CHECK(count == 6);
}

TEST_CASE("The README's topology is one", "[scenarios][shipped]") {
  const Scenario s = load_text("task: {work: 1 Mcycles, data: 1 MB}\npolicies: [local]\n" +
                               readme_block("yaml", "topology:"));
  CHECK(s.network.graph.value().devices.size() == 2);
}

TEST_CASE("The workload file of the README is one", "[scenarios][shipped]") {
  const Scratch scratch;
  CHECK(read_workload(scratch.write("w.csv", readme_block("csv")), {}).size() == 2);
}
