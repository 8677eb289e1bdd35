#include "sim/cli/run_session.hpp"

#include <fmt/format.h>

#include <cctype>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <set>

#include "core/errors.hpp"
#include "policies/registry.hpp"
#include "results/comparisons_csv.hpp"
#include "results/content_hash.hpp"
#include "results/decisions_csv.hpp"
#include "results/independence.hpp"
#include "results/machine.hpp"
#include "results/published_csv.hpp"
#include "results/report.hpp"
#include "results/summary_csv.hpp"
#include "results/table.hpp"
#include "scenarios/text_file.hpp"
#include "scenarios/workload_file.hpp"
#include "sim/cli/broadcast.hpp"
#include "sim/cli/command_line.hpp"
#include "sim/cli/fitness.hpp"
#include "sim/cli/folder_name.hpp"
#include "sim/cli/followed_tasks.hpp"
#include "sim/cli/interrupt.hpp"
#include "sim/cli/policy_bench.hpp"
#include "sim/cli/policy_scenario.hpp"
#include "sim/cli/policy_selection.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/scenario_file.hpp"
#include "sim/cli/versions.hpp"
#include "sim/isolated_run.hpp"
#include "sim/run_simulation.hpp"

namespace mec::cli {

namespace {

void refuse_result_file(const std::string& path, const ResultsDirectory& directory) {
  for (const char* name :
       {"tasks.csv", "summary.csv", "manifest.json", "decisions.csv", "published.csv",
        "comparisons.csv", "quantiles.csv", "activities.csv", "bandwidths.csv", "timeline.json"}) {
    if (std::filesystem::weakly_canonical(path) ==
        std::filesystem::weakly_canonical(directory.file(name))) {
      throw UserError(fmt::format(
          "--save-workload {}: the results of this run go there; name another file", path));
    }
  }
}

void save_workload(const Scenario& scenario, const std::vector<RecordedTask>* recorded,
                   const std::string& path) {
  WorkloadWriter writer(path, scenario.network);
  const auto source = make_source(scenario, recorded, 0);
  for (WorkItem item; source->next(item);) {
    writer.write(item);
  }
  writer.finish();
}

std::string objective_note(const Objective& objective) {
  return objective.is_latency()
             ? std::string()
             : "note: the policies minimised the scenario's objective, not latency alone;\n"
               "      latency / optimum still compares with the least latency\n";
}

std::uint64_t finished_tasks(SummaryBuilder& summary) {
  std::uint64_t finished = 0;
  for (const PolicySummary& policy : summary.summarise()) {
    finished += policy.counts.completed + policy.counts.failed;
  }
  return finished;
}

// Files of results that are there no more, and that this run may not write anew.
void remove_outdated(const ResultsDirectory& directory) {
  for (const char* name :
       {"decisions.csv", "published.csv", "cells.csv", "timings.csv", "failures.csv",
        "sweep.sqlite", "comparison.png", "comparison.svg", "decisions.png", "decisions.svg",
        "deployment.png", "deployment.svg", "curves.png", "curves.svg"}) {
    std::error_code ignored;
    std::filesystem::remove(directory.file(name), ignored);
  }
  remove_report(directory.path());
}

constexpr std::string_view kCurveEnding = ".curve.csv";
constexpr std::size_t kLongestName = 80;  // of a file, made of a policy's name

// Learning curves lie beside models; those of this run's policies belong to its results.
void copy_curves(const std::vector<PreparedPolicy>& policies, const ResultsDirectory& directory) {
  for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
    if (entry.path().string().ends_with(kCurveEnding)) {
      std::filesystem::remove(entry.path());
    }
  }
  std::set<std::string> copied;
  for (const PreparedPolicy& policy : policies) {
    const std::filesystem::path model(policy.model);
    const auto curve = model.parent_path() / (model.stem().string() + std::string(kCurveEnding));
    if (!policy.model.empty() && copied.insert(policy.model).second &&
        std::filesystem::is_regular_file(curve)) {
      const std::string name = folder_name(display_name(without_deployment(policy.given)));
      write_file(directory.file((name.size() <= kLongestName ? name : model.stem().string()) +
                                std::string(kCurveEnding)),
                 read_text_file(curve.string()));
    }
  }
}

ManifestPolicy describe_policy(const PreparedPolicy& policy) {
  ManifestPolicy entry;
  entry.name = display_name(policy.given);
  entry.parameters = policy_registry().resolve(policy.ready);
  if (!policy.model.empty()) {
    entry.model = {policy.model, content_hash_of_file(policy.model)};
  }
  return entry;
}

}  // namespace

