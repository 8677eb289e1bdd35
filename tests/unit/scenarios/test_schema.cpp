#include <regex.h>
#include <yaml-cpp/yaml.h>

#include "scenarios/option_table.hpp"
#include "scenarios/reference.hpp"
#include "scenarios/schema.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenarios/support.hpp"

using namespace mec;
using namespace mec::test;

namespace {

// JSON is YAML: no second parser is needed to look into the schema.
YAML::Node schema() { return YAML::Load(json_schema(fake_registry())); }

// The schema of the map that holds `properties`, also where a word may stand for the map.
YAML::Node map_of(const YAML::Node& node) {
  if (node["properties"]) {
    return node;
  }
  for (const auto& alternative : node["anyOf"]) {
    if (alternative["properties"]) {
      return YAML::Node(alternative);
    }
  }
  return {};
}

// The schema of what a collection holds.
YAML::Node item_of(const YAML::Node& node) {
  return node["additionalProperties"] ? node["additionalProperties"] : node["items"];
}

YAML::Node schema_of(const std::string& key) {
  YAML::Node node = schema();
  std::string rest = key;
  while (true) {
    const auto dot = rest.find('.');
    const std::string name = rest.substr(0, dot);
    const YAML::Node member = name == "*" ? item_of(node) : map_of(node)["properties"][name];
    if (!member) {
      return YAML::Node(YAML::NodeType::Undefined);
    }
    node.reset(member);
    if (dot == std::string::npos) {
      return node;
    }
    rest = rest.substr(dot + 1);
  }
}

// POSIX's regular expressions, whose syntax our patterns keep to: std::regex is slow, and GCC 12
// warns inside it under sanitizers.
bool matches(const std::string& value, const std::string& pattern) {
  regex_t compiled{};
  REQUIRE(regcomp(&compiled, pattern.c_str(), REG_EXTENDED | REG_NOSUB) == 0);
  const bool found = regexec(&compiled, value.c_str(), 0, nullptr, 0) == 0;
  regfree(&compiled);
  return found;
}

// An option of a channel refers to the one definition of them.
YAML::Node resolved(const YAML::Node& node) {
  return node["$ref"] ? schema()["$defs"]["channel"] : node;
}

// Whether a text value fits one of the patterns or words of an option's schema.
bool accepts(const YAML::Node& given, const std::string& value) {
  const YAML::Node node = resolved(given);
  if (node["pattern"] && matches(value, node["pattern"].as<std::string>())) {
    return true;
  }
  for (const auto& word : node["enum"]) {
    if (word.as<std::string>() == value) {
      return true;
    }
  }
  for (const auto& alternative : node["anyOf"]) {
    if (accepts(alternative, value)) {
      return true;
    }
  }
  return false;
}

bool loads(const std::string& key, const std::string& value) {
  return faults_of(minimal_yaml(), {key + "=" + value}).empty();
}

}  // namespace

TEST_CASE("Every option of the table is in the schema with its summary and default",
          "[scenarios][schema]") {
  for (const Option& option : option_table()) {
    INFO(option.key);
    const YAML::Node node = schema_of(option.key);
    REQUIRE(node.IsDefined());
    CHECK(node["description"].as<std::string>() == option.summary);
    if (!option.default_text.empty()) {
      CHECK(node["default"].as<std::string>() == option.default_text);
    }
  }
}

