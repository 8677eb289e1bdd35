#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <thread>
#include <vector>

#include "core/errors.hpp"
#include "sim/cli/interrupt.hpp"
#include "sim/cli/sweep/job_runner.hpp"
#include "tests/catch.hpp"

using namespace mec;
using namespace mec::cli;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "mecsim-test-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

std::map<std::uint64_t, JobEnd> all_ends(JobRunner& runner, std::size_t jobs) {
  std::map<std::uint64_t, JobEnd> ends;
  while (ends.size() < jobs) {
    for (JobEnd& end : runner.wait(100ms)) {
      REQUIRE(ends.emplace(end.id, end).second);
    }
  }
  return ends;
}

// Of one cell whose job is `body`.
JobEnd end_of(const JobBody& body, std::optional<std::chrono::nanoseconds> timeout = {}) {
  const Folder folder;
  const auto runner = make_local_runner({1, timeout, folder.path, body});
  runner->start(7, {JobKind::cell, {}, "key", ""});
  JobEnd end = all_ends(*runner, 1).at(7);
  end.folder = end.folder.empty() ? fs::path() : fs::relative(end.folder, folder.path);
  return end;
}

// Of a process that is nobody's child here: gone, or a zombie until init has seen it.
bool is_gone_soon(pid_t pid) {
  for (int i = 0; i < 250; ++i) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string number;
    std::string name;
    std::string state;
    file >> number >> name >> state;
    if (!file || state == "Z" || state == "X") {
      return true;
    }
    std::this_thread::sleep_for(20ms);
  }
  return false;
}

}  // namespace

TEST_CASE("A job's result, files and words on standard error reach the caller", "[sweep][runner]") {
  const Folder folder;
  const JobBody body = [](const Job& job, const fs::path& place) {
    std::ofstream(place / "rows") << job.key << job.cell.replication;
    std::fputs("a word\n", stderr);
    return std::string("model\0of it", 11);
  };
  const auto runner = make_local_runner({2, std::nullopt, folder.path, body});
  runner->start(1, {JobKind::cell, {0, 0, 1}, "k", ""});
  runner->start(2, {JobKind::cell, {0, 0, 2}, "k", ""});
  auto ends = all_ends(*runner, 2);
  for (const std::uint64_t id : {1U, 2U}) {
    REQUIRE(ends.at(id).fate == JobFate::done);
    REQUIRE(ends.at(id).result == std::string("model\0of it", 11));
    REQUIRE(ends.at(id).errors == "a word\n");
    std::ifstream rows(ends.at(id).folder / "rows");
    std::string text;
    rows >> text;
    REQUIRE(text == "k" + std::to_string(id));
  }
}

TEST_CASE("A job that throws, crashes or leaves is described in one line", "[sweep][runner]") {
  const JobEnd thrown = end_of(
      [](const Job&, const fs::path&) -> std::string { throw UserError("a fault\nand another"); });
  REQUIRE(thrown.fate == JobFate::failed);
  REQUIRE(thrown.reason == "a fault; and another");
  REQUIRE(thrown.folder.empty());
  const JobEnd crashed = end_of([](const Job&, const fs::path&) -> std::string {
    std::signal(SIGSEGV, SIG_DFL);  // a sanitizer would report it and leave with a status
    ::raise(SIGSEGV);
    return "";
  });
  REQUIRE(crashed.fate == JobFate::failed);
  REQUIRE(crashed.reason == "killed by signal 11 (Segmentation fault)");
  const JobEnd left = end_of([](const Job&, const fs::path&) -> std::string { ::_exit(3); });
  REQUIRE(left.fate == JobFate::failed);
  REQUIRE(left.reason == "ended with status 3");
  const JobEnd silent = end_of([](const Job&, const fs::path&) -> std::string { ::_exit(0); });
  REQUIRE(silent.fate == JobFate::failed);  // without a result
}

TEST_CASE("A job that is killed from outside is told from one that fails", "[sweep][runner]") {
  const JobEnd end = end_of([](const Job&, const fs::path&) -> std::string {
    ::kill(::getpid(), SIGKILL);
    return "";
  });
  REQUIRE(end.fate == JobFate::killed);
}

TEST_CASE("A cell that hangs is killed with what it has started; a preparation may take its time",
          "[sweep][runner]") {
  const Folder folder;
  const fs::path grandchild = folder.path / "grandchild";
  const JobBody body = [&grandchild](const Job& job, const fs::path&) -> std::string {
    if (job.kind == JobKind::prepare) {
      std::this_thread::sleep_for(400ms);
      return "learned";
    }
    const pid_t pid = ::fork();
    if (pid == 0) {
      std::this_thread::sleep_for(60s);
      ::_exit(0);
    }
    std::ofstream(grandchild) << pid;
    std::this_thread::sleep_for(60s);
    return "";
  };
  const auto runner = make_local_runner({2, 200ms, folder.path, body});
  runner->start(1, {JobKind::cell, {}, "", ""});
  runner->start(2, {JobKind::prepare, {}, "", ""});
  auto ends = all_ends(*runner, 2);
  REQUIRE(ends.at(1).fate == JobFate::timed_out);
  REQUIRE(ends.at(1).reason == "did not end within 200 ms");
  REQUIRE(ends.at(2).result == "learned");
  pid_t pid = 0;
  std::ifstream(grandchild) >> pid;
  REQUIRE(pid > 0);
  REQUIRE(is_gone_soon(pid));
}