RunSession::RunSession(const RunOptions& options, const std::vector<std::string>& command)
    : options_(options),
      loaded_(load_scenario_file(options.file, options.overrides, options.shorthands)),
      policies_(select_policies(loaded_.scenario.policies, options.policies, policy_registry())),
      scenarios_(policy_scenarios(loaded_.scenario, policies_)),
      cache_(cache_folder(options.cache)) {
  const Scenario& scenario = loaded_.scenario;
  if (!scenario.workload.file.empty()) {
    recorded_ = read_workload(scenario.workload.file, scenario.network);
    manifest_.workload_path = scenario.workload.file;
    manifest_.workload_hash = content_hash(read_text_file(scenario.workload.file));
  }
  check_policies(scenario, recorded(), policies_, options.engine);
  for (const std::string& warning : overload_warnings(scenario, recorded(), policies_)) {
    std::fputs(fmt::format("mecsim: warning: {}\n", warning).c_str(), stderr);
  }
  if (scenario.network.platform) {
    const std::string& platform = scenario.network.platform->path;
    manifest_.platform = {platform, content_hash_of_file(platform)};
  }
  if (const auto* costs = std::get_if<CalibratedDecisionCost>(&scenario.decision.cost)) {
    manifest_.decision_costs = {costs->file, content_hash_of_file(costs->file)};
  }
  manifest_.command = command;
  manifest_.scenario_name = scenario.name;
  manifest_.scenario_path = loaded_.path;
  manifest_.scenario_text = loaded_.text;
  manifest_.overrides = overrides_as_pairs(options.overrides);
  manifest_.seed = scenario.seed;
  manifest_.replications = scenario.replications;
  manifest_.versions = versions();
  manifest_.machine = describe_machine();
  manifest_.started = std::chrono::system_clock::now();
  directory_.emplace(
      options.out.empty() ? "results/out/" + folder_name(scenario.name) : options.out,
      options.force);
  if (std::filesystem::exists(directory_->file(".lock"))) {
    lock_.emplace(directory_->path());  // a sweep may be running there
  }
  if (!options.save_workload.empty()) {
    refuse_result_file(options.save_workload, *directory_);
    save_workload(scenario, recorded(), options.save_workload);
  }
}

int RunSession::run() {
  prepared_ = prepare_policies(policies_, loaded_.scenario, recorded(), cache_);
  OutputFile tasks_file(directory_->file("tasks.csv"));
  TasksCsv tasks_csv(tasks_file);
  SummaryBuilder summary;
  OutcomeRecorder outcomes;
  FollowedTasks followed(*directory_, loaded_.scenario, recorded(), options_.timeline_tasks);
  std::exception_ptr failure;
  try {
    Progress progress(task_total());
    Broadcast observers({&tasks_csv, &summary, &outcomes, &followed, &progress});
    run_policies(observers);
  } catch (const RunError&) {
    failure = std::current_exception();
  } catch (const UserError&) {  // a policy that cannot take this task, say
    failure = std::current_exception();
  }
  if (failure && finished_tasks(summary) == 0) {
    tasks_file.discard();  // nothing to keep
    followed.discard();
    std::rethrow_exception(failure);
  }
  if (failure || interrupted()) {
    summary.mark_partial();
  }
  followed.write();
  write_results(tasks_file, summary, outcomes, !failure && !interrupted());
  if (failure) {
    std::rethrow_exception(failure);
  }
  if (loaded_.scenario.decision.bench && !interrupted()) {
    measure_decisions();
  }
  if (interrupted()) {
    std::fputs(
        fmt::format("mecsim: interrupted by {}: the results are partial\n", *interrupting_signal())
            .c_str(),
        stderr);
    return 1;
  }
  return 0;
}