TEST_CASE("Every map of the schema refuses unknown keys and every key is in the table",
          "[scenarios][schema]") {
  const std::vector<std::string> maps = {"",
                                         "task",
                                         "device",
                                         "edge",
                                         "cloud",
                                         "links",
                                         "topology",
                                         "topology.nodes.*",
                                         "topology.links.*",
                                         "topology.devices.*",
                                         "workload",
                                         "objective",
                                         "energy",
                                         "decision",
                                         "decision.cost",
                                         "observation",
                                         "training",
                                         "training.task",
                                         "training.device",
                                         "training.edge",
                                         "training.cloud",
                                         "training.links",
                                         "published"};
  std::size_t keys = 0;
  for (const std::string& map_key : maps) {
    INFO(map_key);
    const YAML::Node map = map_of(map_key.empty() ? schema() : schema_of(map_key));
    REQUIRE(map.IsDefined());
    CHECK_FALSE(map["additionalProperties"].as<bool>());
    for (const auto& property : map["properties"]) {
      const std::string key = join_key(map_key, property.first.as<std::string>());
      const bool is_map = !names_in(key).empty();
      CHECK((find_option(key) != nullptr || is_map));
      keys += find_option(key) != nullptr ? 1U : 0U;
    }
  }
  CHECK(keys == option_table().size());
}

TEST_CASE("The schema is JSON Schema 2020-12 and requires what the loader does",
          "[scenarios][schema]") {
  const YAML::Node root = schema();
  CHECK(root["$schema"].as<std::string>() == "https://json-schema.org/draft/2020-12/schema");
  using Names = std::vector<std::string>;
  CHECK(root["required"].as<Names>() == Names{"policies"});
  const YAML::Node unless_file = root["allOf"][0];
  CHECK(unless_file["if"]["properties"]["workload"]["required"].as<Names>() == Names{"file"});
  CHECK(unless_file["else"]["required"].as<Names>() == Names{"task"});
  CHECK(unless_file["else"]["properties"]["task"]["required"].as<Names>() == Names{"work", "data"});
  const YAML::Node unless_topology = root["allOf"][1];
  CHECK(unless_topology["if"]["required"].as<Names>() == Names{"topology"});
  CHECK(unless_topology["else"]["required"].as<Names>() == Names{"device", "edge", "links"});
  for (const char* tier : {"device", "edge", "cloud", "links"}) {
    CHECK_FALSE(unless_topology["then"]["properties"][tier].as<bool>());
  }
  CHECK(schema_of("topology")["required"].as<Names>() == Names{"devices"});
  CHECK(schema_of("topology")["anyOf"][0]["required"].as<Names>() == Names{"platform"});
  CHECK(schema_of("topology")["anyOf"][1]["required"].as<Names>() == Names{"nodes"});
  CHECK(schema_of("topology.devices")["type"].as<Names>() == Names{"object", "array"});
  CHECK(schema_of("topology.servers")["type"].as<std::string>() == "array");
  CHECK(schema_of("topology.devices.*")["required"].as<Names>() ==
        Names{"speed", "at", "bandwidth"});
  CHECK(
      matches("west-1", schema_of("topology.nodes")["propertyNames"]["pattern"].as<std::string>()));
  CHECK_FALSE(
      matches("west 1", schema_of("topology.nodes")["propertyNames"]["pattern"].as<std::string>()));
  CHECK(schema_of("links")["required"].as<std::vector<std::string>>() ==
        std::vector<std::string>{"b1", "b2"});
}

TEST_CASE("The schema lists policies and their parameters", "[scenarios][schema]") {
  const YAML::Node items = schema_of("policies")["items"]["anyOf"];
  REQUIRE(items.size() == 14);  // 7 policies, by name and with parameters
  CHECK(items[0]["const"].as<std::string>() == "local");
  const YAML::Node optimal = items[13]["properties"]["optimal"]["properties"];
  CHECK(optimal["solver"]["enum"].as<std::vector<std::string>>() ==
        std::vector<std::string>{"auto", "exhaustive", "dp"});
  CHECK(optimal["limit"]["default"].as<int>() == 12);
  CHECK(optimal["limit"]["maximum"].as<int>() == 20);
  for (std::size_t i = 7; i < 14; ++i) {
    const YAML::Node properties = items[i]["properties"].begin()->second["properties"];
    CHECK(properties["at"]["enum"].as<std::vector<std::string>>() ==
          std::vector<std::string>{"scenario", "device", "edge", "cloud"});
  }
}

