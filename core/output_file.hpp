// A file that appears whole or not at all: written to `PATH.part`, renamed to PATH once complete.
#pragma once

#include <string>
#include <string_view>

#include "core/errors.hpp"

namespace mec {

/// Buffered writer. A path that cannot be opened is a UserError, unless the disk is full; that and
/// every later failure is an OutputError.
///
/// A target that exists and is no regular file (/dev/stdout, /dev/full, a pipe) is written
/// directly. A symbolic link, PATH or `PATH.part`, is followed. Without `commit` the destructor
/// writes what is buffered, as well as it can, and leaves `PATH.part` behind: what an interrupted
/// run has got so far, under a name that nobody takes for a finished file. No fsync: a power cut is
/// not worth a disk flush per file.
class OutputFile {
 public:
  explicit OutputFile(std::string path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  OutputFile(OutputFile&&) = delete;
  OutputFile& operator=(OutputFile&&) = delete;

  void write(std::string_view text) {
    if (buffer_.size() + text.size() > kCapacity) {
      flush();
    }
    buffer_.append(text);
  }
  void flush();
  /// Closes and removes what was written.
  void discard();
  /// Flushes, closes and renames. The object takes no more text afterwards.
  void commit();

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  static constexpr std::size_t kCapacity = std::size_t{1} << 17U;

  [[nodiscard]] std::string reason() const;  // what errno says
  [[noreturn]] void fail() const;

  std::string path_;
  std::string written_path_;  // path_ itself, or path_ + ".part"
  std::string buffer_;
  int descriptor_ = -1;
};

/// Writes a whole file at once: open, write, commit.
void write_file(const std::string& path, std::string_view text);

/// Throws UserError when `path` cannot be opened for writing; changes nothing. For work that should
/// not end in a mistyped path.
void check_writable(const std::string& path);

}  // namespace mec
