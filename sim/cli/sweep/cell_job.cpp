#include "sim/cli/sweep/cell_job.hpp"

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/output_file.hpp"
#include "policies/registry.hpp"
#include "results/activity_log.hpp"
#include "results/cell_store.hpp"
#include "results/tasks_csv.hpp"
#include "sim/cli/broadcast.hpp"
#include "sim/cli/preparation.hpp"
#include "sim/cli/sweep/cell_observer.hpp"
#include "sim/run_simulation.hpp"

namespace mec::cli {

namespace {

namespace fs = std::filesystem;

std::string prepare(const SweepPlan& plan, const CellId& cell) {
  const Scenario scenario = plan.scenario(cell.point);
  return prepare_policies({plan.policies()[cell.policy]}, scenario,
                          plan.recorded(cell.point, scenario), plan.cache())
      .front()
      .model;
}

// What tasks go through is shown of one run of each policy.
bool is_logged(const CellId& cell) { return cell.point == 0 && cell.replication == 0; }

void run_cell(const SweepPlan& plan, const Job& job, const fs::path& folder) {
  const auto start = std::chrono::steady_clock::now();
  const Scenario scenario = plan.scenario(job.cell.point, job.cell.policy);
  const std::vector<RecordedTask>* recorded = plan.recorded(job.cell.point, scenario);
  OutputFile file((folder / (job.key + ".csv")).string());
  TasksCsv rows(file, MeasuredTimes::left_out);
  CellObserver cell;
  std::optional<ActivityLog> activities;
  std::vector<Observer*> observers = {&rows, &cell};
  if (is_logged(job.cell)) {
    observers.push_back(&activities.emplace(scenario, recorded));
  }
  Broadcast all(observers);
  all.begin_run(
      {scenario.name, plan.policy_names()[job.cell.policy], scenario.seed, job.cell.replication});
  const RunSpec spec{scenario,
                     recorded,
                     policy_registry(),
                     plan.ready(job.cell.policy, job.model),
                     job.cell.replication,
                     plan.engine(),
                     is_logged(job.cell) ? kLoggedTasks : 0};
  const std::atomic<bool> never{false};
  const auto engine = make_engine(spec.engine);
  const RunCounts counts = simulate(spec, *engine, all, never);
  all.end_run(counts);
  file.commit();
  if (activities) {
    const fs::path logs = folder / (job.key + ".activities");
    fs::create_directory(logs);
    activities->write(logs);
  }
  const auto wall = std::chrono::steady_clock::now() - start;
  write_cell_report(folder, job.key, plan.origin(),
                    cell.report(counts, std::chrono::nanoseconds(wall).count()));
}

}  // namespace

JobBody make_job_body(const SweepPlan& plan) {
  return [&plan](const Job& job, const fs::path& folder) {
    if (job.kind == JobKind::prepare) {
      return prepare(plan, job.cell);
    }
    run_cell(plan, job, folder);
    return std::string();
  };
}

}  // namespace mec::cli