void RunSession::run_policies(Observer& observer) {
  for (std::size_t i = 0; i < prepared_.size() && !interrupted(); ++i) {
    run_policy(prepared_[i], scenarios_[i], observer);
  }
}

void RunSession::run_policy(const PreparedPolicy& policy, const Scenario& scenario,
                            Observer& observer) {
  manifest_.policies.push_back(describe_policy(policy));
  ManifestPolicy& entry = manifest_.policies.back();
  const auto start = std::chrono::steady_clock::now();
  for (std::uint32_t r = 0; r < scenario.replications && !interrupted(); ++r) {
    observer.begin_run({scenario.name, entry.name, scenario.seed, r});
    const std::uint64_t followed = FollowedTasks::least(options_.timeline_tasks, r);
    const RunSpec spec{scenario, recorded(),      policy_registry(), policy.ready,
                       r,        options_.engine, followed};
    const auto simulation = [&spec](Observer& inner, const std::atomic<bool>& stop) {
      const auto engine = make_engine(spec.engine);
      return simulate(spec, *engine, inner, stop);
    };
    const RunCounts counts = run_isolated(simulation, observer, interrupted());
    observer.end_run(counts);
    entry.counts += counts;
    entry.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
}

void RunSession::write_results(OutputFile& tasks_file, SummaryBuilder& summary,
                               OutcomeRecorder& outcomes, bool complete) {
  tasks_file.commit();
  const bool independent = independent_tasks(loaded_.scenario, recorded());
  const auto summaries = summary.summarise(outcomes, independent);
  write_file(directory_->file("summary.csv"), summary_csv(summaries));
  write_file(directory_->file("quantiles.csv"), summary.quantiles_csv());
  const auto comparisons = outcomes.compare(independent);
  write_file(directory_->file("comparisons.csv"),
             comparisons_csv(loaded_.scenario.name, outcomes.policies(), comparisons));
  manifest_.finished = std::chrono::system_clock::now();
  manifest_.complete = complete;
  manifest_.interrupted_by = interrupting_signal();
  write_file(directory_->file("manifest.json"), manifest_json(manifest_));
  remove_outdated(*directory_);
  copy_curves(prepared_, *directory_);
  if (const std::string published = published_csv(loaded_.scenario.published); !published.empty()) {
    write_file(directory_->file("published.csv"), published);
  }
  fmt::print("{}{}{}\nresults: {}\n", comparison_table(summaries),
             comparison_line(outcomes.policies(), comparisons),
             objective_note(loaded_.scenario.objective), directory_->path().string());
  if (options_.timeline_tasks > 0) {
    fmt::print("written: {}\n", directory_->file("timeline.json"));
  }
}

// After everything else is written: what the runs have found is not lost if this is interrupted.
void RunSession::measure_decisions() {
  const DecisionBenchOptions defaults;
  const auto bench = bench_policies(loaded_.scenario, recorded(), prepared_, kBenchTasks, defaults);
  if (bench) {
    write_file(directory_->file("decisions.csv"), decisions_csv(*bench));
    fmt::print("\n{}", decisions_table(*bench));
  }
}

const std::vector<RecordedTask>* RunSession::recorded() const {
  return recorded_ ? &*recorded_ : nullptr;
}

std::uint64_t RunSession::task_total() const {
  const std::uint64_t one = make_source(loaded_.scenario, recorded(), 0)->tasks();
  return one * loaded_.scenario.replications * policies_.size();
}

}  // namespace mec::cli
