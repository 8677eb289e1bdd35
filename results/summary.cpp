#include "results/summary.hpp"

#include <algorithm>
#include <stdexcept>

#include "results/quantiles_csv.hpp"

namespace mec {

void SummaryBuilder::begin_run(const RunLabel& label) {
  close_unended_run();
  const auto found = std::find_if(groups_.begin(), groups_.end(), [&label](const Group& group) {
    return group.summary.policy == label.policy && group.summary.scenario == label.scenario;
  });
  if (found != groups_.end()) {
    current_ = &*found;
  } else {
    current_ = &groups_.emplace_back();
    current_->summary.scenario = label.scenario;
    current_->summary.policy = label.policy;
    current_->seed = label.seed;
  }
  open_ = {};
  run_open_ = true;
}

void SummaryBuilder::task_finished(const TaskRecord& record) {
  current().statistics.add(record);
  ++open_.released;
  ++(record.status == TaskStatus::completed ? open_.completed : open_.failed);
}

void SummaryBuilder::end_run(const RunCounts& counts) {
  Group& group = current();
  group.summary.counts += counts;
  if (!counts.ended) {
    group.summary.complete = false;
  }
  run_open_ = false;
}

void SummaryBuilder::mark_partial() {
  if (current_ != nullptr) {
    current_->summary.complete = false;
  }
}

std::vector<PolicySummary> SummaryBuilder::summarise() {
  close_unended_run();
  std::vector<PolicySummary> summaries;
  for (Group& group : groups_) {
    group.statistics.summarise(group.summary, group.seed);
    summaries.push_back(group.summary);
  }
  return summaries;
}

std::vector<PolicySummary> SummaryBuilder::summarise(OutcomeRecorder& outcomes,
                                                     bool independent_tasks) {
  close_unended_run();
  std::vector<PolicySummary> summaries;
  for (Group& group : groups_) {
    const PolicyOutcomes& of_policy = outcomes.outcomes(group.summary.policy);
    if (independent_tasks && outcomes.is_full(group.summary.policy)) {
      group.statistics.summarise(group.summary, group.seed);
    } else {
      const SampleUnit unit = unit_for(telling_replications(of_policy), independent_tasks);
      const GroupedUnits<TaskSums> units = units_of_policy(of_policy, unit);
      group.statistics.summarise(group.summary, group.seed, units.groups(), independent_tasks);
    }
    summaries.push_back(group.summary);
  }
  return summaries;
}

std::string SummaryBuilder::quantiles_csv() {
  CsvBuffer out;
  out.append(quantiles_columns());
  out.push_back('\n');
  for (Group& group : groups_) {
    append_quantiles(out, {}, group.summary.scenario, group.summary.policy,
                     group.statistics.distribution());
  }
  return fmt::to_string(out);
}

SummaryBuilder::Group& SummaryBuilder::current() {
  if (current_ == nullptr) {
    throw std::logic_error("SummaryBuilder: no run has begun");
  }
  return *current_;
}

// What is in flight is unknown when a run just stops: count what was seen.
void SummaryBuilder::close_unended_run() {
  if (run_open_) {
    current_->summary.counts += open_;
    current_->summary.complete = false;
    run_open_ = false;
  }
}

}  // namespace mec
