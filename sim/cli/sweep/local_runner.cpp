#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <map>
#include <system_error>
#include <utility>

#include "core/errors.hpp"
#include "results/table.hpp"
#include "sim/cli/interrupt.hpp"
#include "sim/cli/sweep/job_runner.hpp"

namespace mec::cli {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr auto kGrace = std::chrono::seconds(2);
constexpr off_t kMostErrorBytes = off_t{1} << 20U;  // of a job that is under way
constexpr char kReturned = 'r';
constexpr char kThrew = 'e';

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno != EINTR) {
      return;
    }
    text.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
}

// A file in memory, without a name, that is gone with its last descriptor.
class MemoryFile {
 public:
  explicit MemoryFile(const char* name) : descriptor_(::memfd_create(name, MFD_CLOEXEC)) {
    if (descriptor_ >= 0) {
      ::fcntl(descriptor_, F_SETFL, O_APPEND);  // what is written after a cut goes to the new end
    }
  }
  MemoryFile(MemoryFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  MemoryFile& operator=(MemoryFile&&) = delete;
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
    }
  }

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] off_t size() const {
    struct stat status = {};
    return ::fstat(descriptor_, &status) == 0 ? status.st_size : 0;
  }
  /// Its last bytes, `most` at most.
  [[nodiscard]] std::string end(std::size_t most) const {
    const off_t all = size();
    const auto wanted = std::min(all, static_cast<off_t>(most));
    std::string text(static_cast<std::size_t>(wanted), '\0');
    const ssize_t n = ::pread(descriptor_, text.data(), text.size(), all - wanted);
    text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return text;
  }
  /// Keeps only its end, once it has grown long.
  void cut() const {
    if (size() > kMostErrorBytes) {
      const std::string kept = end(kErrorBytes);
      if (::ftruncate(descriptor_, 0) == 0) {
        write_all(descriptor_, kept);
      }
    }
  }

 private:
  int descriptor_;
};

std::string one_line(std::string text) {
  std::string line;
  for (const char c : text) {
    if (c != '\n') {
      line += c;
    } else if (!line.ends_with("; ")) {
      line += "; ";
    }
  }
  while (line.ends_with(' ') || line.ends_with(';')) {
    line.pop_back();
  }
  return line;
}

// ---- child -----------------------------------------------------------------

void take_signals(JobKind kind, const sigset_t& before) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  if (kind == JobKind::prepare) {
    catch_interrupts();  // it saves what it has learned so far
  }
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
}

[[noreturn]] void run_child(const Job& job, const fs::path& folder, const JobBody& body,
                            const MemoryFile& errors, const MemoryFile& result) {
  ::dup2(errors.descriptor(), STDOUT_FILENO);
  ::dup2(errors.descriptor(), STDERR_FILENO);
  int status = 0;
  try {
    write_all(result.descriptor(), std::string(1, kReturned) + body(job, folder));
  } catch (const std::exception& error) {
    write_all(result.descriptor(), std::string(1, kThrew) + error.what());
    status = 1;
  }
  std::fflush(nullptr);
  ::_exit(status);  // nothing of the parent's is destroyed or flushed here
}

// ---- parent ----------------------------------------------------------------

// Blocks SIGINT and SIGTERM: a child must not get them before it has handlers of its own.
class Interrupts {
 public:
  Interrupts() {
    sigset_t both;
    sigemptyset(&both);
    sigaddset(&both, SIGINT);
    sigaddset(&both, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &both, &before_);
  }
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;
  Interrupts(Interrupts&&) = delete;
  Interrupts& operator=(Interrupts&&) = delete;
  ~Interrupts() {
    const int as_it_was = errno;
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
    errno = as_it_was;
  }

 private:
  sigset_t before_{};
};

struct Running {
  JobKind kind;
  pid_t pid;
  fs::path folder;
  MemoryFile errors;
  MemoryFile result;
  Clock::time_point deadline;
  bool timed_out = false;
};

class LocalRunner final : public JobRunner {
 public:
  explicit LocalRunner(RunnerSetup setup) : setup_(std::move(setup)) {
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &child, &before_);  // wait() takes it
  }
  LocalRunner(const LocalRunner&) = delete;
  LocalRunner& operator=(const LocalRunner&) = delete;
  LocalRunner(LocalRunner&&) = delete;
  LocalRunner& operator=(LocalRunner&&) = delete;
  ~LocalRunner() override {
    kill_all();
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
  }

  [[nodiscard]] std::size_t slots() const override { return setup_.jobs; }
  void start(std::uint64_t id, const Job& job) override;
  [[nodiscard]] std::vector<JobEnd> wait(std::chrono::milliseconds timeout) override;
  void stop() override;

 private:
  [[nodiscard]] fs::path make_folder(std::uint64_t id) const;
  [[nodiscard]] pid_t fork_child(const Job& job, const fs::path& folder, const MemoryFile& errors,
                                 const MemoryFile& result) const;
  void reap();
  void kill_late();
  void kill_all();
  [[nodiscard]] static bool ended(pid_t pid, int& status);
  [[nodiscard]] JobEnd describe(std::uint64_t id, const Running& job, int status) const;
  [[nodiscard]] Clock::time_point next_deadline() const;

  RunnerSetup setup_;
  sigset_t before_{};
  std::map<std::uint64_t, Running> running_;
  std::vector<JobEnd> ends_;
};

