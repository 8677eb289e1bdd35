#include <algorithm>
#include <filesystem>

#include "policies/registry.hpp"
#include "scenarios/document.hpp"
#include "scenarios/scenario_error.hpp"
#include "scenarios/sweep_file.hpp"
#include "tests/catch.hpp"
#include "tests/support/scratch.hpp"

using namespace mec;

namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(MECSIM_SOURCE_DIR) / "scenarios" / "sweeps";

// The first block of scenarios/README.md that is YAML and starts like this.
std::string readme_block(const std::string& begin) {
  const std::string text = test::read_file((kFolder / "../README.md").string());
  const std::size_t at = text.find("\n```yaml\n" + begin);
  REQUIRE(at != std::string::npos);
  const std::size_t start = at + std::string("\n```yaml\n").size();
  return text.substr(start, text.find("\n```", start) + 1 - start);
}

// A text as the sweep "s.yaml" over the scenario that the README's sweep names.
Sweep load_text(const std::string& text) {
  const std::string base = (kFolder / "../fleet/busy.yaml").lexically_normal().string();
  std::string whole = text.starts_with("scenario:") ? text : "scenario: " + base + "\n" + text;
  const std::string relative = "../fleet/busy.yaml";
  if (const std::size_t at = whole.find(relative); at != std::string::npos) {
    whole.replace(at, relative.size(), base);
  }
  const test::Scratch scratch;
  return load_sweep(scratch.write("s.yaml", whole), {}, policy_registry());
}

Sweep load_shipped(const std::string& name) {
  return load_sweep((kFolder / name).string(), {}, policy_registry());
}

}  // namespace

TEST_CASE("Every shipped sweep loads, and all of its points", "[scenarios][sweep][shipped]") {
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".yaml") {
      continue;
    }
    ++files;
    INFO(entry.path());
    const Sweep sweep = load_shipped(entry.path().filename().string());
    CHECK(sweep.name == entry.path().stem().string());
    CHECK_FALSE(sweep.description.empty());
    for (std::size_t point = 0; point < sweep.grid.points.size(); ++point) {
      CHECK(scenario_at(sweep, point).policies.size() == sweep.policies.size());
    }
    // They teach, so they are quick: no policy that would have to be trained.
    for (const PolicySpec& policy : sweep.policies) {
      CHECK_FALSE(policy_registry().find(policy.name).prepare);
    }
  }
  CHECK(files >= 3);
}

TEST_CASE("The paper's own bound of b1 is among those that are swept",
          "[scenarios][sweep][shipped]") {
  const Sweep sweep = load_shipped("paper-b1.yaml");
  REQUIRE(sweep.grid.columns.size() == 1);
  CHECK(sweep.grid.columns[0].name == "b1_max_Bps");
  // 0.5 MB/s times 2, four times
  CHECK(sweep.grid.points == std::vector<std::vector<std::string>>{
                                 {"500000"}, {"1000000"}, {"2000000"}, {"4000000"}, {"8000000"}});
  const Scenario paper = scenario_at(sweep, 2);
  CHECK(std::get<Uniform>(std::get<Distribution>(paper.network.b1)).high == 2e6);
}

TEST_CASE("The load of a fleet is swept along two axes, less what no link could carry",
          "[scenarios][sweep][shipped]") {
  const Sweep sweep = load_shipped("fleet-load.yaml");
  REQUIRE(sweep.grid.columns.size() == 2);
  CHECK(sweep.grid.points.size() == 5 * 3 - 1);
  const auto& points = sweep.grid.points;
  CHECK(std::find(points.begin(), points.end(), std::vector<std::string>{"25", "1000000"}) ==
        points.end());
}

TEST_CASE("The sweeps of the README are true", "[scenarios][sweep][shipped]") {
  const Sweep whole = load_text(readme_block("scenario:"));
  CHECK(whole.replications == 5);
  CHECK(whole.policies.size() == 2);
  CHECK(whole.grid.points.size() == 5 * 3 - 1);
  CHECK(whole.grid.columns[0].name == "devices");
  CHECK(whole.grid.columns[1].name == "links_b2_Bps");
  const Sweep load = load_text(readme_block("axes:\n  - key: workload.arrivals"));
  CHECK(load.grid.columns[0].name == "load_per_s");
  CHECK(load.grid.points.size() == 5);
  const Sweep zipped = load_text(readme_block("axes:\n  - zip:"));
  CHECK(zipped.grid.points == std::vector<std::vector<std::string>>{{"1000000000", "5000000"},
                                                                    {"2000000000", "1000000"}});
}

TEST_CASE("The schema of sweeps has the keys that a sweep may have",
          "[scenarios][sweep][shipped]") {
  // JSON is YAML.
  const YamlNode schema =
      parse_document(test::read_file((kFolder / "../sweep.schema.json").string()));
  const YamlNode* properties = find_member(schema, "properties");
  REQUIRE(properties != nullptr);
  std::string known;  // as the loader lists them: "a, b or c"
  try {
    (void)load_text("no-such-key: 1\n");
  } catch (const ScenarioError& error) {
    known = error.what();
  }
  std::vector<std::string> names;
  for (const YamlNode& key : properties->keys) {
    names.push_back(key.text);
  }
  // The loader lists what it knows in an order of its own.
  const std::string start = "no-such-key: unknown key; expected ";
  REQUIRE(known.find(start) != std::string::npos);
  known = " " + known.substr(known.find(start) + start.size()) + ",";
  known.replace(known.rfind(" or "), 4, ", ");
  CHECK(std::count(known.begin(), known.end(), ',') == static_cast<std::ptrdiff_t>(names.size()));
  for (const std::string& name : names) {
    INFO(name);
    CHECK(known.find(" " + name + ",") != std::string::npos);
  }
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    const std::string mark = "# yaml-language-server: $schema=../sweep.schema.json\n";
    INFO(entry.path());
    CHECK((entry.path().extension() != ".yaml" ||
           test::read_file(entry.path().string()).starts_with(mark)));
  }
}