TEST_CASE("A cost in cycles takes one of its keys, and numbers by policy take its names",
          "[scenarios][schema]") {
  const YAML::Node cost = map_of(schema_of("decision.cost"));
  CHECK(cost["minProperties"].as<int>() == 1);
  CHECK(cost["maxProperties"].as<int>() == 1);
  CHECK_FALSE(cost["required"]);
  CHECK_FALSE(map_of(schema_of("decision"))["maxProperties"]);
  const YAML::Node latency = schema_of("published.latency");
  CHECK_FALSE(latency["additionalProperties"].as<bool>());
  CHECK(latency["properties"].size() == 7);
  CHECK(latency["properties"]["best-constant"]["exclusiveMinimum"].as<int>() == 0);
}

TEST_CASE("Schema and loader agree on how values are written", "[scenarios][schema]") {
  const std::vector<std::pair<std::string, std::string>> values = {
      {"edge.speed", "3 GHz"},
      {"edge.speed", "3GHz"},
      {"edge.speed", "1.5e3 MHz"},
      {"edge.speed", "3"},
      {"edge.speed", "3 MB"},
      {"edge.speed", "3 mhz"},
      {"edge.speed", "-3 GHz"},
      {"edge.speed", "infinite"},
      {"edge.speed", "uniform(1 GHz, 2 GHz)"},
      {"edge.speed", "uniform(0, 2GHz)"},
      {"edge.speed", "uniform( 0 , 2GHz )"},
      {"edge.speed", "uniform(1 GHz)"},
      {"edge.speed", "normal(2 GHz, 1 GHz, 0, 4 GHz)"},
      {"edge.speed", "exponential(2 GHz)"},
      {"edge.speed", "lognormal(2 GHz, 0.5)"},
      {"edge.speed", "lognormal(2 GHz, 0.5 GHz)"},
      {"edge.speed", "choice(1 GHz)"},
      {"edge.speed", "choice(1 GHz: 2, 2 GHz:1)"},
      {"edge.speed", "choice()"},
      {"cloud.speed", "infinite"},
      {"cloud.speed", "nan"},
      {"cloud.cores", "unlimited"},
      {"task.subtasks", "uniform(1, 12)"},
      {"task.subtasks", "uniform(1 MB, 12)"},
      {"workload.arrivals", "poisson(0.5 /s)"},
      {"workload.arrivals", "poisson(0.5)"},
      {"workload.arrivals", "periodic(2 min)"},
      {"workload.arrivals", "closed-loop"},
      {"workload.arrivals", "sometimes"},
      {"energy.kappa", "1e-27 J*s^2/cycle^3"},
      {"energy.kappa", "1e-27 J"},
      {"decision.cost", "measured"},
      {"decision.cost", "free"},
      {"decision.cost.cycles", "2 Mcycles"},
      {"state", "fixed"},
      {"state", "often"},
      {"decision.bench", "yes"},
      {"decision.bench", "maybe"},
      {"training.task.subtasks", "uniform(1, 12)"},
      {"training.task.work", "uniform(500 Mcycles, 1500 Mcycles)"},
      {"training.task.data", "3"},
      {"training.device.speed", "infinite"},
      {"training.cloud.speed", "infinite"},
      {"links.b1", "1.5 MB/s"},
      {"links.b1", "uniform(0, 2 MB/s)"},
      {"links.b1", "every(1 s, uniform(0, 2 MB/s))"},
      {"links.b1", "every(1 s, 2 MB)"},
      {"links.b1", "gauss-markov(1 s, 1 MB/s, 400 kB/s, 0.9, 50 kB/s, 3 MB/s)"},
      {"links.b1", "gauss-markov(1 s, 1 MB/s, 400 kB/s, 90 %, 50 kB/s, 3 MB/s)"},
      {"links.b1_down", "gilbert(1 s, 2 MB/s, 200 kB/s, 3 s, 3 s)"},
      {"links.b1_down", "gilbert(1 s, 2 MB/s, 200 kB/s, 3, 3)"},
      {"links.b2", "markov(1 s, 200 kB/s: 0.9 0.1, 1 MB/s:0.5 5e-1)"},
      {"links.b2", "markov(1 s)"},
      {"links.b2_down", "wobble(1 s)"},
      {"links.b1_channel", "common"},
      {"links.b1_channel", "own"},
      {"links.access", "shared"},
      {"links.access_duplex", "half"},
      {"links.b2_discipline", "lifo"},
      {"edge.discipline", "processor-sharing"},
      {"workload.warmup", "30 s"},
      {"workload.warmup", "30 MB"},
      {"workload.until", "2 h"},
      {"decision.when", "subtask"},
      {"observation.age", "200 ms"},
      {"observation.backlog", "own"},
      {"training.links.b1", "2 MB/s"},
      {"training.links.b2", "2 MB"},
      {"training.links.b2", "every(1 s, 2 MB/s)"},
      {"objective", "energy"},
  };
  for (const auto& [key, value] : values) {
    INFO(key << "=" << value);
    CHECK(accepts(schema_of(key), value) == loads(key, value));
  }
}

