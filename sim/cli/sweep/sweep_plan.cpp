#include "sim/cli/sweep/sweep_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <variant>

#include "core/errors.hpp"
#include "core/network.hpp"
#include "core/text.hpp"
#include "policies/registry.hpp"
#include "results/content_hash.hpp"
#include "results/independence.hpp"
#include "scenarios/text_file.hpp"
#include "scenarios/workload_file.hpp"
#include "sim/cli/engine_choice.hpp"
#include "sim/cli/fitness.hpp"
#include "sim/cli/policy_scenario.hpp"
#include "sim/cli/policy_selection.hpp"
#include "sim/cli/preparation.hpp"
#include "sim/cli/scenario_file.hpp"
#include "sim/cli/sweep/build_identity.hpp"
#include "sim/cli/versions.hpp"
#include "sim/simgrid_platform.hpp"

namespace mec::cli {

namespace {

// Warnings that differ in their numbers only are the same one, at another point. A digit of a name,
// such as b1, is none.
std::string without_numbers(const std::string& text) {
  std::string rest;
  bool in_number = false;
  for (const char c : text) {
    const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
    in_number = in_number ? digit || c == '.' : digit && (rest.empty() || rest.back() == ' ');
    if (!in_number) {
      rest += c;
    }
  }
  return rest;
}

// Whether replications differ in anything, but for what policies draw.
bool is_random(const Scenario& scenario, const std::vector<RecordedTask>* recorded) {
  const Network network = build_network(scenario.network, device_count(scenario, recorded));
  const auto is_drawn = [](const Distribution& distribution) {
    return !std::holds_alternative<Constant>(distribution);
  };
  const TaskModel& task = scenario.task;
  const bool tasks_are_drawn = recorded == nullptr && (is_drawn(task.subtasks) ||
                                                       is_drawn(task.work) || is_drawn(task.data));
  return tasks_are_drawn || network.is_drawn() || network.moves() ||
         scenario.observation.noise > 0.0 ||
         std::holds_alternative<PoissonArrivals>(scenario.workload.arrivals);
}

// Free of doubt where one part ends, whatever is in them.
void append_part(std::string& text, const std::string& part) {
  text += fmt::format("{}:{};", part.size(), part);
}

std::string text_of(const PolicyParameters& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters) {
    append_part(text, name);
    append_part(text, value);
  }
  return text;
}

Sweep load(const SweepOptions& options) {
  try {
    return load_sweep(options.file, options.overrides, policy_registry(), read_simgrid_platform);
  } catch (const ScenarioError& error) {
    throw said_of_options(error, options.shorthands);
  }
}

}  // namespace

SweepPlan::SweepPlan(const SweepOptions& options)
    : sweep_(load(options)),
      overrides_(options.overrides),
      policies_(select_policies(sweep_.policies, options.policies, policy_registry())),
      engine_(options.engine),
      cache_(cache_folder(options.cache)),
      origin_{mecsim_version(), program_build()} {
  sweep_.policies = policies_;
  std::transform(policies_.begin(), policies_.end(), std::back_inserter(names_), display_name);
  const std::uint64_t cells = std::uint64_t{points()} * policies_.size() * sweep_.replications;
  if (cells > kMostSweepCells) {
    throw UserError(fmt::format(
        "{}: {} points x {} policies x {} replications are {} cells; "
        "expected at most {}",
        options.file, points(), policies_.size(), sweep_.replications, cells, kMostSweepCells));
  }
  check_points(options);
}

void SweepPlan::check_points(const SweepOptions& options) {
  for (std::uint32_t p = 0; p < points(); ++p) {
    const Scenario at_point = scenario(p);
    const std::vector<RecordedTask>* tasks = recorded(p, at_point);
    check_policies(at_point, tasks, policies_, options.engine);
    (void)policy_scenarios(at_point, policies_);  // reads the file of decision costs
    add_warnings(p, at_point, tasks);
    independent_.push_back(mec::independent_tasks(at_point, tasks));
    fingerprints_.push_back(fingerprint_of(sweep_, p));
    scenario_name_ = at_point.name;
  }
}

void SweepPlan::add_warnings(std::uint32_t point, const Scenario& at_point,
                             const std::vector<RecordedTask>* tasks) {
  std::vector<std::string> warnings = overload_warnings(at_point, tasks, policies_);
  if (at_point.network.platform) {
    const auto more = platform_warnings(*at_point.network.platform);
    warnings.insert(warnings.end(), more.begin(), more.end());
  }
  if ((sweep_.replications > 1 || sweep_.precision) && !is_random(at_point, tasks)) {
    warnings.emplace_back(
        "nothing in this scenario is random: its replications are copies of each other, and prove "
        "no more than one");
  }
  for (const std::string& warning : warnings) {
    add_warning(point, warning);
  }
}

