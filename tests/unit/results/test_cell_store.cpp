#include <stdlib.h>

#include <fstream>
#include <iterator>
#include <set>

#include "core/errors.hpp"
#include "results/cell_store.hpp"
#include "tests/catch.hpp"

using namespace mec;
using Catch::Matchers::ContainsSubstring;

namespace {

namespace fs = std::filesystem;

const CellOrigin kOurs{"1.0", "aa"};
const std::string kRows = "scenario,policy\na,b\n";

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

CellReport some_report() {
  CellReport report;
  report.counts = {10, 7, 1, 2, 3, false};
  report.mean_latency = 0.1 + 0.2;  // not a short decimal
  report.times = {9, 1.5, 2.25, 1e9 / 3.0, 123456789};
  return report;
}

struct Fixture {
  Fixture() {
    std::string name = (fs::temp_directory_path() / "mecsim-test-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    place = name;
  }
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;
  ~Fixture() { fs::remove_all(place); }

  [[nodiscard]] CellStore store(const CellOrigin& origin = kOurs,
                                OtherBuilds builds = OtherBuilds::refused) const {
    return {place, origin, builds};
  }
  // As a job leaves it.
  [[nodiscard]] fs::path finished(const std::string& key) const {
    fs::path folder = place / "job";
    fs::create_directory(folder);
    write(folder / (key + ".csv"), kRows);
    write_cell_report(folder, key, kOurs, some_report());
    return folder;
  }

  fs::path place;
};

}  // namespace

TEST_CASE("A cell that is stored comes back as it was", "[results][cells]") {
  const Fixture f;
  const CellStore store = f.store();
  REQUIRE(store.read("k").status == CellStatus::missing);
  REQUIRE(store.read("k").fault.empty());
  const fs::path folder = f.finished("k");
  fs::create_directory(folder / "k.activities");
  write(folder / "k.activities" / "activities.csv", "x\n");
  store.take("k", folder);
  REQUIRE_FALSE(fs::exists(folder));
  const StoredCell cell = store.read("k");
  REQUIRE(cell.status == CellStatus::completed);
  REQUIRE(cell.report.mean_latency == 0.1 + 0.2);
  REQUIRE_FALSE(cell.report.ratio_of_means);
  REQUIRE(cell.report.counts.released == 10);
  REQUIRE(cell.report.counts.warmup == 3);
  REQUIRE_FALSE(cell.report.counts.ended);
  REQUIRE(cell.report.times.decision_p99_ns == 1e9 / 3.0);
  REQUIRE(cell.report.times.wall_ns == 123456789);
  REQUIRE(read(store.rows("k")) == kRows);
  REQUIRE(read(store.activities("k") / "activities.csv") == "x\n");
}

TEST_CASE("A cell is finished only if its report is whole and fits its rows", "[results][cells]") {
  const Fixture f;
  const CellStore store = f.store();
  store.take("k", f.finished("k"));
  const fs::path report = store.folder() / "k.json";
  const std::string whole = read(report);

  write(store.rows("k"), kRows.substr(0, kRows.size() - 1));
  REQUIRE(store.read("k").status == CellStatus::missing);
  REQUIRE(store.read("k").fault == "its rows are 19 bytes long and should be 20");
  write(store.rows("k"), "scenario,policy\na,c\n");
  REQUIRE(store.read("k").fault == "its rows are not those that were written");
  REQUIRE(store.read("k", RowCheck::size).status == CellStatus::completed);
  fs::remove(store.rows("k"));
  REQUIRE_THAT(store.read("k").fault, ContainsSubstring("its rows cannot be read"));
  write(store.rows("k"), kRows);
  REQUIRE(store.read("k").status == CellStatus::completed);

  for (std::size_t cut = 0; cut + 2 < whole.size(); ++cut) {  // without "}\n", at least
    write(report, whole.substr(0, cut));
    REQUIRE(store.read("k").status == CellStatus::missing);
    REQUIRE(store.read("k").fault == "its report is torn");
  }
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = damaged[i] == '7' ? '8' : '7';
    write(report, damaged);
    REQUIRE(store.read("k").status == CellStatus::missing);
    REQUIRE_THAT(store.read("k").fault, ContainsSubstring("its report is "));
  }
  write(report, whole);
  fs::rename(report, store.folder() / "other.json");
  fs::rename(store.rows("k"), store.rows("other"));
  REQUIRE(store.read("other").fault == "its report is of another cell");
}

