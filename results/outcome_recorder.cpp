#include "results/outcome_recorder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "core/text.hpp"
#include "results/table.hpp"

namespace mec {

void OutcomeRecorder::begin_run(const RunLabel& label) {
  const auto found = std::find(policies_.begin(), policies_.end(), label.policy);
  current_ = static_cast<std::size_t>(found - policies_.begin());
  if (policies_.empty()) {
    seed_ = label.seed;
  }
  if (found == policies_.end()) {
    policies_.push_back(label.policy);
    outcomes_.emplace_back();
    completed_.push_back(0);
  }
  outcomes_[current_].push_back({label.replication, {}});
}

void OutcomeRecorder::task_finished(const TaskRecord& record) {
  std::uint64_t& completed = completed_.at(current_);
  if (record.status == TaskStatus::completed && ++completed <= kMostTasks) {
    outcomes_[current_].back().tasks.push_back(
        {record.task, record.latency().value(), record.optimal_latency.value()});
  }
}

const PolicyOutcomes& OutcomeRecorder::outcomes(std::string_view policy) {
  sort();
  return outcomes_.at(index_of(policy));
}

bool OutcomeRecorder::is_full(std::string_view policy) const {
  return completed_.at(index_of(policy)) > kMostTasks;
}

std::size_t OutcomeRecorder::index_of(std::string_view policy) const {
  return static_cast<std::size_t>(std::find(policies_.begin(), policies_.end(), policy) -
                                  policies_.begin());
}

std::vector<Comparison> OutcomeRecorder::compare(bool independent_tasks) {
  sort();
  return compare_policies(outcomes_, independent_tasks, seed_);
}

// Tasks finish in another order under every policy.
void OutcomeRecorder::sort() {
  const auto by_number = [](const TaskOutcome& a, const TaskOutcome& b) { return a.task < b.task; };
  for (PolicyOutcomes& policy : outcomes_) {
    for (ReplicationOutcomes& replication : policy) {
      if (!std::is_sorted(replication.tasks.begin(), replication.tasks.end(), by_number)) {
        std::sort(replication.tasks.begin(), replication.tasks.end(), by_number);
      }
    }
  }
}

namespace {

// The policy that is slower than none on average.
std::optional<std::size_t> fastest(std::size_t policies,
                                   const std::vector<Comparison>& comparisons) {
  std::vector<bool> beaten(policies, false);
  for (const Comparison& comparison : comparisons) {
    if (comparison.ratio_of_means.value.value_or(2.0) > 1.0) {
      beaten[comparison.policy] = true;
    }
  }
  const auto found = std::find(beaten.begin(), beaten.end(), false);
  return found != beaten.end() ? std::optional(static_cast<std::size_t>(found - beaten.begin()))
                               : std::nullopt;
}

struct Verdict {
  const char* text;
  std::vector<std::string> policies;
};

// Holm's first step asks for a p-value of 5 % over the number of tests.
double pairs_of(const std::vector<Comparison>& comparisons) {
  return static_cast<double>(std::count_if(
             comparisons.begin(), comparisons.end(),
             [](const Comparison& comparison) { return comparison.p_value.has_value(); })) /
         2;
}

// The position among the verdicts.
std::size_t verdict_on(const Comparison& comparison, double pairs) {
  constexpr double kLevel = 0.05;
  if (comparison.significant) {
    return comparison.losses > comparison.wins ? 0 : 3;
  }
  return sign_test(comparison.units, 0) * pairs > kLevel ? 2 : 1;
}

std::string shown(const std::array<Verdict, 4>& verdicts, bool by_name) {
  std::vector<std::string> parts;
  for (const Verdict& verdict : verdicts) {
    if (!verdict.policies.empty()) {
      parts.push_back(
          fmt::format("{} {}", verdict.text,
                      by_name ? join(verdict.policies) : std::to_string(verdict.policies.size())));
    }
  }
  return join(parts, "; ");
}

}  // namespace

std::string comparison_line(const std::vector<std::string>& policies,
                            const std::vector<Comparison>& comparisons) {
  const std::optional<std::size_t> best = fastest(policies.size(), comparisons);
  if (!best || policies.size() < 2) {
    return {};
  }
  std::array<Verdict, 4> verdicts = {
      {{"slower", {}}, {"not significant", {}}, {"too few units", {}}, {"more often faster", {}}}};
  for (const Comparison& comparison : comparisons) {
    if (comparison.other == *best) {
      verdicts[verdict_on(comparison, pairs_of(comparisons))].policies.push_back(
          shortened(policies[comparison.policy], 24));
    }
  }
  constexpr std::size_t kWidth = 100;
  const std::string begin =
      fmt::format("paired, at 5 %: fastest {}; ", shortened(policies[*best], 24));
  const std::string line = begin + shown(verdicts, true) + "\n";
  // Shortened names may hold ellipses of three bytes: the line is then shorter than it seems.
  return line.size() - 1 <= kWidth ? line : begin + shown(verdicts, false) + "\n";
}

}  // namespace mec
