// What statistics resample and count: tasks where these are an independent sample, otherwise larger
// sets of them.
//
// Tasks that share queues, or a bandwidth that outlives them, resemble their neighbours, and an
// interval from single tasks is too narrow. Replications are independent whatever happens within
// them; where there are too few of them, batches of consecutive tasks stand in, which are nearly
// independent if they are longer than the resemblance lasts (batch means: Law, "Simulation Modeling
// and Analysis", 4th ed., Section 9.5.3). Ignores what is left of it across the border of two
// batches: in long busy periods intervals are still too narrow, and replications the cure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string_view>
#include <vector>

#include "results/task_sums.hpp"

namespace mec {

/// A completed task under one policy.
struct TaskOutcome {
  std::uint64_t task = 0;  // number
  double latency = 0.0;    // s
  double optimum = 0.0;    // s; NaN: unknown

  /// The same task in the same time.
  friend bool operator==(const TaskOutcome& a, const TaskOutcome& b) {
    return a.task == b.task && a.latency == b.latency;
  }
};

struct ReplicationOutcomes {
  std::uint32_t replication = 0;
  std::deque<TaskOutcome> tasks;  // by number; a deque never holds what it has twice to grow
};

/// A policy's replications that have ended, by number.
using PolicyOutcomes = std::vector<ReplicationOutcomes>;

/// How many of the replications say something: one where all are copies of the first, which
/// happens where nothing in a scenario is random. `tasks_of` gives what is compared.
template <typename Replications, typename TasksOf>
std::size_t telling_replications(const Replications& replications, TasksOf tasks_of) {
  const bool copies =
      std::all_of(replications.begin(), replications.end(), [&](const auto& replication) {
        return tasks_of(replication) == tasks_of(replications.front());
      });
  return copies ? std::min<std::size_t>(1, replications.size()) : replications.size();
}
[[nodiscard]] std::size_t telling_replications(const PolicyOutcomes& outcomes);

enum class SampleUnit : std::uint8_t { task, batch, replication };
[[nodiscard]] std::string_view name_of(SampleUnit unit);

/// Tasks if they are independent, in how many replications ever; else replications from ten on,
/// else batches.
[[nodiscard]] SampleUnit unit_for(std::size_t replications, bool independent_tasks);

/// Into how many batches a replication's `tasks` are cut: such that all `replications` have about
/// 64, but of at least 8 tasks each, and at least one.
[[nodiscard]] std::size_t batches_of_replication(std::size_t tasks, std::size_t replications);

/// How many units are resampled one by one. An interval from so many is as good as it gets: the
/// error of 2,000 resamples at its ends is larger.
inline constexpr std::size_t kMostResampled = 1'024;

/// Sums of units, neighbours added together so that at most kMostResampled groups are left, all of
/// as many units but the last. For independent units a sum of m has m times the variance, so
/// intervals of means and of ratios of sums stay what they are.
template <typename Sums>
class GroupedUnits {
 public:
  /// `expected`: no fewer than will be added.
  explicit GroupedUnits(std::size_t expected)
      : size_(std::max<std::size_t>(1, (expected + kMostResampled - 1) / kMostResampled)) {}

  void add(const Sums& unit) {
    if (units_ % size_ == 0) {
      groups_.emplace_back();
    }
    groups_.back() += unit;
    ++units_;
  }
  [[nodiscard]] std::span<const Sums> groups() const { return groups_; }
  [[nodiscard]] std::size_t units() const { return units_; }

 private:
  std::size_t size_;
  std::size_t units_ = 0;
  std::vector<Sums> groups_;
};

/// The units of a policy that hold a completed task.
[[nodiscard]] GroupedUnits<TaskSums> units_of_policy(const PolicyOutcomes& outcomes,
                                                     SampleUnit unit);

/// Calls add(first, last) with the positions of the tasks of each unit of a replication of `tasks`
/// tasks; nothing where it has none.
template <typename Add>
void for_each_unit(std::size_t tasks, std::size_t replications, SampleUnit unit, Add add) {
  std::size_t count = 1;
  if (unit == SampleUnit::task) {
    count = tasks;
  } else if (unit == SampleUnit::batch) {
    count = batches_of_replication(tasks, replications);
  }
  for (std::size_t i = 0; i < count && tasks > 0; ++i) {
    add(tasks * i / count, tasks * (i + 1) / count);
  }
}

}  // namespace mec
