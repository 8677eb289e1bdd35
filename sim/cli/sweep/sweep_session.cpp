#include "sim/cli/sweep/sweep_session.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <system_error>

#include "core/output_file.hpp"
#include "policies/registry.hpp"
#include "results/content_hash.hpp"
#include "results/machine.hpp"
#include "results/report.hpp"
#include "results/sweep_database.hpp"
#include "sim/cli/engine_choice.hpp"
#include "sim/cli/folder_name.hpp"
#include "sim/cli/interrupt.hpp"
#include "sim/cli/sweep/cell_job.hpp"
#include "sim/cli/sweep/sweep_output.hpp"
#include "sim/cli/versions.hpp"

namespace mec::cli {

namespace {

namespace fs = std::filesystem;

// The folder in which jobs work, empty.
fs::path work_folder(const CellStore& store) {
  const fs::path folder = store.folder() / ".work";
  std::error_code error;
  fs::remove_all(folder, error);  // what a killed sweep has left
  fs::create_directory(folder, error);
  if (error) {
    throw OutputError(fmt::format("cannot make {}: {}", folder.string(), error.message()));
  }
  return folder;
}

// Of results that are other ones now.
void remove_outdated(const SweepDirectory& directory) {
  for (const char* name : {"sweep.sqlite", "decisions.csv", "published.csv"}) {
    std::error_code ignored;
    fs::remove(directory.file(name), ignored);
  }
  remove_report(directory.path());
}

}  // namespace

std::string results_folder(const SweepPlan& plan, const SweepOptions& options) {
  if (!options.out.empty()) {
    return options.out;
  }
  const std::string shard =
      options.shard ? fmt::format("-{}-of-{}", options.shard->number, options.shard->of) : "";
  return "results/out/" + folder_name(plan.sweep().name) + shard;
}

SweepSession::SweepSession(const SweepOptions& options, const std::vector<std::string>& command)
    : options_(options), plan_(options) {
  if (options.sqlite) {
    check_database_support();
  }
  plan_.print_warnings();
  manifest_ = describe();
  manifest_.command = command;
}

SweepManifest SweepSession::describe() const {
  const Sweep& sweep = plan_.sweep();
  SweepManifest manifest;
  manifest.identity = plan_.identity();
  manifest.sweep = {sweep.name, sweep.path, sweep.text};
  manifest.scenario = {plan_.scenario_name(), sweep.scenario_path, sweep.scenario_text};
  manifest.overrides = overrides_as_pairs(options_.overrides);
  manifest.engine = name_of(plan_.engine());
  manifest.replications = sweep.replications;
  manifest.precision = sweep.precision;
  manifest.shard = options_.shard;
  for (std::uint32_t i = 0; i < plan_.policies().size(); ++i) {
    manifest.policies.push_back(
        {plan_.policy_names()[i], policy_registry().resolve(plan_.policies()[i]), {}});
  }
  manifest.results.scenario = plan_.scenario_name();
  manifest.results.seed = sweep.seed;
  manifest.results.grid = sweep.grid;
  manifest.results.policies = plan_.policy_names();
  manifest.results.independent_tasks = plan_.independent_tasks();
  manifest.results.warm_up = sweep.warm_up;
  manifest.origin = plan_.origin();
  manifest.versions = versions();
  manifest.machine = describe_machine();
  manifest.started = std::chrono::system_clock::now();
  return manifest;
}

int SweepSession::run(const RunnerFactory& make_runner) {
  const OtherBuilds builds = options_.keep_builds ? OtherBuilds::taken : OtherBuilds::refused;
  const SweepDirectory directory(results_folder(plan_, options_),
                                 {manifest_.identity, options_.shard, plan_.origin(), builds,
                                  options_.restart, options_.force});
  const CellStore store(directory.path(), plan_.origin(), builds);
  const fs::path work = work_folder(store);
  Coordinator coordinator(plan_, store,
                          {options_.shard, options_.keep_failed, options_.progress_every});
  write_manifest(directory, coordinator);  // whose cells these are, should this be the last
  if (coordinator.cells_left() > 0) {
    remove_outdated(directory);
  }
  {
    const auto runner =
        make_runner({options_.jobs, options_.cell_timeout, work, make_job_body(plan_)});
    coordinator.run(*runner);
  }
  std::error_code ignored;
  fs::remove_all(work, ignored);
  write_results(directory, store, coordinator);
  return interrupted() ? 1 : exit_code_of(manifest_.results);
}

void SweepSession::write_manifest(const SweepDirectory& directory, const Coordinator& coordinator) {
  manifest_.results.cells = coordinator.cells();
  for (std::uint32_t i = 0; i < manifest_.policies.size(); ++i) {
    std::vector<ManifestFile>& models = manifest_.policies[i].models;
    models.clear();
    for (const std::string& path : coordinator.models(i)) {
      models.push_back({path, content_hash_of_file(path)});
    }
  }
  manifest_.finished = std::chrono::system_clock::now();
  manifest_.interrupted_by = interrupting_signal();
  manifest_.ended = coordinator.cells_left() == 0;
  manifest_.complete = !options_.shard && !interrupted() && exit_code_of(manifest_.results) == 0;
  write_file(directory.file("manifest.json"), sweep_manifest_json(manifest_));
}

void SweepSession::write_results(const SweepDirectory& directory, const CellStore& store,
                                 const Coordinator& coordinator) {
  manifest_.results.cells = coordinator.cells();
  const SweepResults& results = manifest_.results;
  if (!options_.shard) {
    write_sweep_output(results, store, directory.path(),
                       options_.sqlite ? Database::written : Database::left_out);
    print_sweep_summary(results, directory.path());
  }
  write_manifest(directory, coordinator);
  if (manifest_.precision && manifest_.ended) {
    print_precision(*manifest_.precision, results);
  }
  print_failures(results);
  const std::string found =
      coordinator.found() > 0 ? fmt::format(" ({} were there)", coordinator.found()) : "";
  fmt::print("{}{}\nresults: {}\n", cell_counts(results), found, directory.path().string());
  if (interrupted()) {
    std::fputs(fmt::format("mecsim: interrupted by {}: the same command goes on from here\n",
                           *interrupting_signal())
                   .c_str(),
               stderr);
  }
}

}  // namespace mec::cli
