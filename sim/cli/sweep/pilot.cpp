#include "sim/cli/sweep/pilot.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "core/text.hpp"
#include "policies/registry.hpp"
#include "sim/cli/interrupt.hpp"
#include "sim/cli/sweep/job_runner.hpp"
#include "sim/run_simulation.hpp"

namespace mec::cli {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using Duration = std::chrono::duration<double>;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "mecsim-XXXXXX").string();
    path_ = ::mkdtemp(name.data()) != nullptr ? fs::path(name) : fs::path();
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  TemporaryFolder(TemporaryFolder&&) = delete;
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder() {
    if (!path_.empty()) {
      std::error_code ignored;
      fs::remove_all(path_, ignored);
    }
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

class Nobody final : public Observer {
 public:
  void task_finished(const TaskRecord&) override {}
};

// Seconds that the tasks beyond these would take.
std::string simulate_some(const SweepPlan& plan, const Job& job) {
  Scenario scenario = plan.scenario(job.cell.point, job.cell.policy);
  const std::vector<RecordedTask>* recorded = plan.recorded(job.cell.point, scenario);
  const std::uint64_t all = make_source(scenario, recorded, 0)->tasks();
  scenario.workload.tasks = std::min(all, kPilotTasks);
  scenario.workload.tasks_given = true;
  const RunSpec spec{scenario, recorded,     policy_registry(), plan.ready(job.cell.policy, ""),
                     0,        plan.engine()};
  Nobody nobody;
  const std::atomic<bool> never{false};
  const auto engine = make_engine(spec.engine);
  const auto start = Clock::now();
  (void)simulate(spec, *engine, nobody, never);
  const double once = Duration(Clock::now() - start).count();
  const double share = static_cast<double>(all) / static_cast<double>(scenario.workload.tasks);
  return fmt::format("{:.17g}", once * (share - 1.0));
}

// Of one job in a process of its own; nothing if it fails. `late`: it was not done by `deadline`.
std::optional<Duration> time_of(const SweepPlan& plan, const CellId& cell, const fs::path& folder,
                                Clock::time_point deadline, bool& late) {
  const auto start = Clock::now();
  if (start >= deadline) {
    late = true;
    return std::nullopt;
  }
  const auto runner =
      make_local_runner({1, deadline - start, folder, [&plan](const Job& job, const fs::path&) {
                           return simulate_some(plan, job);
                         }});
  runner->start(0, {JobKind::cell, cell, "", ""});
  std::vector<JobEnd> ends;
  while (ends.empty() && !interrupted()) {
    ends = runner->wait(std::chrono::milliseconds(100));
  }
  if (ends.empty() || ends.front().fate != JobFate::done) {
    late = late || (!ends.empty() && ends.front().fate == JobFate::timed_out);
    return std::nullopt;
  }
  const Duration rest{parse_double(ends.front().result).value_or(0.0)};
  return rest + (Clock::now() - start);
}

}  // namespace

std::uint64_t tasks_at(const SweepPlan& plan, std::uint32_t point) {
  const Scenario scenario = plan.scenario(point);
  return make_source(scenario, plan.recorded(point, scenario), 0)->tasks();
}

PilotEstimate pilot(const SweepPlan& plan, std::chrono::milliseconds limit) {
  PilotEstimate estimate;
  const TemporaryFolder folder;
  if (folder.path().empty()) {
    return estimate;
  }
  const auto deadline = Clock::now() + limit;
  const auto policies = static_cast<std::uint32_t>(plan.policies().size());
  const auto last = static_cast<std::uint32_t>(plan.points() - 1);
  Duration total{0};
  Duration slowest{0};
  std::uint32_t timed = 0;
  std::uint32_t learning = 0;
  for (const std::uint32_t point : {0U, last}) {
    for (std::uint32_t policy = 0; policy < policies; ++policy) {
      if (plan.learns(policy)) {
        ++learning;
      } else if (const auto time = time_of(plan, {point, policy, 0}, folder.path(), deadline,
                                           estimate.at_least)) {
        total += *time;
        slowest = std::max(slowest, *time);
        ++timed;
      }
    }
  }
  if (timed > 0) {
    estimate.cell = (total + slowest * learning) / (timed + learning);
  }
  return estimate;
}

}  // namespace mec::cli
