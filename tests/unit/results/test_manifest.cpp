#include <nlohmann/json.hpp>

#include "core/errors.hpp"
#include "results/content_hash.hpp"
#include "results/manifest.hpp"
#include "tests/catch.hpp"
#include "tests/support/scratch.hpp"

using namespace mec;
using namespace mec::test;

TEST_CASE("FNV-1a gives its published values", "[results][hash]") {
  // http://www.isthe.com/chongo/tech/comp/fnv: the offset basis for no bytes, and for "a".
  CHECK(content_hash("") == "fnv1a64:cbf29ce484222325");
  CHECK(content_hash("a") == "fnv1a64:af63dc4c8601ec8c");
}

TEST_CASE("The hash of a file is that of its bytes", "[results][hash]") {
  const Scratch scratch;
  const std::string odd("a\0b\n\xff", 5);
  CHECK(content_hash_of_file(scratch.write("odd", odd)) == content_hash(odd));
  CHECK(content_hash_of_file(scratch.write("empty", "")) == content_hash(""));
  const std::string large(200'001, 'x');  // several chunks, the last one not full
  CHECK(content_hash_of_file(scratch.write("large", large)) == content_hash(large));
  const std::string exact(std::size_t{1} << 17U, 'y');  // two full chunks
  CHECK(content_hash_of_file(scratch.write("exact", exact)) == content_hash(exact));
  CHECK_THROWS_WITH(content_hash_of_file(scratch.path("none")),
                    "cannot read " + scratch.path("none") + ": No such file or directory");
  CHECK_THROWS_AS(content_hash_of_file(scratch.path("")), UserError);  // a directory
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
  manifest.policies = {
      {"dil", {{"head", "plan"}}, 1.5, {10, 8, 1, 1}, ManifestFile{"cache/dil.onnx", "h"}},
      {"greedy", {}, 0.5, {10, 10, 0, 0}, {}}};
  manifest.decision_costs = {"times.csv", "c"};
  manifest.platform = {"net.xml", "p"};
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
  CHECK(json["policies"][0]["model"]["path"] == "cache/dil.onnx");
  CHECK(json["policies"][0]["model"]["hash"] == "h");
  CHECK_FALSE(json["policies"][1].contains("model"));
  CHECK(json["decision_costs"]["path"] == "times.csv");
  CHECK(json["decision_costs"]["hash"] == "c");
  CHECK(json["platform"]["path"] == "net.xml");
  CHECK(json["platform"]["hash"] == "p");
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
  CHECK_FALSE(json.contains("decision_costs"));
  CHECK_FALSE(json.contains("platform"));
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
