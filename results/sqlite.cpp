#include "results/sqlite.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/errors.hpp"

namespace mec {

SqliteWriter::SqliteWriter(const std::string& path, std::string shown) : shown_(std::move(shown)) {
  sqlite3* opened = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  database_.reset(opened);  // also where it failed: the message is in it
  check(code);
}

void SqliteWriter::execute(const std::string& sql) {
  check(sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr));
}

void SqliteWriter::close() { check(sqlite3_close(database_.release())); }

void SqliteWriter::check(int code) const {
  if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) {
    throw OutputError(fmt::format("cannot write {}: {}", shown_,
                                  handle() ? sqlite3_errmsg(handle()) : sqlite3_errstr(code)));
  }
}

SqliteInsert::SqliteInsert(const SqliteWriter& database, const std::string& sql)
    : database_(database) {
  sqlite3_stmt* prepared = nullptr;
  database.check(sqlite3_prepare_v2(database.handle(), sql.c_str(), -1, &prepared, nullptr));
  statement_.reset(prepared);
}

void SqliteInsert::bind(int position, std::int64_t value) {
  database_.check(sqlite3_bind_int64(statement_.get(), position, value));
}

void SqliteInsert::bind(int position, double value) {
  database_.check(sqlite3_bind_double(statement_.get(), position, value));
}

void SqliteInsert::bind(int position, std::string_view value) {
  // The null pointer is SQLITE_STATIC, whose definition is an old-style cast.
  database_.check(sqlite3_bind_text(statement_.get(), position, value.data(),
                                    static_cast<int>(value.size()), nullptr));
}

void SqliteInsert::run() {
  database_.check(sqlite3_step(statement_.get()));
  database_.check(sqlite3_reset(statement_.get()));
  database_.check(sqlite3_clear_bindings(statement_.get()));
}

}  // namespace mec
