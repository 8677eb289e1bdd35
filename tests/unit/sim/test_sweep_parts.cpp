// The parts of `mecsim sweep` that can be called without one.
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>

#include "core/errors.hpp"
#include "sim/cli/sweep/build_identity.hpp"
#include "sim/cli/sweep/cell_observer.hpp"
#include "sim/cli/sweep/directory_lock.hpp"
#include "sim/cli/sweep/sweep_options.hpp"
#include "tests/catch.hpp"

using namespace mec;
using namespace mec::cli;
using Catch::Matchers::ContainsSubstring;

namespace {

namespace fs = std::filesystem;

SweepOptions read(Arguments arguments) {
  arguments.insert(arguments.begin(), "sweep.yaml");
  return read_sweep_options(arguments).value();
}

std::string message_of(const Arguments& arguments) {
  try {
    (void)read(arguments);
  } catch (const UserError& error) {
    return error.what();
  }
  return "accepted";
}

TaskRecord task(double exec, double optimum, std::int64_t decision_ns) {
  TaskRecord record;
  record.exec = Seconds{exec};
  record.optimal_latency = Seconds{optimum};
  record.decision_ns = decision_ns;
  return record;
}

}  // namespace

TEST_CASE("The command line of a sweep is read as it is meant", "[sweep][options]") {
  const SweepOptions options =
      read({"--jobs", "3", "--cell-timeout", "1.5 min", "--shard", "2/8", "--set", "a.b=1",
            "--tasks", "7", "--seed", "2", "--precision", "1%", "--engine", "events"});
  REQUIRE(options.file == "sweep.yaml");
  REQUIRE(options.jobs == 3);
  REQUIRE(options.cell_timeout == std::chrono::seconds(90));
  REQUIRE(options.shard == Shard{2, 8});
  REQUIRE(options.overrides == Arguments{"a.b=1", "workload.tasks=7", "seed=2", "precision=1%"});
  REQUIRE(options.engine == EngineKind::events);
  REQUIRE_FALSE(options.restart);
  REQUIRE(read({}).jobs >= 1);
}

TEST_CASE("Nonsense on the command line of a sweep is refused by name", "[sweep][options]") {
  for (const char* jobs : {"0", "-1", "1000000000", "x", "2.5", ""}) {
    REQUIRE_THAT(message_of({"--jobs", jobs}),
                 ContainsSubstring("--jobs \"" + std::string(jobs) +
                                   "\": expected a whole number from 1 to 4096"));
  }
  for (const char* shard : {"0/4", "5/4", "x", "1", "1/", "/1", "1/0", "-1/2", "1/2/3", "1.5/2"}) {
    REQUIRE_THAT(message_of({"--shard", shard}),
                 ContainsSubstring("expected I/N with I from 1 to N"));
  }
  for (const char* timeout : {"0", "0 s", "-1 s", "60", "1e99 s", "soon", "1e-9 s"}) {
    REQUIRE_THAT(message_of({"--cell-timeout", timeout}), ContainsSubstring("--cell-timeout"));
  }
  REQUIRE_THAT(message_of({"--restart", "--keep-failed"}), ContainsSubstring("exclude each other"));
  REQUIRE_THAT(message_of({"--job", "2"}), ContainsSubstring("did you mean \"--jobs\"?"));
  REQUIRE_THAT(message_of({"--out", ""}), ContainsSubstring("--out: expected a directory"));
}

TEST_CASE("A directory is one process's at a time, and free when that is killed", "[sweep][lock]") {
  std::string name = (fs::temp_directory_path() / "mecsim-test-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  std::array<int, 2> ready{};
  REQUIRE(::pipe(ready.data()) == 0);
  const pid_t other = ::fork();
  if (other == 0) {
    const DirectoryLock lock(name);
    (void)!::write(ready[1], "x", 1);
    ::pause();
    ::_exit(0);
  }
  char byte = 0;
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  REQUIRE_THROWS_WITH(
      std::optional<DirectoryLock>(std::in_place, name),
      ContainsSubstring("in use by another mecsim (process " + std::to_string(other)));
  ::kill(other, SIGKILL);
  REQUIRE(::waitpid(other, nullptr, 0) == other);
  REQUIRE_NOTHROW(std::optional<DirectoryLock>(std::in_place, name));
  ::close(ready[0]);
  ::close(ready[1]);
  fs::remove_all(name);
}

TEST_CASE("The build of a program is that of its file, wherever it lies", "[sweep][build]") {
  REQUIRE(program_build().size() >= 16);
  REQUIRE(build_of("/proc/self/exe") == program_build());
  std::string name = (fs::temp_directory_path() / "mecsim-test-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  const fs::path copy = fs::path(name) / "copy";
  fs::copy_file("/proc/self/exe", copy);
  REQUIRE(build_of(copy.string()) == program_build());
  const fs::path script = fs::path(name) / "script";
  std::ofstream(script) << "#!/bin/sh\n";
  REQUIRE_THAT(build_of(script.string()), ContainsSubstring("fnv1a64:"));
  REQUIRE_THROWS_AS(build_of((fs::path(name) / "none").string()), UserError);
  fs::remove_all(name);
}

TEST_CASE("A cell's report is of its completed tasks", "[sweep][report]") {
  CellObserver observer;
  REQUIRE_FALSE(observer.report({}, 5).mean_latency);
  observer.task_finished(task(1.0, 0.5, 30));
  observer.task_finished(task(2.0, 1.5, 10));
  observer.task_finished(task(6.0, std::nan(""), 20));  // no optimum
  TaskRecord failed = task(100.0, 1.0, 1000);
  failed.status = TaskStatus::failed;
  observer.task_finished(failed);
  const CellReport report = observer.report({4, 3, 1, 0, 0, true}, 5);
  REQUIRE(report.mean_latency == 3.0);    // (1 + 2 + 6) / 3
  REQUIRE(report.ratio_of_means == 1.5);  // (1 + 2) / (0.5 + 1.5)
  REQUIRE(report.counts.failed == 1);
  REQUIRE(report.times.decisions == 3);
  REQUIRE(report.times.decision_mean_ns == 20.0);
  REQUIRE(report.times.decision_median_ns == 20.0);
  // As in summary.csv, between the values of ranks 2 and 3: 1 + 0.99 (3 - 1) = 2.98.
  REQUIRE(report.times.decision_p99_ns == Approx(0.02 * 20.0 + 0.98 * 30.0));
  REQUIRE(report.times.wall_ns == 5);
}
