#include "results/sweep_database.hpp"

#include "core/errors.hpp"

#ifdef MECSIM_SQLITE

#include <fmt/format.h>

#include <charconv>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "core/text.hpp"
#include "results/csv_records.hpp"
#include "results/sqlite.hpp"
#include "results/sweep_schema.hpp"

namespace mec {

namespace {

template <typename Number>
bool bind_number(SqliteInsert& insert, int position, std::string_view field) {
  Number number{};
  const char* end = field.data() + field.size();
  const auto result = std::from_chars(field.data(), end, number);
  if (result.ec == std::errc() && result.ptr == end) {
    insert.bind(position, number);
    return true;
  }
  return false;
}

// False where the field is none of this type. Empty fields are NULL.
bool bind_field(SqliteInsert& insert, int position, std::string_view field, ColumnType type) {
  switch (type) {
    case ColumnType::integer:
      return field.empty() || bind_number<std::int64_t>(insert, position, field);
    case ColumnType::real:
      return field.empty() || bind_number<double>(insert, position, field);
    case ColumnType::text:
      insert.bind(position, field);
      return true;
  }
  return false;
}

std::string insert_statement(std::string_view table, std::size_t columns) {
  return fmt::format("INSERT INTO {} VALUES ({})", table,
                     join(std::vector<std::string>(columns, "?")));
}

// What of a CSV file's records is a table's: positions of fields, and their types.
struct KeptColumns {
  std::vector<std::size_t> fields;
  std::vector<ColumnType> types;
  std::vector<std::string> names;
  std::size_t of_file = 0;
};

KeptColumns kept_columns(const std::vector<std::string_view>& header, const SweepGrid& grid) {
  KeptColumns kept;
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (is_kept(i, header[i], grid)) {
      kept.fields.push_back(i);
      kept.types.push_back(column_type(header[i]));
      kept.names.emplace_back(header[i]);
    }
  }
  kept.of_file = header.size();
  return kept;
}

bool bind_record(SqliteInsert& insert, const KeptColumns& kept,
                 const std::vector<std::string_view>& fields) {
  bool fits = fields.size() == kept.of_file;
  for (std::size_t i = 0; i < kept.fields.size() && fits; ++i) {
    fits = bind_field(insert, static_cast<int>(i) + 1, fields[kept.fields[i]], kept.types[i]);
  }
  return fits;
}

void load_table(SqliteWriter& database, const SweepTable& table, const SweepGrid& grid,
                const std::filesystem::path& directory) {
  const std::string path = (directory / table.file).string();
  CsvRecords records(path);
  CsvFields fields;
  std::string_view record;
  if (!records.next(record)) {
    throw UserError(fmt::format("{}: empty; expected a header", path));
  }
  const KeptColumns kept = kept_columns(fields.split(record), grid);
  database.execute(create_table(table, kept.names));
  SqliteInsert insert(database, insert_statement(table.name, kept.names.size()));
  while (records.next(record)) {
    if (!bind_record(insert, kept, fields.split(record))) {
      throw UserError(fmt::format("{}:{}: no row of {}", path, records.line(), table.file));
    }
    insert.run();
  }
}

void write_meta(SqliteWriter& database, const SweepResults& results) {
  database.execute("CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID");
  SqliteInsert insert(database, insert_statement("meta", 2));
  const std::vector<std::pair<std::string, std::string>> entries = {
      {"format", "1"},
      {"scenario", results.scenario},
      {"seed", std::to_string(results.seed)},
      {"warm_up", results.warm_up == WarmUpDetection::mser5 ? "mser5" : "none"}};
  for (const auto& [name, value] : entries) {
    insert.bind(1, std::string_view(name));
    insert.bind(2, std::string_view(value));
    insert.run();
  }
}

void write_axes(SqliteWriter& database, const SweepGrid& grid) {
  database.execute(
      "CREATE TABLE axes (name TEXT PRIMARY KEY, key TEXT, unit TEXT, numeric INTEGER) "
      "WITHOUT ROWID");
  SqliteInsert insert(database, insert_statement("axes", 4));
  for (const SweepColumn& axis : grid.columns) {
    insert.bind(1, std::string_view(axis.name));
    insert.bind(2, std::string_view(axis.key));
    insert.bind(3, std::string_view(axis.unit));
    insert.bind(4, std::int64_t{axis.numeric ? 1 : 0});
    insert.run();
  }
}

void write_points(SqliteWriter& database, const SweepGrid& grid) {
  database.execute(create_points(grid));
  SqliteInsert insert(database, insert_statement("points", grid.columns.size() + 1));
  for (std::size_t point = 0; point < grid.points.size(); ++point) {
    insert.bind(1, static_cast<std::int64_t>(point));
    for (std::size_t i = 0; i < grid.columns.size(); ++i) {
      const std::string& value = grid.points[point].at(i);
      const int position = static_cast<int>(i) + 2;
      if (!grid.columns[i].numeric || !bind_number<double>(insert, position, value)) {
        insert.bind(position, std::string_view(value));
      }
    }
    insert.run();
  }
}

// Each table with the values of the axes beside its own columns.
void create_views(SqliteWriter& database) {
  for (const SweepTable& table : sweep_tables()) {
    database.execute(
        fmt::format("CREATE VIEW {0}_by_axes AS SELECT * FROM points JOIN {0} USING "
                    "(point)",
                    table.name));
  }
}

void fill(SqliteWriter& database, const SweepResults& results,
          const std::filesystem::path& directory) {
  // The file is renamed when it is whole, so there is nothing that a journal could bring back.
  database.execute("PRAGMA journal_mode = OFF");
  database.execute("PRAGMA synchronous = OFF");
  database.execute("PRAGMA cache_size = -65536");  // KiB
  database.execute("BEGIN");
  write_meta(database, results);
  write_axes(database, results.grid);
  write_points(database, results.grid);
  for (const SweepTable& table : sweep_tables()) {
    load_table(database, table, results.grid, directory);
  }
  create_views(database);
  database.execute("COMMIT");
}

}  // namespace

void check_database_support() {}

void write_sweep_database(const SweepResults& results, const std::filesystem::path& directory) {
  const std::filesystem::path path = directory / "sweep.sqlite";
  const std::filesystem::path part = directory / "sweep.sqlite.part";
  std::error_code error;
  std::filesystem::remove(part, error);  // of a run that was killed
  try {
    SqliteWriter database(part.string(), path.string());
    fill(database, results, directory);
    database.close();
  } catch (...) {
    std::filesystem::remove(part, error);
    throw;
  }
  std::filesystem::rename(part, path, error);
  if (error) {
    throw OutputError(fmt::format("cannot write {}: {}", path.string(), error.message()));
  }
}

}  // namespace mec

#else

namespace mec {

void check_database_support() {
  throw UserError(
      "this mecsim was built without SQLite: install libsqlite3-dev and build it again, or leave "
      "out --sqlite");
}

void write_sweep_database(const SweepResults&, const std::filesystem::path&) {
  check_database_support();
}

}  // namespace mec

#endif
