// One sweep at a time in a results directory.
#pragma once

#include <filesystem>

namespace mec::cli {

/// Held from construction on, by a record lock (fcntl) on `directory`/.lock: the system releases it
/// however this process ends, and children do not have it, so that a process that is killed can be
/// followed by another at once. On a network file system it holds between machines, too; where a
/// file system knows no locks, nothing is locked.
class DirectoryLock {
 public:
  /// Throws UserError, which names the process that has it.
  explicit DirectoryLock(const std::filesystem::path& directory);
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;
  DirectoryLock(DirectoryLock&&) = delete;
  DirectoryLock& operator=(DirectoryLock&&) = delete;

 private:
  int descriptor_;
};

}  // namespace mec::cli
