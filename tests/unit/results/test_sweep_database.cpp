#include <sqlite3.h>

#include <memory>
#include <string>
#include <vector>

#include "core/errors.hpp"
#include "results/sweep_database.hpp"
#include "tests/catch.hpp"
#include "tests/support/scratch.hpp"
#include "tests/unit/results/messages.hpp"
#include "tests/unit/results/sweeps.hpp"

using namespace mec;
using namespace mec::test;

namespace {

using Rows = std::vector<std::vector<std::string>>;

// All values as SQLite quotes them: texts in quotes, whole numbers without a point, NULL.
Rows query(const std::string& path, const std::string& sql) {
  sqlite3* opened = nullptr;
  REQUIRE(sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> database(opened, sqlite3_close);
  sqlite3_stmt* prepared = nullptr;
  REQUIRE(sqlite3_prepare_v2(opened, sql.c_str(), -1, &prepared, nullptr) == SQLITE_OK);
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(prepared, sqlite3_finalize);
  Rows rows;
  while (sqlite3_step(prepared) == SQLITE_ROW) {
    std::vector<std::string>& row = rows.emplace_back();
    for (int i = 0; i < sqlite3_column_count(prepared); ++i) {
      const int type = sqlite3_column_type(prepared, i);
      const void* text = type == SQLITE_NULL ? nullptr : sqlite3_column_blob(prepared, i);
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(prepared, i));
      const std::string value(static_cast<const char*>(text), text == nullptr ? 0 : size);
      row.push_back(type == SQLITE_NULL ? "NULL" : type == SQLITE_TEXT ? "'" + value + "'" : value);
    }
  }
  return rows;
}

SweepResults quoted_sweep(const Scratch& scratch) {
  return small_sweep(scratch, "it's \"dead\"", "two\nlines");
}

}  // namespace

TEST_CASE("A database holds the rows of all tables with their types", "[results][sqlite]") {
  const Scratch scratch;
  const SweepResults results = quoted_sweep(scratch);
  write_sweep_files(results, scratch.path());
  write_sweep_database(results, scratch.path());
  const std::string path = scratch / "sweep.sqlite";
  CHECK_FALSE(std::filesystem::exists(path + ".part"));
  CHECK(query(path, "PRAGMA integrity_check") == Rows{{"'ok'"}});
  CHECK(query(path, "PRAGMA foreign_key_check").empty());
  CHECK(query(path, "SELECT * FROM meta ORDER BY name") == Rows{{"'format'", "'1'"},
                                                                {"'scenario'", "'mini'"},
                                                                {"'seed'", "'7'"},
                                                                {"'warm_up'", "'none'"}});
  CHECK(query(path, "SELECT * FROM axes ORDER BY name DESC") ==
        Rows{{"'speed_Hz'", "'edge.speed'", "'Hz'", "1"}, {"'a \"b\"'", "'x'", "''", "0"}});
  CHECK(query(path, "SELECT point, typeof(speed_Hz), \"a \"\"b\"\"\" FROM points") ==
        Rows{{"0", "'real'", "'x,y'"}, {"1", "'real'", "'z'"}});
  CHECK(query(path,
              "SELECT point, policy, replication, task, latency_s, status FROM tasks "
              "WHERE policy = 'slow,er'") ==
        Rows{{"0", "'slow,er'", "0", "0", "2.0", "'completed'"},
             {"0", "'slow,er'", "0", "1", "6.0", "'completed'"}});
  CHECK(query(path, "SELECT status, tasks, mean_latency_s FROM cells WHERE point = 1") ==
        Rows{{"'completed'", "1", "2.0"}, {"'failed'", "NULL", "NULL"}});
  CHECK(query(path, "SELECT unit, units, mean_latency_s FROM summary") ==
        Rows{{"'task'", "2", "2.0"},
             {"'task'", "2", "4.0"},
             {"'task'", "1", "2.0"},
             {"'task'", "0", "NULL"}});
  CHECK(query(path,
              "SELECT ratio_of_means, wins, p_value, significant FROM comparisons "
              "WHERE policy = 'fast' AND point = 0") == Rows{{"0.5", "2", "0.5", "'no'"}});
  CHECK(query(path, "SELECT count(*) FROM quantiles") == Rows{{"606"}});
  CHECK(query(path, "SELECT wall_ns, decision_mean_ns FROM timings WHERE point = 1") ==
        Rows{{"77", "5.0"}});
  CHECK(query(path, "SELECT reason, stderr FROM failures") ==
        Rows{{"'it's \"dead\"'", "'two\nlines'"}});
  CHECK(query(path, "SELECT speed_Hz, avg(latency_s) FROM tasks_by_axes GROUP BY speed_Hz") ==
        Rows{{"1000000000.0", "3.0"}, {"2000000000.0", "2.0"}});
}

TEST_CASE("An axis may have the name of a table's column", "[results][sqlite]") {
  const Scratch scratch;
  SweepResults results = quoted_sweep(scratch);
  results.grid.columns[0].name = "tasks";
  write_sweep_files(results, scratch.path());
  write_sweep_database(results, scratch.path());
  const std::string path = scratch / "sweep.sqlite";
  CHECK(query(path, "SELECT tasks FROM points") == Rows{{"1000000000.0"}, {"2000000000.0"}});
  CHECK(query(path, "SELECT tasks FROM cells WHERE point = 0") == Rows{{"2"}, {"2"}});
}

TEST_CASE("A database replaces the old one only when it is whole", "[results][sqlite]") {
  const Scratch scratch;
  const SweepResults results = quoted_sweep(scratch);
  write_sweep_files(results, scratch.path());
  const std::string path = scratch.write("sweep.sqlite", "old");
  scratch.write("sweep.sqlite.part", "of a run that was killed");
  const std::string tasks = read_file(scratch / "tasks.csv");
  scratch.write("tasks.csv", tasks.substr(0, tasks.size() - 5));
  CHECK(contains(message_of<UserError>([&] { write_sweep_database(results, scratch.path()); }),
                 "tasks.csv:6: "));
  CHECK(read_file(path) == "old");
  scratch.write("tasks.csv", tasks + "0,1,2\n");
  CHECK(contains(message_of<UserError>([&] { write_sweep_database(results, scratch.path()); }),
                 "tasks.csv:7: "));
  // The same task twice: the database says so.
  const std::string first = tasks.substr(tasks.find('\n') + 1);
  scratch.write("tasks.csv", tasks + first.substr(0, first.find('\n') + 1));
  CHECK(contains(message_of<OutputError>([&] { write_sweep_database(results, scratch.path()); }),
                 "UNIQUE constraint failed: tasks"));
  CHECK(read_file(path) == "old");
  CHECK_FALSE(std::filesystem::exists(path + ".part"));
  scratch.write("tasks.csv", tasks);
  write_sweep_database(results, scratch.path());
  CHECK(query(path, "SELECT count(*) FROM tasks") == Rows{{"5"}});
}
