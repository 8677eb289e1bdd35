// Writes a workload file that `read_workload` reads back bit for bit. The cloud's speed has no
// column: it is the scenario's.
#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "core/workload.hpp"

namespace mec {

/// A regular file is written under a temporary name beside it and renamed by `finish`, so that it
/// is whole or not there; anything else (/dev/stdout, a pipe) is written directly. Every error is a
/// UserError with the system's reason.
class WorkloadWriter {
 public:
  explicit WorkloadWriter(const std::string& path);
  /// Without `finish`, nothing remains.
  ~WorkloadWriter();
  WorkloadWriter(const WorkloadWriter&) = delete;
  WorkloadWriter& operator=(const WorkloadWriter&) = delete;

  void write(const WorkItem& item);
  void finish();

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  void put(const char* data, std::size_t size);
  [[noreturn]] void fail(int error) const;

  std::string path_;
  std::string target_;     // path_, symbolic links resolved
  std::string temporary_;  // empty: written directly
  std::unique_ptr<std::FILE, Closer> file_;
};

}  // namespace mec
