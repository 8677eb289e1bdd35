// A progress bar on a terminal, from two seconds on; nothing in a pipe.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "core/records.hpp"

namespace mec::cli {

/// The bar itself: one line on standard error that is drawn over again, and gone in the end.
class ProgressBar {
 public:
  ProgressBar();
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
  void draw(Clock::time_point now, double done, const std::string& what);

  bool terminal_;
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
