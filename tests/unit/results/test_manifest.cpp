#include <nlohmann/json.hpp>

#include "results/content_hash.hpp"
#include "results/manifest.hpp"
#include "tests/catch.hpp"

using namespace mec;

TEST_CASE("FNV-1a gives its published values", "[results][hash]") {
  // http://www.isthe.com/chongo/tech/comp/fnv: the offset basis for no bytes, and for "a".
  CHECK(content_hash("") == "fnv1a64:cbf29ce484222325");
  CHECK(content_hash("a") == "fnv1a64:af63dc4c8601ec8c");
}

TEST_CASE("A manifest reads back as it was, odd text too", "[results][manifest]") {
  const std::string odd = "name: \"caf\xc3\xa9 \xe2\x82\xac\"\n\t# back\\slash, 'quotes', \x01\n";
  Manifest manifest;
  manifest.command = {"mecsim", "run", "a b.yaml", "--set", "x=\"1\""};
  manifest.scenario_name = "caf\xc3\xa9";
  manifest.scenario_path = "a b.yaml";
  manifest.scenario_text = odd;
  manifest.overrides = {{"z", "1"}, {"a", "2"}};
  manifest.seed = 18'446'744'073'709'551'615U;
  manifest.policies = {{"dil", {{"head", "plan"}}, 1.5, {10, 8, 1, 1}}};
  manifest.versions = {{"mecsim", "0.1.0"}};
  manifest.machine = {"Linux", "CPU", 2, "Debian"};
  manifest.started = std::chrono::system_clock::from_time_t(0);
  manifest.finished = std::chrono::system_clock::from_time_t(86'399);
  const std::string text = manifest_json(manifest);
  const auto json = nlohmann::json::parse(text);
  CHECK(json["command"][4] == "x=\"1\"");
  CHECK(json["scenario"]["text"] == odd);
  CHECK(json["scenario"]["hash"] == content_hash(odd));
  CHECK(json["overrides"][0]["key"] == "z");  // in the order given
  CHECK(json["seed"] == 18'446'744'073'709'551'615U);
  CHECK(json["policies"][0]["parameters"]["head"] == "plan");
  CHECK(json["policies"][0]["counts"]["in_flight"] == 1);
  CHECK(json["started"] == "1970-01-01T00:00:00Z");
  CHECK(json["finished"] == "1970-01-01T23:59:59Z");
  CHECK(json["status"] == "complete");
  CHECK(json["interrupted_by"].is_null());
  CHECK(manifest_json(manifest) == text);
}

TEST_CASE("An interrupted manifest says so, and bad UTF-8 is replaced", "[results][manifest]") {
  Manifest manifest;
  manifest.complete = false;
  manifest.interrupted_by = "SIGINT";
  manifest.scenario_text = "a\xff z";
  const auto json = nlohmann::json::parse(manifest_json(manifest));
  CHECK(json["status"] == "partial");
  CHECK(json["interrupted_by"] == "SIGINT");
  CHECK(json["scenario"]["text"] == "a\xef\xbf\xbd z");
  CHECK(json["scenario"]["hash"] == content_hash("a\xff z"));
}

TEST_CASE("This machine has a name, a CPU and cores", "[results][manifest]") {
  const Machine machine = describe_machine();
  CHECK(machine.kernel.find("Linux") == 0);
  CHECK_FALSE(machine.cpu.empty());
  CHECK(machine.cores >= 1);
  CHECK(machine.operating_system.find('"') == std::string::npos);
}
