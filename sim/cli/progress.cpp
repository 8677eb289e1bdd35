#include "sim/cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace mec::cli {

namespace {

constexpr auto kQuietFor = std::chrono::seconds(2);
constexpr auto kRedrawEvery = std::chrono::milliseconds(200);
constexpr std::size_t kWidth = 30;

}  // namespace

Progress::Progress(std::uint64_t total)
    : total_(std::max<std::uint64_t>(1, total)),
      terminal_(::isatty(STDERR_FILENO) == 1),
      next_(started_ + kQuietFor) {}

Progress::~Progress() {
  if (drawn_) {
    std::fputs("\r\033[K", stderr);
  }
}

void Progress::begin_run(const RunLabel& label) { what_ = label.policy; }

void Progress::task_finished(const TaskRecord&) {
  ++done_;
  if (!terminal_) {
    return;
  }
  const auto now = Clock::now();
  if (now >= next_) {
    draw(now);
    next_ = now + kRedrawEvery;
  }
}

void Progress::draw(Clock::time_point now) {
  const double fraction = std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_));
  const double elapsed = std::chrono::duration<double>(now - started_).count();
  const double left = elapsed / fraction - elapsed;
  const auto filled = static_cast<std::size_t>(fraction * static_cast<double>(kWidth));
  const std::string bar = std::string(filled, '#') + std::string(kWidth - filled, '.');
  fmt::print(stderr, "\r\033[K[{}] {:3.0f} %  {:.0f} s left  {}", bar, 100.0 * fraction, left,
             what_);
  std::fflush(stderr);
  drawn_ = true;
}

}  // namespace mec::cli
