// SimGrid's clock, and the timers that drive it. Seconds.
//
// Dates are exact. SimGrid moves its clock by now += date - now, which lands on `date` if it is at
// most twice now (the difference is exact: Sterbenz's lemma), and may miss it by a rounding
// otherwise; then whatever ends at that date is lost. So there is a pulse, a timer at twice the
// clock's reading, always; and dates that differ at all are two dates to SimGrid. Its default, 1e-9
// s, would merge distinct events of short tasks.
#pragma once

#include <functional>
#include <limits>
#include <utility>

#include "sim/simgrid_api.hpp"

namespace mec {

class SimgridClock {
 public:
  /// `wake` is called at the dates asked for, and perhaps at others; `busy` says whether anything
  /// is to come.
  SimgridClock(std::function<void()> wake, std::function<bool()> busy)
      : wake_(std::move(wake)), busy_(std::move(busy)) {
    on_simgrid::sg::Engine::set_config(on_simgrid::kTimePrecisionKey, kTimePrecision);
  }

  /// As of the last tick.
  [[nodiscard]] double now() const { return now_; }

  /// To be called first thing whenever SimGrid calls. Is this another date?
  bool tick() {
    const double clock = on_simgrid::sg::Engine::get_clock();
    const bool moved = clock != now_;
    now_ = clock;
    keep_pace();
    return moved;
  }

  void wake_at(double date) {
    if (date < armed_) {
      armed_ = date;
      simgrid::kernel::timer::Timer::set(date, [this] {
        armed_ = kNever;
        wake_();
      });
    }
    keep_pace();
  }

  /// To be called when something is to come.
  void keep_pace() {
    if (!paced_ && now_ > 0.0) {
      paced_ = true;
      pulse();
    }
  }

 private:
  static constexpr double kTimePrecision = 1e-300;
  static constexpr double kNever = std::numeric_limits<double>::infinity();

  void pulse() {
    if (busy_()) {
      simgrid::kernel::timer::Timer::set(2.0 * on_simgrid::sg::Engine::get_clock(),
                                         [this] { pulse(); });
    } else {
      paced_ = false;
    }
  }

  std::function<void()> wake_;
  std::function<bool()> busy_;
  double now_ = 0.0;
  double armed_ = kNever;  // the date of the next wake
  bool paced_ = false;
};

}  // namespace mec
