// Mutual exclusion between processes by a file that lies beside what they share. The lock (flock)
// belongs to the open file, so the kernel releases it however its holder ends; children that are
// forked while it is held keep it until they end, too. Between machines it excludes as far as their
// shared file system does.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace mec {

/// Not locked at first. The file is there while the lock is held; one that a killed holder left
/// means nothing.
class FileLock {
 public:
  enum class Attempt : std::uint8_t {
    held,
    busy,        // another one has it
    impossible,  // the file cannot be opened, or its file system knows no locks
  };

  explicit FileLock(std::string path) : path_(std::move(path)) {}
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  FileLock(FileLock&&) = delete;
  FileLock& operator=(FileLock&&) = delete;

  /// Does not wait.
  [[nodiscard]] Attempt try_lock();

 private:
  std::string path_;
  int descriptor_ = -1;  // of the locked file
};

}  // namespace mec
