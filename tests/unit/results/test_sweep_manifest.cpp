#include <stdlib.h>

#include <fstream>

#include "core/errors.hpp"
#include "results/sweep_manifest.hpp"
#include "tests/catch.hpp"

using namespace mec;
using Catch::Matchers::ContainsSubstring;

namespace {

SweepManifest some_manifest() {
  SweepManifest manifest;
  manifest.identity = "0123";
  manifest.ended = true;
  manifest.command = {"mecsim", "sweep", "a b.yaml"};
  manifest.sweep = {"load", "a b.yaml", "axes: [\"\xff\"]\n"};
  manifest.scenario = {"busy", "busy.yaml", "name: busy\n"};
  manifest.overrides = {{"task.data", "1 MB"}};
  manifest.engine = "events";
  manifest.replications = 2;
  manifest.precision = PrecisionTarget{0.02, PrecisionTarget::Statistic::ratio_of_means, 3, 50};
  manifest.shard = Shard{2, 3};
  manifest.policies = {{"greedy", {{"at", ""}}, {}}, {"dil", {}, {{"m.onnx", "fnv1a64:00"}}}};
  manifest.results.scenario = "busy";
  manifest.results.seed = 18446744073709551615U;
  manifest.results.grid.columns = {{"edge_speed_Hz", "edge.speed", "Hz", true},
                                   {"word", "word", "", false}};
  manifest.results.grid.points = {{"1e9", "a,\"b\"\n"}, {"2e9", "c"}};
  manifest.results.independent_tasks = {true, false};
  manifest.results.warm_up = WarmUpDetection::mser5;
  manifest.results.cells.resize(2);
  manifest.results.cells[0] = {{0, 1, 2}, "k1", CellStatus::missing, "", "", {}, {}};
  manifest.results.cells[1] = {{1, 0, 0}, "", CellStatus::missing, "", "", {}, {}};
  manifest.origin = {"1.0", "aa"};
  manifest.versions = {{"mecsim", "1.0"}};
  return manifest;
}

struct File {
  File() {
    std::string name = (std::filesystem::temp_directory_path() / "mecsim-test-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder = name;
    path = folder / "manifest.json";
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { std::filesystem::remove_all(folder); }
  void write(const std::string& text) const { std::ofstream(path, std::ios::binary) << text; }
  std::filesystem::path folder;
  std::filesystem::path path;
};

}  // namespace

TEST_CASE("What merging needs of a sweep's manifest survives", "[results][manifest]") {
  const File file;
  REQUIRE_FALSE(read_sweep_manifest(file.path));
  file.write(sweep_manifest_json(some_manifest()));
  const auto back = read_sweep_manifest(file.path);
  REQUIRE(back);
  const SweepManifest expected = some_manifest();
  REQUIRE(back->identity == expected.identity);
  REQUIRE(back->ended);
  REQUIRE_FALSE(back->complete);
  REQUIRE(back->sweep.name == "load");
  REQUIRE(back->sweep.text == "axes: [\"\xEF\xBF\xBD\"]\n");  // U+FFFD: JSON is UTF-8
  REQUIRE(back->scenario.path == "busy.yaml");
  REQUIRE(back->overrides == expected.overrides);
  REQUIRE(back->engine == "events");
  REQUIRE(back->replications == 2);
  REQUIRE(back->precision->relative == 0.02);
  REQUIRE(back->precision->of == PrecisionTarget::Statistic::ratio_of_means);
  REQUIRE(back->precision->least == 3);
  REQUIRE(back->precision->most == 50);
  REQUIRE(back->shard == Shard{2, 3});
  REQUIRE(back->results.policies == std::vector<std::string>{"greedy", "dil"});
  REQUIRE(back->policies[1].models.front().path == "m.onnx");
  REQUIRE(back->results.seed == expected.results.seed);
  REQUIRE(back->results.grid.points == expected.results.grid.points);
  REQUIRE(back->results.grid.columns[0].unit == "Hz");
  REQUIRE(back->results.grid.columns[0].numeric);
  REQUIRE(back->results.independent_tasks == expected.results.independent_tasks);
  REQUIRE(back->results.warm_up == WarmUpDetection::mser5);
  REQUIRE(back->results.cells[0].id == CellId{0, 1, 2});
  REQUIRE(back->results.cells[0].key == "k1");
  REQUIRE(back->results.cells[1].key.empty());
  REQUIRE(back->origin == expected.origin);
}

TEST_CASE("A manifest that is not a sweep's, or torn, or nonsense, is told apart",
          "[results][manifest]") {
  const File file;
  file.write("{\"format\": 1, \"status\": \"complete\"}");  // a run's
  REQUIRE_FALSE(read_sweep_manifest(file.path));
  const std::string whole = sweep_manifest_json(some_manifest());
  for (std::size_t cut = 0; cut + 2 < whole.size(); cut += 7) {
    file.write(whole.substr(0, cut));
    REQUIRE_THROWS_AS(read_sweep_manifest(file.path), UserError);
  }
  SweepManifest wrong = some_manifest();
  wrong.results.cells[0].id.point = 2;  // of two
  file.write(sweep_manifest_json(wrong));
  REQUIRE_THROWS_WITH(read_sweep_manifest(file.path),
                      ContainsSubstring("not a manifest of a sweep"));
}

TEST_CASE("What came of a precision is in the manifest of a sweep that has ended",
          "[results][manifest]") {
  SweepManifest manifest = some_manifest();
  manifest.results.policies = {"greedy", "dil"};
  manifest.results.cells[1].id.replication = 2;
  manifest.precision->of = PrecisionTarget::Statistic::mean_latency;
  manifest.results.cells.resize(4, manifest.results.cells[1]);
  for (const std::size_t i : {1U, 2U, 3U}) {  // point 1, policy 0: 1, 2 and 3 s
    manifest.results.cells[i].status = CellStatus::completed;
    manifest.results.cells[i].report.mean_latency = static_cast<double>(i);
  }
  const std::string text = sweep_manifest_json(manifest);
  // t(2) = 4.30265 (any table), s = 1, mean 2: 4.30265 / sqrt 3 / 2 = 1.24207.
  CHECK_THAT(text, ContainsSubstring("\"points_missed\": 1"));
  CHECK_THAT(text, ContainsSubstring("\"widest\": 1.24206"));
  CHECK_THAT(text, ContainsSubstring("\"widest_policy\": \"greedy\""));
  CHECK_THAT(text, ContainsSubstring("\"widest_point\": 1"));
  CHECK_THAT(text, ContainsSubstring("\"replications_most\": 3"));
  manifest.ended = false;
  CHECK_THAT(sweep_manifest_json(manifest), !ContainsSubstring("points_missed"));
}

TEST_CASE("The commands of merged shards are in the manifest, and those of others are read",
          "[results][manifest]") {
  const File file;
  SweepManifest manifest = some_manifest();
  CHECK_THAT(sweep_manifest_json(manifest), !ContainsSubstring("\"shards\""));
  manifest.shards = {{{"mecsim", "sweep", "--shard", "1/2"}, {1, 2}}};
  file.write(sweep_manifest_json(manifest));
  REQUIRE(read_sweep_manifest(file.path)->command == manifest.command);
  const std::string text = sweep_manifest_json(manifest);
  CHECK_THAT(text, ContainsSubstring("\"shard\": \"1/2\""));
  CHECK_THAT(text, ContainsSubstring("\"--shard\""));
}
