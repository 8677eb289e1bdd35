#include "sim/cli/sweep/dry_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "core/text.hpp"
#include "results/cell_store.hpp"
#include "results/table.hpp"
#include "sim/cli/sweep/coordinator.hpp"
#include "sim/cli/sweep/pilot.hpp"
#include "sim/cli/sweep/sweep_session.hpp"

namespace mec::cli {

namespace {

constexpr auto kPilotLimit = std::chrono::milliseconds(2000);
constexpr std::size_t kPointsShown = 10;
constexpr std::size_t kWidest = 30;

std::string plural(std::uint64_t number, const std::string& noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string roughly(double seconds) {
  constexpr double kMinute = 60.0;
  constexpr double kHour = 3600.0;
  constexpr double kDay = 86400.0;
  return seconds < 2 * kMinute ? fmt::format("{:.0f} s", std::max(1.0, seconds))
         : seconds < 2 * kHour ? fmt::format("{:.0f} min", seconds / kMinute)
         : seconds < 2 * kDay  ? fmt::format("{:.1f} h", seconds / kHour)
                               : fmt::format("{:.1f} days", seconds / kDay);
}

void print_points(const SweepGrid& grid) {
  if (grid.columns.empty()) {
    return;
  }
  // A line that says "1 more" takes as much room as the point.
  const std::size_t all = grid.points.size();
  const std::size_t shown = all <= kPointsShown + 1 ? all : kPointsShown;
  std::vector<std::size_t> widths;
  for (std::size_t c = 0; c < grid.columns.size(); ++c) {
    std::size_t width = grid.columns[c].name.size();
    for (std::size_t p = 0; p < shown; ++p) {
      width = std::max(width, std::min(kWidest, grid.points[p][c].size()));
    }
    widths.push_back(width);
  }
  fmt::print("\n{:>5}", "point");
  for (std::size_t c = 0; c < widths.size(); ++c) {
    fmt::print("  {:<{}}", grid.columns[c].name, widths[c]);
  }
  for (std::size_t p = 0; p < shown; ++p) {
    fmt::print("\n{:>5}", p);
    for (std::size_t c = 0; c < widths.size(); ++c) {
      fmt::print("  {:<{}}", shortened(grid.points[p][c], kWidest), widths[c]);
    }
  }
  fmt::print("\n");
  if (grid.points.size() > shown) {
    fmt::print("  ... and {} more\n", grid.points.size() - shown);
  }
}

std::string learners(const SweepPlan& plan) {
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < plan.policies().size(); ++i) {
    if (plan.learns(i)) {
      names.push_back(plan.policy_names()[i]);
    }
  }
  return join(names);
}

std::string tasks_of_cells(const SweepPlan& plan) {
  const std::uint64_t first = tasks_at(plan, 0);
  const std::uint64_t last = tasks_at(plan, static_cast<std::uint32_t>(plan.points() - 1));
  return first == last ? plural(first, "task") : fmt::format("{} to {} tasks", first, last);
}

std::string size_of(const SweepPlan& plan) {
  const std::size_t policies = plan.policies().size();
  const std::uint32_t replications = plan.sweep().replications;
  return fmt::format("{} x {} x {}: {} of {}", plural(plan.points(), "point"),
                     policies == 1 ? "1 policy" : fmt::format("{} policies", policies),
                     plural(replications, "replication"),
                     plural(std::uint64_t{plan.points()} * policies * replications, "cell"),
                     tasks_of_cells(plan));
}

void print_size(const SweepPlan& plan, const SweepOptions& options, std::uint64_t cells) {
  const Sweep& sweep = plan.sweep();
  fmt::print("sweep: {} ({})\nscenario: {} ({})\npolicies: {}\n", sweep.name, sweep.path,
             plan.scenario_name(), sweep.scenario_path, join(plan.policy_names()));
  fmt::print("{}\n", size_of(plan));
  if (options.shard) {
    fmt::print("shard {}/{}: {} of them\n", options.shard->number, options.shard->of, cells);
  }
  if (sweep.precision) {
    fmt::print("more replications, up to {} a point, until intervals are within {:g} %\n",
               sweep.precision->most, 100.0 * sweep.precision->relative);
  }
}

void print_time(const SweepPlan& plan, const SweepOptions& options, std::uint64_t cells) {
  const PilotEstimate estimate = pilot(plan, kPilotLimit);
  if (!estimate.cell) {
    fmt::print("estimated time: unknown, no policy could be tried out\n");
    return;
  }
  const double seconds =
      estimate.cell->count() * static_cast<double>(cells) / static_cast<double>(options.jobs);
  fmt::print("estimated time: {}{} with {}, from a pilot of up to {} tasks of each policy{}\n",
             estimate.at_least ? "at least " : "about ", roughly(seconds),
             plural(options.jobs, "job"), kPilotTasks,
             learners(plan).empty() ? "" : ", without learning");
}

}  // namespace

int dry_run(const SweepPlan& plan, const SweepOptions& options) {
  const std::filesystem::path directory = results_folder(plan, options);
  // A store that is not there is not made: of a folder that cannot be, nothing is finished.
  const bool is_there = std::filesystem::is_directory(directory / "cells");
  const OtherBuilds builds = options.keep_builds ? OtherBuilds::taken : OtherBuilds::refused;
  const CellStore store = CellStore::existing(directory, plan.origin(), builds);
  const Coordinator coordinator(plan, store, {options.shard, options.keep_failed});
  const std::uint64_t all = coordinator.cells_left() + coordinator.found();
  print_size(plan, options, all);
  const std::uint64_t found = options.restart ? 0 : coordinator.found();
  if (is_there && found > 0) {
    fmt::print("finished already: {} in {}\n", plural(found, "cell"), directory.string());
  }
  if (const std::string names = learners(plan); !names.empty()) {
    fmt::print("to learn first, where the cache has no model: {} ({})\n", names,
               plural(coordinator.preparations(), "time"));
  }
  print_time(plan, options, all - found);
  print_points(plan.sweep().grid);
  return 0;
}

void validate_sweep(const std::string& file, const std::vector<std::string>& overrides) {
  SweepOptions options;
  options.file = file;
  options.overrides = overrides;
  const SweepPlan plan(options);
  plan.print_warnings();
  fmt::print("{}: valid; {}\n", file, size_of(plan));
}

}  // namespace mec::cli
