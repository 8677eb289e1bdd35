// Where the jobs of a sweep run: each in a process of its own, so that none takes another with it.
// The coordinator hands out jobs and collects how they ended; a runner knows processes, not sweeps.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/sweep.hpp"

namespace mec::cli {

/// `prepare`: the policy `cell.policy` learns what it needs at `cell.point`. `cell`: one
/// simulation.
enum class JobKind : std::uint8_t { prepare, cell };

struct Job {
  JobKind kind = JobKind::cell;
  CellId cell;
  std::string key;    // of the cell: names its files
  std::string model;  // file of what the policy has learned; empty: nothing
};

enum class JobFate : std::uint8_t {
  done,
  failed,     // it threw, crashed or left with a status: the same would happen again
  timed_out,  // killed by the runner after the time that a cell may take
  killed      // SIGKILL from outside (out of memory, say), or its worker is gone: worth another try
};

struct JobEnd {
  std::uint64_t id = 0;
  JobFate fate = JobFate::done;
  std::string reason;  // not done: one line
  std::string errors;  // what it wrote to standard error, or the end of it
  std::string result;  // done: what the body returned
  /// Done: a folder of this machine with the files that the body left. The caller moves them away
  /// and removes the folder. Otherwise empty.
  std::filesystem::path folder;
};

/// What a job does, in its process: works on files of an empty folder of its own. What it returns
/// (kilobytes) and the folder reach the caller. Throws to fail. A `prepare` job is told to end by
/// SIGTERM, which sets interrupted(); a cell is not asked.
using JobBody = std::function<std::string(const Job& job, const std::filesystem::path& folder)>;

/// How much of a job's standard error is kept: its end.
inline constexpr std::size_t kErrorBytes = 4096;

class JobRunner {
 public:
  virtual ~JobRunner() = default;  // kills what runs

  /// Jobs that may run at once, at least 1.
  [[nodiscard]] virtual std::size_t slots() const = 0;
  /// Fewer than slots() jobs run. Ids are the caller's, each used once at a time. A job that cannot
  /// be started ends as `killed`. Throws OutputError when its folder cannot be made.
  virtual void start(std::uint64_t id, const Job& job) = 0;
  /// The jobs that have ended since the last call; waits for one at most `timeout`, less when a
  /// signal comes. Throws OutputError when a result cannot be stored here.
  [[nodiscard]] virtual std::vector<JobEnd> wait(std::chrono::milliseconds timeout) = 0;
  /// Ends all that run: cells at once, preparations with two seconds to save what they have.
  /// wait() reports none of them.
  virtual void stop() = 0;
};

struct RunnerSetup {
  std::size_t jobs = 1;                                  // processes at once, on this machine
  std::optional<std::chrono::nanoseconds> cell_timeout;  // of cells; none: as long as they take
  std::filesystem::path folder;                          // exists; jobs' folders are made in it
  JobBody body;
};

using RunnerFactory = std::function<std::unique_ptr<JobRunner>(RunnerSetup)>;

/// Forks a child a job. Children die with this process, however it ends, and are killed with the
/// process group that each leads.
[[nodiscard]] std::unique_ptr<JobRunner> make_local_runner(RunnerSetup setup);

}  // namespace mec::cli
