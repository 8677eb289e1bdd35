// A progress bar on a terminal, from two seconds on; in a pipe nothing, or lines if they are asked
// for.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "core/records.hpp"

namespace mec::cli {

/// The bar itself: one line on standard error that is drawn over again, and gone in the end.
class ProgressBar {
 public:
  /// `lines_every`: how often a line is printed where standard error is no terminal; never without.
  explicit ProgressBar(std::optional<std::chrono::nanoseconds> lines_every = std::nullopt);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ProgressBar(ProgressBar&&) = delete;
  ProgressBar& operator=(ProgressBar&&) = delete;

  /// Draws what is done of the stage under way, 0 to 1, and the time that is left of it, unless the
  /// bar was drawn just now. `what` is cut to what fits on the line.
  void show(double done, const std::string& what);
  /// Time left is reckoned from here on.
  void begin_stage();
  /// Takes the bar off the line, so that something else can be printed.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  [[nodiscard]] std::string seconds_left(Clock::time_point now, double done) const;
  void draw(Clock::time_point now, double done, const std::string& what);

  bool terminal_;
  std::optional<std::chrono::nanoseconds> lines_every_;
  bool drawn_ = false;
  Clock::time_point stage_started_ = Clock::now();
  Clock::time_point next_;
};

class Progress final : public Observer {
 public:
  /// `total` tasks over all runs of the command.
  explicit Progress(std::uint64_t total);

  void begin_run(const RunLabel& label) override;
  void task_finished(const TaskRecord& record) override;

 private:
  ProgressBar bar_;
  std::uint64_t total_;
  std::uint64_t done_ = 0;
  std::string what_;
};

}  // namespace mec::cli