void remove_folder(const fs::path& folder) {
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

// In words, how the process has failed.
std::string words_of(int status, const std::string& thrown) {
  if (WIFSIGNALED(status)) {
    return fmt::format("killed by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
  }
  return thrown.empty() ? fmt::format("ended with status {}", WEXITSTATUS(status))
                        : one_line(thrown);
}

fs::path LocalRunner::make_folder(std::uint64_t id) const {
  fs::path folder = setup_.folder / fmt::format("{}", id);
  std::error_code error;
  fs::remove_all(folder, error);
  if (!fs::create_directory(folder, error)) {
    throw OutputError(fmt::format("cannot make {}: {}", folder.string(), error.message()));
  }
  return folder;
}

// The child does not return. -1: it could not be made, see errno.
pid_t LocalRunner::fork_child(const Job& job, const fs::path& folder, const MemoryFile& errors,
                              const MemoryFile& result) const {
  std::fflush(nullptr);  // what is buffered here must not be printed again by the child
  const Interrupts blocked;
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::setpgid(0, 0);  // Ctrl-C is the coordinator's, and a kill takes what the job has started
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) {
      ::_exit(1);
    }
    take_signals(job.kind, before_);
    run_child(job, folder, setup_.body, errors, result);
  }
  if (pid > 0) {
    ::setpgid(pid, pid);  // whichever of the two comes first
  }
  return pid;
}

void LocalRunner::start(std::uint64_t id, const Job& job) {
  const fs::path folder = make_folder(id);
  MemoryFile errors("stderr");
  MemoryFile result("result");
  const bool has_files = errors.descriptor() >= 0 && result.descriptor() >= 0;
  const pid_t pid = has_files ? fork_child(job, folder, errors, result) : -1;
  if (pid < 0) {
    const std::string reason = fmt::format("cannot start a process: {}", std::strerror(errno));
    remove_folder(folder);
    ends_.push_back({id, JobFate::killed, reason, "", "", {}});
    return;
  }
  const bool limited = job.kind == JobKind::cell && setup_.cell_timeout;
  const auto deadline = limited ? Clock::now() + *setup_.cell_timeout : Clock::time_point::max();
  running_.emplace(id,
                   Running{job.kind, pid, folder, std::move(errors), std::move(result), deadline});
}

// The group is killed before the leader's number can become another process's.
bool LocalRunner::ended(pid_t pid, int& status) {
  siginfo_t info = {};
  const int result = ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT);
  if (result != 0 || info.si_pid == 0) {
    return false;
  }
  ::kill(-pid, SIGKILL);  // what the job may have started and left
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return true;
}

JobEnd LocalRunner::describe(std::uint64_t id, const Running& job, int status) const {
  JobEnd end;
  end.id = id;
  const std::string result = job.result.end(static_cast<std::size_t>(job.result.size()));
  end.errors = job.errors.end(kErrorBytes);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && result.starts_with(kReturned)) {
    end.result = result.substr(1);
    end.folder = job.folder;
  } else if (job.timed_out && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
    end.fate = JobFate::timed_out;
    end.reason =
        fmt::format("did not end within {}",
                    readable_duration(std::chrono::duration<double>(*setup_.cell_timeout).count()));
  } else {
    end.fate =
        WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? JobFate::killed : JobFate::failed;
    end.reason = words_of(status, result.starts_with(kThrew) ? result.substr(1) : std::string());
  }
  if (end.folder.empty()) {
    remove_folder(job.folder);
  }
  return end;
}

void LocalRunner::reap() {
  for (auto job = running_.begin(); job != running_.end();) {
    int status = 0;
    if (ended(job->second.pid, status)) {
      ends_.push_back(describe(job->first, job->second, status));
      job = running_.erase(job);
    } else {
      job->second.errors.cut();
      ++job;
    }
  }
}

void LocalRunner::kill_late() {
  for (auto& [id, job] : running_) {
    if (Clock::now() >= job.deadline && !job.timed_out) {
      job.timed_out = true;
      ::kill(-job.pid, SIGKILL);
    }
  }
}

Clock::time_point LocalRunner::next_deadline() const {
  Clock::time_point next = Clock::time_point::max();
  for (const auto& [id, job] : running_) {
    next = job.timed_out ? next : std::min(next, job.deadline);
  }
  return next;
}

std::vector<JobEnd> LocalRunner::wait(std::chrono::milliseconds timeout) {
  reap();
  if (ends_.empty() && timeout.count() > 0) {
    const auto now = Clock::now();
    const auto until = std::min(now + timeout, std::max(now, next_deadline()));
    const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(until - now).count();
    timespec limit{};
    limit.tv_sec = static_cast<time_t>(left / 1'000'000'000);
    limit.tv_nsec = static_cast<long>(left % 1'000'000'000);
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    (void)::sigtimedwait(&child, nullptr, &limit);  // also ends at any other signal's handler
    reap();
  }
  kill_late();  // last: what has ended meanwhile is not late. Their ends are the next call's.
  return std::exchange(ends_, {});
}

void LocalRunner::stop() {
  for (const auto& [id, job] : running_) {
    ::kill(job.kind == JobKind::prepare ? job.pid : -job.pid,
           job.kind == JobKind::prepare ? SIGTERM : SIGKILL);
  }
  const auto until = Clock::now() + kGrace;
  while (!running_.empty() && Clock::now() < until) {
    for (const JobEnd& end : wait(std::chrono::milliseconds(50))) {
      remove_folder(end.folder);
    }
  }
  kill_all();
  ends_.clear();
}

void LocalRunner::kill_all() {
  for (const auto& [id, job] : running_) {
    ::kill(-job.pid, SIGKILL);
    int status = 0;
    while (::waitpid(job.pid, &status, 0) < 0 && errno == EINTR) {
    }
    remove_folder(job.folder);
  }
  running_.clear();
}

}  // namespace

std::unique_ptr<JobRunner> make_local_runner(RunnerSetup setup) {
  return std::make_unique<LocalRunner>(std::move(setup));
}

}  // namespace mec::cli
