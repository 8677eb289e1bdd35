#include "sim/isolated_run.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>

#include "core/errors.hpp"
#include "sim/record_stream.hpp"

namespace mec {

namespace {

using Clock = std::chrono::steady_clock;

// A frame on the pipe: kind, length of the payload, payload.
enum class Frame : char {
  activities = 'a',
  records = 'r',
  counts = 'c',
  user_error = 'u',
  error = 'e'
};
constexpr std::size_t kHeader = 1 + sizeof(std::uint32_t);
constexpr std::size_t kBatchBytes = std::size_t{1} << 16U;
constexpr auto kFlushEvery = std::chrono::milliseconds(100);
constexpr auto kGrace = std::chrono::seconds(2);

std::atomic<bool> stop_requested{false};  // set in the child by SIGTERM
static_assert(std::atomic<bool>::is_always_lock_free);

// ---- child -----------------------------------------------------------------

class FrameWriter {
 public:
  explicit FrameWriter(int pipe) : pipe_(pipe) {}

  void write(Frame kind, std::string_view payload) const {
    std::string frame(1, static_cast<char>(kind));
    const auto size = static_cast<std::uint32_t>(payload.size());
    frame.append(reinterpret_cast<const char*>(&size), sizeof size);
    frame.append(payload);
    std::string_view left = frame;
    while (!left.empty()) {
      const ssize_t n = ::write(pipe_, left.data(), left.size());
      if (n < 0 && errno != EINTR) {
        ::_exit(1);  // nobody listens any more
      }
      left.remove_prefix(n < 0 ? 0 : static_cast<std::size_t>(n));
    }
  }

 private:
  int pipe_;
};

// From before the fork until the child has handlers of its own, a signal must wait: the parent's
// would swallow it.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &set, &before_);
  }
  void unblock() const { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

// Sends what it observes in batches, but nothing later than a tenth of a second. Activities go
// first, so that none comes after its task.
class Relay final : public Observer {
 public:
  explicit Relay(const FrameWriter& writer) : writer_(writer) {}
  void activity(const ActivityRecord& record) override {
    encode(record, activities_);
    if (activities_.size() >= kBatchBytes) {
      flush();
    }
  }
  void task_finished(const TaskRecord& record) override {
    encode(record, batch_);
    if (batch_.size() >= kBatchBytes || Clock::now() - flushed_ >= kFlushEvery) {
      flush();
    }
  }
  void flush() {
    if (!activities_.empty()) {
      writer_.write(Frame::activities, activities_);
      activities_.clear();
    }
    if (!batch_.empty()) {
      writer_.write(Frame::records, batch_);
      batch_.clear();
    }
    flushed_ = Clock::now();
  }

 private:
  const FrameWriter& writer_;
  std::string activities_;
  std::string batch_;
  Clock::time_point flushed_ = Clock::now();
};

[[noreturn]] void run_child(const Simulation& simulation, int pipe, pid_t parent,
                            const SignalsBlocked& blocked) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // do not outlive the parent
  if (::getppid() != parent) {
    ::_exit(1);
  }
  std::signal(SIGINT, SIG_IGN);  // Ctrl-C reaches the whole group; the parent decides
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGTERM, [](int) { stop_requested = true; });
  blocked.unblock();
  const FrameWriter writer(pipe);
  Relay relay(writer);
  try {
    const RunCounts counts = simulation(relay, stop_requested);
    relay.flush();
    writer.write(Frame::counts, {reinterpret_cast<const char*>(&counts), sizeof counts});
  } catch (const UserError& error) {
    relay.flush();
    writer.write(Frame::user_error, error.what());
  } catch (const std::exception& error) {
    relay.flush();
    writer.write(Frame::error, error.what());
  }
  ::_exit(0);
}

// ---- parent ----------------------------------------------------------------