TEST_CASE("A cell is finished only if its activities are those that were written",
          "[results][cells]") {
  const Fixture f;
  const CellStore store = f.store();
  const fs::path folder = f.place / "job";
  fs::create_directories(folder / "k.activities");
  write(folder / "k.activities" / "activities.csv", "a\n");
  write(folder / "k.activities" / "bandwidths.csv", "b\n");
  store.take("k", f.finished("k"));
  REQUIRE(store.read("k").status == CellStatus::completed);
  const fs::path file = store.activities("k") / "bandwidths.csv";
  write(file, "c\n");
  REQUIRE(store.read("k").status == CellStatus::missing);
  REQUIRE(store.read("k").fault == "its activities are not those that were written");
  REQUIRE(store.read("k", RowCheck::size).status == CellStatus::completed);
  fs::remove(file);
  REQUIRE(store.read("k").fault == "its activities are not those that were written");
  write(file, "b\n");
  REQUIRE(store.read("k").status == CellStatus::completed);
  fs::remove_all(store.activities("k"));
  REQUIRE(store.read("k").fault == "its activities are not those that were written");
}

TEST_CASE("Cells of another version or build are refused, with what to do", "[results][cells]") {
  const Fixture f;
  f.store().take("k", f.finished("k"));
  REQUIRE_THROWS_WITH(f.store({"2.0", "aa"}).read("k"),
                      ContainsSubstring("holds results of mecsim 1.0, and this is mecsim 2.0") &&
                          ContainsSubstring("--restart"));
  REQUIRE_THROWS_WITH(f.store({"1.0", "bb"}).read("k"),
                      ContainsSubstring("another build of mecsim 1.0 (aa; this one is bb)") &&
                          ContainsSubstring("--keep-builds"));
  REQUIRE(f.store({"1.0", "bb"}, OtherBuilds::taken).read("k").status == CellStatus::completed);
  REQUIRE_THROWS_AS(f.store({"2.0", "bb"}, OtherBuilds::taken).read("k"), UserError);
}

TEST_CASE("A failure is kept until the cell is completed", "[results][cells]") {
  const Fixture f;
  const CellStore store = f.store();
  StoredCell failure;
  failure.status = CellStatus::timed_out;
  failure.reason = "did not end within 60 s";
  failure.errors = "half a \xff line\n";
  store.record_failure("k", failure);
  const StoredCell back = store.read("k");
  REQUIRE(back.status == CellStatus::timed_out);
  REQUIRE(back.reason == failure.reason);
  REQUIRE(back.errors == "half a \xEF\xBF\xBD line\n");  // U+FFFD in place of what is no UTF-8
  store.take("k", f.finished("k"));
  REQUIRE(store.read("k").status == CellStatus::completed);
  REQUIRE_FALSE(fs::exists(store.folder() / "k.failed.json"));
}

TEST_CASE("Of a failure that cannot be written down nothing is known, nor of the one before",
          "[results][cells]") {
  const Fixture f;
  const CellStore store = f.store();
  const auto failure = [](const std::string& reason) {
    return StoredCell{CellStatus::failed, {}, reason, "", {}};
  };
  store.record_failure("k", failure("at first"));
  const fs::path part = store.folder() / "k.failed.json.part";
  fs::create_symlink("/dev/full", part);
  REQUIRE_THROWS_AS(store.record_failure("k", failure("later")), OutputError);
  REQUIRE(store.read("k").status == CellStatus::missing);
  REQUIRE(fs::is_empty(store.folder()));
  store.record_failure("k", failure("in the end"));
  REQUIRE(store.read("k").reason == "in the end");

  const fs::path record = store.folder() / "k.failed.json";
  write(record, read(record).replace(read(record).find("the end"), 3, "any"));
  REQUIRE(store.read("k").status == CellStatus::missing);  // damaged: it is run again
}

TEST_CASE("Copying a cell leaves the other store as it is, also a second time",
          "[results][cells]") {
  const Fixture f;
  const CellStore store = f.store();
  store.take("k", f.finished("k"));
  const CellStore other(f.place / "other", kOurs, OtherBuilds::refused);
  for (int i = 0; i < 2; ++i) {
    other.copy("k", store);
    REQUIRE(other.read("k").status == CellStatus::completed);
    REQUIRE(store.read("k").status == CellStatus::completed);
  }
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(other.folder())) {
    names.insert(entry.path().filename().string());
  }
  REQUIRE(names == std::set<std::string>{"k.csv", "k.json"});
}

TEST_CASE("A key is 32 hexadecimal digits of the SHA-1 of the text", "[results][cells]") {
  // RFC 4122, 4.3: SHA-1 of the name space's 16 bytes (that of object identifiers, appendix C) and
  // the text, cut to 128 bits, four of which are the version (5) and two the variant. Derived with
  // Python: uuid.uuid5(uuid.NAMESPACE_OID, "cell").hex
  REQUIRE(cell_key("cell") == "2552d69e4df35875a291e8b8435fb5f3");
  REQUIRE(cell_key("cell") != cell_key("cells"));
}
