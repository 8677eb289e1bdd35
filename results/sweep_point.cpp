#include "results/sweep_point.hpp"

#include <algorithm>

#include "results/mser.hpp"

namespace mec {

namespace {

std::vector<double> completed_latencies(const std::vector<CellRow>& rows) {
  std::vector<double> latencies;
  latencies.reserve(rows.size());
  for (const CellRow& row : rows) {
    if (row.completed) {
      latencies.push_back(row.latency());
    }
  }
  return latencies;
}

TaskRecord record_of(const CellRow& row) {
  TaskRecord record;
  record.task = row.task;
  record.exec = Seconds{row.exec};
  record.transfer = Seconds{row.transfer};
  record.wait = Seconds{row.wait};
  record.decision = Seconds{row.decision};
  record.energy = Joules{row.energy};
  record.optimal_latency = Seconds{row.optimum};
  record.status = row.completed ? TaskStatus::completed : TaskStatus::failed;
  return record;
}

// What is left of a replication's rows.
std::span<const CellRow> without_first(const std::vector<CellRow>& rows, std::size_t left_out) {
  return std::span(rows).subspan(std::min(left_out, rows.size()));
}

}  // namespace

PointTasks::PointTasks(const SweepResults& results, std::span<const SweepCell> cells)
    : results_(results), cells_(cells), rows_(cells.size()) {}

PointStatistics PointTasks::statistics() {
  sort_rows();
  PointStatistics statistics;
  for (const std::vector<CellRow>& rows : rows_) {
    statistics.mser5.push_back(mser5(completed_latencies(rows)));
  }
  const Transient left_out = transient();
  std::vector<PolicyOutcomes> all;
  for (std::size_t policy = 0; policy < results_.policies.size(); ++policy) {
    all.push_back(outcomes(policy, left_out.longest));
    statistics.policies.push_back(summarise(policy, all.back(), left_out.longest));
    if (!left_out.of_policy.empty() && !left_out.of_policy[policy]) {
      statistics.policies.back().left_out = std::nullopt;
    }
  }
  statistics.comparisons = compare_policies(all, independent_tasks(), results_.seed);
  return statistics;
}

// Tasks finish in another order under every policy.
void PointTasks::sort_rows() {
  const auto by_number = [](const CellRow& a, const CellRow& b) { return a.task < b.task; };
  for (std::vector<CellRow>& rows : rows_) {
    if (!std::is_sorted(rows.begin(), rows.end(), by_number)) {
      std::stable_sort(rows.begin(), rows.end(), by_number);
    }
  }
}

PointTasks::Transient PointTasks::transient() const {
  Transient transient;
  for (std::size_t policy = 0;
       policy < results_.policies.size() && results_.warm_up == WarmUpDetection::mser5; ++policy) {
    transient.of_policy.push_back(mser5(mean_series(policy)));
    transient.longest = std::max(transient.longest, transient.of_policy.back().value_or(0));
  }
  return transient;
}

// Of the latency at each position, over replications, as far as the shortest one goes.
std::vector<double> PointTasks::mean_series(std::size_t policy) const {
  std::vector<double> sums;
  double replications = 0.0;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (cells_[i].id.policy == policy && cells_[i].status == CellStatus::completed) {
      const std::vector<double> latencies = completed_latencies(rows_[i]);
      if (replications == 0.0) {
        sums.assign(latencies.size(), 0.0);
      }
      sums.resize(std::min(sums.size(), latencies.size()));
      for (std::size_t k = 0; k < sums.size(); ++k) {
        sums[k] += latencies[k];
      }
      replications += 1.0;
    }
  }
  for (double& sum : sums) {
    sum /= replications;
  }
  return sums;
}

PolicyOutcomes PointTasks::outcomes(std::size_t policy, std::size_t left_out) const {
  PolicyOutcomes outcomes;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (cells_[i].id.policy == policy && cells_[i].status == CellStatus::completed) {
      ReplicationOutcomes& replication = outcomes.emplace_back();
      replication.replication = cells_[i].id.replication;
      for (const CellRow& row : without_first(rows_[i], left_out)) {
        if (row.completed) {
          replication.tasks.push_back({row.task, row.latency(), row.optimum});
        }
      }
    }
  }
  return outcomes;
}

PointPolicy PointTasks::summarise(std::size_t policy, const PolicyOutcomes& outcomes,
                                  std::size_t left_out) const {
  PointPolicy result;
  result.summary.scenario = results_.scenario;
  result.summary.policy = results_.policies[policy];
  PolicyStatistics statistics;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const SweepCell& cell = cells_[i];
    if (cell.id.policy == policy && cell.status == CellStatus::completed) {
      result.summary.counts += cell.report.counts;
      for (const CellRow& row : without_first(rows_[i], left_out)) {
        statistics.add(record_of(row));
      }
    } else if (cell.id.policy == policy) {
      result.summary.complete = false;
    }
  }
  result.summary.complete = result.summary.complete && result.summary.counts.ended;
  result.replications = static_cast<std::uint32_t>(outcomes.size());
  result.unit = unit_for(telling_replications(outcomes), independent_tasks());
  const GroupedUnits<TaskSums> units = units_of_policy(outcomes, result.unit);
  result.units = units.units();
  result.left_out = left_out;
  statistics.summarise(result.summary, results_.seed, units.groups(), independent_tasks());
  result.distribution = statistics.distribution();
  return result;
}

bool PointTasks::independent_tasks() const {
  return !cells_.empty() && results_.independent_tasks.at(cells_.front().id.point);
}

}  // namespace mec