// The child process and the reading end of its pipe; kills and reaps it however the scope is left.
class Child {
 public:
  explicit Child(const Simulation& simulation) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) {
      throw RunError(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
    }
    std::fflush(nullptr);  // what is buffered here must not be printed again by the child
    const SignalsBlocked blocked;
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(ends[0]);
      run_child(simulation, ends[1], parent, blocked);
    }
    blocked.unblock();
    ::close(ends[1]);
    pipe_ = ends[0];
    if (pid_ < 0) {
      ::close(pipe_);
      throw RunError(fmt::format("cannot start a process: {}", std::strerror(errno)));
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  Child(Child&&) = delete;
  Child& operator=(Child&&) = delete;
  ~Child() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      reap();
    }
    ::close(pipe_);
  }

  void signal(int number) const { ::kill(pid_, number); }

  // Waits for bytes for at most `timeout_ms`; appends them. False at the end of the pipe.
  bool read(std::string& buffer, int timeout_ms) const {
    pollfd wait{pipe_, POLLIN, 0};
    if (::poll(&wait, 1, timeout_ms) <= 0) {
      return true;
    }
    std::array<char, kBatchBytes> chunk;  // NOLINT(*-member-init): read() fills what is used
    const ssize_t n = ::read(pipe_, chunk.data(), chunk.size());
    if (n > 0) {
      buffer.append(chunk.data(), static_cast<std::size_t>(n));
    }
    return n > 0 || (n < 0 && errno == EINTR);
  }

  // How the child ended, in words; empty if it ended well.
  std::string reap() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    if (WIFSIGNALED(status)) {
      return fmt::format("killed by signal {} ({})", WTERMSIG(status),
                         ::strsignal(WTERMSIG(status)));
    }
    return WEXITSTATUS(status) == 0 ? std::string()
                                    : fmt::format("ended with status {}", WEXITSTATUS(status));
  }

 private:
  pid_t pid_ = 0;
  int pipe_ = -1;
};

class FrameReader {
 public:
  explicit FrameReader(Observer& observer) : observer_(observer) {}

  std::string buffer;
  RunCounts counts;
  bool ended = false;

  // Handles all complete frames of the buffer.
  void drain() {
    std::string_view left = buffer;
    while (left.size() >= kHeader) {
      std::uint32_t size = 0;
      std::memcpy(&size, left.data() + 1, sizeof size);
      if (left.size() - kHeader < size) {
        break;
      }
      handle(static_cast<Frame>(left.front()), left.substr(kHeader, size));
      left.remove_prefix(kHeader + size);
    }
    buffer.erase(0, buffer.size() - left.size());
  }

  [[nodiscard]] std::uint64_t observed() const { return observed_; }

 private:
  void handle(Frame kind, std::string_view payload) {
    switch (kind) {
      case Frame::activities:
        while (decode(payload, activity_)) {
          observer_.activity(activity_);
        }
        break;
      case Frame::records:
        while (decode(payload, record_)) {
          observer_.task_finished(record_);
          ++observed_;
        }
        break;
      case Frame::counts:
        std::memcpy(&counts, payload.data(), sizeof counts);
        ended = true;
        break;
      case Frame::user_error:
        throw UserError(std::string(payload));
      case Frame::error:
        throw RunError(std::string(payload));
    }
  }

  Observer& observer_;
  TaskRecord record_;
  ActivityRecord activity_;
  std::uint64_t observed_ = 0;
};

}  // namespace

RunCounts run_isolated(const Simulation& simulation, Observer& observer,
                       const std::atomic<bool>& interrupted) {
  Child child(simulation);
  FrameReader reader(observer);
  Clock::time_point deadline = Clock::time_point::max();
  while (child.read(reader.buffer, 50)) {
    reader.drain();
    if (interrupted && deadline == Clock::time_point::max()) {
      child.signal(SIGTERM);
      deadline = Clock::now() + kGrace;
    }
    if (Clock::now() >= deadline) {
      child.signal(SIGKILL);
    }
  }
  const std::string fate = child.reap();
  // Killed in the middle of something: what it finished is known, what was in flight is not.
  if (!reader.ended && interrupted) {
    reader.counts = RunCounts{reader.observed(), reader.observed(), 0, 0, 0, false};
    reader.ended = true;
  }
  if (!reader.ended) {
    throw RunError(
        fmt::format("the simulation process {}", fate.empty() ? "ended without a result" : fate));
  }
  return reader.counts;
}

}  // namespace mec
