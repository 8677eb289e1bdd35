// A progress bar on a terminal, from two seconds on; nothing in a pipe.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "core/records.hpp"

namespace mec::cli {

class Progress final : public Observer {
 public:
  /// `total` tasks over all runs of the command.
  explicit Progress(std::uint64_t total);
  ~Progress() override;
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  Progress(Progress&&) = delete;
  Progress& operator=(Progress&&) = delete;

  void begin_run(const RunLabel& label) override;
  void task_finished(const TaskRecord& record) override;

 private:
  using Clock = std::chrono::steady_clock;
  void draw(Clock::time_point now);

  std::uint64_t total_;
  std::uint64_t done_ = 0;
  bool terminal_;
  bool drawn_ = false;
  std::string what_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point next_;
};

}  // namespace mec::cli