TEST_CASE("The reference has every key, unit, distribution and parameter",
          "[scenarios][reference]") {
  const std::string page = option_reference(fake_registry());
  for (const Option& option : option_table()) {
    INFO(option.key);
    CHECK(page.find("| `" + option.key + "` | ") != std::string::npos);
  }
  for (const DistributionForm& form : distribution_forms()) {
    CHECK(page.find("| `" + form.name + "(" + form.arguments + ")` | ") != std::string::npos);
  }
  for (const ChannelForm& form : channel_forms()) {
    CHECK(page.find("| `" + form.name + "(" + form.arguments + ")` | ") != std::string::npos);
  }
  CHECK(page.find("| `topology.nodes` | a map of names, a node each | required without "
                  "`topology.platform` | ") != std::string::npos);
  CHECK(page.find("| `topology.devices` | a map of names, a group of devices each, or a list of "
                  "names of hosts, such as [a, \"b-*\"] | required in `topology` | ") !=
        std::string::npos);
  CHECK(page.find("| required in each of `topology.devices` | CPU speed of a device. |\n") !=
        std::string::npos);
  CHECK(page.find(
            "| `edge.speed` | a frequency (Hz, kHz, MHz or GHz), or a distribution of them "
            "| required without `topology` | CPU speed p2 of each core of the edge server. |\n") !=
        std::string::npos);
  CHECK(page.find("| `optimal` | `limit` | whole number from 1 to 20 | `12` | How far. |\n") !=
        std::string::npos);
  CHECK(page.find("| all | `at` | scenario, device, edge, cloud | `scenario` | ") !=
        std::string::npos);
  CHECK(page.find("| one of `decision.cost` | CPU work of one decision. |\n") != std::string::npos);
  CHECK(page.find("| a switched capacitance | `J*s^2/cycle^3` |\n") != std::string::npos);
}

TEST_CASE("Schema and reference are the same every time", "[scenarios][schema]") {
  CHECK(json_schema(fake_registry()) == json_schema(fake_registry()));
  CHECK(option_reference(fake_registry()) == option_reference(fake_registry()));
  CHECK(json_schema(fake_registry()).ends_with("}\n"));
}

TEST_CASE("The schema knows traces by their form", "[scenarios][schema][channel]") {
  const YAML::Node channel = schema_of("topology.links.*.bandwidth");
  CHECK(accepts(channel, "trace(logs/bus 7.log, Mbit/s)"));
  CHECK(accepts(channel, "trace(up.pps, mahimahi, repeat, 15 s)"));
  CHECK(accepts(channel, "trace(up.csv, B/s, hold, random)"));
  CHECK_FALSE(accepts(channel, "trace(up.csv)"));
  CHECK_FALSE(accepts(channel, "trace(up.csv, s)"));
  CHECK_FALSE(accepts(channel, "trace(up.csv, B/s, random)"));
}
