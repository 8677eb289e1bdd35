// The few calls of SQLite's C interface that writing a database takes, with errors as exceptions.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace mec {

/// A database file that is written once. Throws OutputError, which names `shown`.
class SqliteWriter {
 public:
  SqliteWriter(const std::string& path, std::string shown);

  void execute(const std::string& sql);
  void close();

  [[nodiscard]] sqlite3* handle() const { return database_.get(); }
  /// Throws where `code` is none of success.
  void check(int code) const;

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
  };
  std::string shown_;
  std::unique_ptr<sqlite3, Close> database_;
};

/// A prepared INSERT. Positions count from 1; what is not bound anew is NULL.
class SqliteInsert {
 public:
  SqliteInsert(const SqliteWriter& database, const std::string& sql);

  void bind(int position, std::int64_t value);
  void bind(int position, double value);
  /// The text must stay until `run`.
  void bind(int position, std::string_view value);
  void run();

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  const SqliteWriter& database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

}  // namespace mec
