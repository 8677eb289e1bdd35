// About how long the cells of a sweep take: some tasks of every policy are simulated at the first
// and the last point, and what they took is scaled to all tasks. Ignores what a longer run does to
// queues and caches, points in between, and what policies take to learn.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "sim/cli/sweep/sweep_plan.hpp"

namespace mec::cli {

inline constexpr std::uint64_t kPilotTasks = 200;

struct PilotEstimate {
  /// Of a cell, over the policies and the two points. None: nothing could be simulated.
  std::optional<std::chrono::duration<double>> cell;
  bool at_least = false;  // some pilot was not done in time
};

/// Takes at most `limit`, and leaves nothing behind. Policies that learn are taken to be as slow as
/// the slowest of the others.
[[nodiscard]] PilotEstimate pilot(const SweepPlan& plan, std::chrono::milliseconds limit);

/// Tasks of a cell at a point.
[[nodiscard]] std::uint64_t tasks_at(const SweepPlan& plan, std::uint32_t point);

}  // namespace mec::cli