// A coordinator in a process of its own, which its only job stops just before it fails: it is held
// up until long after the time that the job may take. Returns the job's fate.
JobFate fate_seen_late() {
  const Folder folder;
  const pid_t coordinator = ::fork();
  if (coordinator == 0) {
    const auto runner =
        make_local_runner({1, 1s, folder.path, [](const Job&, const fs::path&) -> std::string {
                             std::this_thread::sleep_for(50ms);  // it waits for this job by then
                             ::kill(::getppid(), SIGSTOP);
                             throw UserError("in time");
                           }});
    runner->start(1, {JobKind::cell, {}, "", ""});
    std::vector<JobEnd> ends;
    while (ends.empty()) {
      ends = runner->wait(100s);
    }
    ::_exit(static_cast<int>(ends.front().fate));
  }
  int status = 0;
  REQUIRE(::waitpid(coordinator, &status, WUNTRACED) == coordinator);
  if (WIFSTOPPED(status)) {
    std::this_thread::sleep_for(1200ms);
    ::kill(coordinator, SIGCONT);
    REQUIRE(::waitpid(coordinator, &status, 0) == coordinator);
  }
  REQUIRE(WIFEXITED(status));
  return static_cast<JobFate>(WEXITSTATUS(status));
}

TEST_CASE("A cell that has failed in time has not timed out, however late that is noticed",
          "[sweep][runner]") {
  REQUIRE(fate_seen_late() == JobFate::failed);
}

TEST_CASE("A cell that hangs is killed also while others end all the time", "[sweep][runner]") {
  const Folder folder;
  const JobBody body = [](const Job& job, const fs::path&) -> std::string {
    if (job.key == "hangs") {
      std::this_thread::sleep_for(60s);
    }
    return "";
  };
  const auto runner = make_local_runner({2, 100ms, folder.path, body});
  runner->start(0, {JobKind::cell, {}, "hangs", ""});
  std::optional<JobFate> fate;
  for (std::uint64_t id = 1; id < 50 && !fate; ++id) {
    runner->start(id, {JobKind::cell, {}, "", ""});
    std::this_thread::sleep_for(20ms);  // it has ended when it is asked for
    for (const JobEnd& end : runner->wait(1s)) {
      fate = end.id == 0 ? std::optional(end.fate) : fate;
      fs::remove_all(end.folder);
    }
  }
  REQUIRE(fate == JobFate::timed_out);
}

TEST_CASE("What is kept of a flood on standard error is its end, and memory stays bounded",
          "[sweep][runner]") {
  const JobEnd end = end_of([](const Job&, const fs::path&) {
    for (int i = 0; i < 300'000; ++i) {
      std::fprintf(stderr, "line %d\n", i);
    }
    return std::string();
  });
  REQUIRE(end.fate == JobFate::done);
  REQUIRE(end.errors.size() == kErrorBytes);
  REQUIRE(end.errors.ends_with("line 299999\n"));
}

TEST_CASE("Stopping kills cells, and lets preparations save what they have", "[sweep][runner]") {
  const Folder folder;
  const fs::path saved = folder.path / "saved";
  const fs::path ready = folder.path / "ready";
  const JobBody body = [&](const Job& job, const fs::path&) -> std::string {
    if (job.kind == JobKind::cell) {
      std::this_thread::sleep_for(60s);
    }
    std::ofstream(ready) << "yes";
    while (!interrupted()) {
      std::this_thread::sleep_for(5ms);
    }
    std::ofstream(saved) << "yes";
    return "";
  };
  const auto runner = make_local_runner({2, std::nullopt, folder.path, body});
  runner->start(1, {JobKind::cell, {}, "", ""});
  runner->start(2, {JobKind::prepare, {}, "", ""});
  while (!fs::exists(ready)) {
    REQUIRE(runner->wait(10ms).empty());
  }
  runner->stop();
  REQUIRE(fs::exists(saved));
  REQUIRE(runner->wait(0ms).empty());
  REQUIRE_FALSE(fs::exists(folder.path / "1"));
}

TEST_CASE("Jobs die with a coordinator that is killed", "[sweep][runner]") {
  const Folder folder;
  const fs::path job_pid = folder.path / "pid";
  const pid_t coordinator = ::fork();
  if (coordinator == 0) {
    const auto runner =
        make_local_runner({1, std::nullopt, folder.path, [&](const Job&, const fs::path&) {
                             std::ofstream(job_pid.string() + ".part") << ::getpid();
                             fs::rename(job_pid.string() + ".part", job_pid);
                             std::this_thread::sleep_for(60s);
                             return std::string();
                           }});
    runner->start(1, {JobKind::cell, {}, "", ""});
    while (true) {
      (void)runner->wait(1000ms);
    }
  }
  while (!fs::exists(job_pid)) {
    std::this_thread::sleep_for(5ms);
  }
  pid_t pid = 0;
  std::ifstream(job_pid) >> pid;
  ::kill(coordinator, SIGKILL);
  int status = 0;
  REQUIRE(::waitpid(coordinator, &status, 0) == coordinator);
  REQUIRE(is_gone_soon(pid));
}