void SweepPlan::add_warning(std::uint32_t point, const std::string& text) {
  std::string kind = without_numbers(text);
  const auto known = std::find_if(warnings_.begin(), warnings_.end(),
                                  [&kind](const Warning& other) { return other.kind == kind; });
  if (known == warnings_.end()) {
    warnings_.push_back({std::move(kind), text, point, point, 1});
    return;
  }
  known->same_text = known->same_text && known->text == text;
  known->points += known->last != point ? 1U : 0U;
  known->last = point;
}

// Where what it says does not hold as it stands for all.
std::string SweepPlan::points_of(const Warning& warning) const {
  if (warning.points == points() && warning.same_text) {
    return "";
  }
  std::vector<std::string> values;
  for (std::size_t i = 0; i < sweep_.grid.columns.size(); ++i) {
    values.push_back(fmt::format("{} = {}", sweep_.grid.columns[i].name,
                                 printable(sweep_.grid.points[warning.first][i])));
  }
  const std::uint32_t others = warning.points - 1;
  return fmt::format(" (where {}{})", join(values),
                     others == 0   ? ""
                     : others == 1 ? ", and at 1 more point"
                                   : fmt::format(", and at {} more points", others));
}

void SweepPlan::print_warnings() const {
  for (const Warning& warning : warnings_) {
    std::fputs(fmt::format("mecsim: warning: {}{}\n", warning.text, points_of(warning)).c_str(),
               stderr);
  }
}

std::string SweepPlan::identity() const {
  std::string text;
  append_part(text, sweep_.text);
  append_part(text, sweep_.scenario_text);
  for (const std::string& item : overrides_) {
    if (!item.starts_with("replications=") && !item.starts_with("precision=") &&
        !item.starts_with("policies=")) {
      append_part(text, item);
    }
  }
  return cell_key(text);
}

Scenario SweepPlan::scenario(std::uint32_t point) const { return scenario_at(sweep_, point); }

Scenario SweepPlan::scenario(std::uint32_t point, std::uint32_t policy) const {
  return policy_scenarios(scenario(point), {policies_[policy]}).front();
}

const std::vector<RecordedTask>* SweepPlan::recorded(std::uint32_t point,
                                                     const Scenario& scenario) const {
  if (scenario.workload.file.empty()) {
    return nullptr;
  }
  if (recorded_point_ != point) {  // what a file may say depends on the network
    recorded_ = read_workload(scenario.workload.file, scenario.network);
    recorded_point_ = point;
  }
  return &recorded_;
}

bool SweepPlan::learns(std::uint32_t policy) const {
  return static_cast<bool>(policy_registry().find(policies_[policy].name).prepare);
}

PolicySpec SweepPlan::ready(std::uint32_t policy, const std::string& model) const {
  PolicySpec spec = policies_[policy];
  if (!model.empty()) {
    spec.parameters.insert_or_assign(kModelParameter, model);
  }
  return spec;
}

std::string SweepPlan::key(const CellId& cell, const std::string& model) const {
  std::string& model_hash = model_hashes_[model];
  if (!model.empty() && model_hash.empty()) {
    model_hash = content_hash_of_file(model);
  }
  std::string text;
  append_part(text, fingerprints_[cell.point]);
  append_part(text, scenario_name_);
  append_part(text, names_[cell.policy]);
  append_part(text, policies_[cell.policy].name);
  append_part(text, text_of(policy_registry().resolve(policies_[cell.policy])));
  append_part(text, model_hash);
  append_part(text, name_of(engine_));
  append_part(text, origin_.version);
  append_part(text, fmt::format("{} {} {}", sweep_.seed, cell.replication, kCellFormat));
  return cell_key(text);
}

std::string SweepPlan::learning_key(std::uint32_t point, std::uint32_t policy) const {
  const PolicySpec anywhere = without_deployment(policies_[policy]);
  return fingerprints_[point] + anywhere.name + text_of(anywhere.parameters);
}

bool SweepPlan::is_in(const Shard& shard, const CellId& cell) const {
  const std::uint64_t turn =
      sweep_.precision ? cell.point
                       : std::uint64_t{cell.point} * sweep_.replications + cell.replication +
                             cell.policy;  // not all of a policy's cells to one shard
  return turn % shard.of + 1 == shard.number;
}

}  // namespace mec::cli
