// Watches runs and keeps what comparing their policies takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/records.hpp"
#include "results/pairing.hpp"
#include "results/units.hpp"

namespace mec {

/// Of each policy the first kMostTasks completed tasks, 24 bytes each. Policies are told apart by
/// name, in the order in which they were first run.
class OutcomeRecorder : public Observer {
 public:
  static constexpr std::size_t kMostTasks = 1'000'000;

  void begin_run(const RunLabel& label) override;
  void task_finished(const TaskRecord& record) override;

  [[nodiscard]] const std::vector<std::string>& policies() const { return policies_; }
  /// Of the policy of this name, sorted; throws std::out_of_range where it has not run.
  [[nodiscard]] const PolicyOutcomes& outcomes(std::string_view policy);
  /// Whether a policy has completed more tasks than are kept.
  [[nodiscard]] bool is_full(std::string_view policy) const;
  /// Every ordered pair; resamples depend on the seed of the first run.
  [[nodiscard]] std::vector<Comparison> compare(bool independent_tasks);

 private:
  void sort();
  [[nodiscard]] std::size_t index_of(std::string_view policy) const;

  std::vector<std::string> policies_;
  std::vector<PolicyOutcomes> outcomes_;  // [policies]
  std::vector<std::uint64_t> completed_;  // [policies]: tasks
  std::size_t current_ = 0;
  std::uint64_t seed_ = 0;
};

/// "paired, at 5 %: fastest A; slower B, C; not significant D; more often faster E": by the mean,
/// and then by wins and losses; "too few units" stands for "not significant" where no outcome could
/// have been. Nothing where there is nothing to compare. At most 100 columns: beyond, policies are
/// counted.
[[nodiscard]] std::string comparison_line(const std::vector<std::string>& policies,
                                          const std::vector<Comparison>& comparisons);

}  // namespace mec
