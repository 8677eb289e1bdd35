#include "sim/cli/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace mec::cli {

namespace {

constexpr auto kQuietFor = std::chrono::seconds(2);
constexpr auto kRedrawEvery = std::chrono::milliseconds(200);
constexpr std::size_t kWidth = 20;
constexpr std::size_t kUsualColumns = 80;

// A longer line would wrap, and could not be drawn over.
std::size_t columns() {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : kUsualColumns;
}

}  // namespace

ProgressBar::ProgressBar(std::optional<std::chrono::nanoseconds> lines_every)
    : terminal_(::isatty(STDERR_FILENO) == 1),
      lines_every_(lines_every),
      next_(stage_started_ + (terminal_ ? kQuietFor : lines_every_.value_or(kQuietFor))) {}

ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::begin_stage() { stage_started_ = Clock::now(); }

void ProgressBar::clear() {
  if (drawn_) {
    std::fputs("\r\033[K", stderr);
    drawn_ = false;
  }
}

void ProgressBar::show(double done, const std::string& what) {
  const auto now = Clock::now();
  if ((!terminal_ && !lines_every_) || now < next_) {
    return;
  }
  done = std::clamp(done, 0.0, 1.0);
  if (terminal_) {
    draw(now, done, what);
    next_ = now + kRedrawEvery;
  } else {
    fmt::print(stderr, "mecsim: {:.0f} %  {} s left  {}\n", 100.0 * done, seconds_left(now, done),
               what);
    next_ = now + *lines_every_;
  }
}

std::string ProgressBar::seconds_left(Clock::time_point now, double done) const {
  const double elapsed = std::chrono::duration<double>(now - stage_started_).count();
  return done > 0.0 ? fmt::format("{:.0f}", elapsed / done - elapsed) : "?";
}

void ProgressBar::draw(Clock::time_point now, double done, const std::string& what) {
  const auto filled = static_cast<std::size_t>(done * static_cast<double>(kWidth));
  const std::string bar = std::string(filled, '#') + std::string(kWidth - filled, '.');
  const std::string line = fmt::format("[{}] {:3.0f} %  {} s left  {}", bar, 100.0 * done,
                                       seconds_left(now, done), what);
  fmt::print(stderr, "\r\033[K{}", line.substr(0, columns() - 1));
  std::fflush(stderr);
  drawn_ = true;
}

Progress::Progress(std::uint64_t total) : total_(std::max<std::uint64_t>(1, total)) {}

void Progress::begin_run(const RunLabel& label) { what_ = label.policy; }

void Progress::task_finished(const TaskRecord&) {
  ++done_;
  bar_.show(static_cast<double>(done_) / static_cast<double>(total_), what_);
}

}  // namespace mec::cli
