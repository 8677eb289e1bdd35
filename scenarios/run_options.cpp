// Options of what is run: tasks, workload, objective and energy.
#include <algorithm>
#include <limits>

#include "scenarios/option_parts.hpp"
#include "scenarios/text_file.hpp"

namespace mec {

namespace {

constexpr std::uint64_t kMostReplications = 10'000;
constexpr std::uint64_t kMostTasks = 1'000'000'000;

void set_busy(Scenario& s, SiteIndex site, double watts) {
  s.energy.busy.resize(std::max<std::size_t>(s.energy.busy.size(), 2));
  s.energy.busy[static_cast<std::size_t>(site) - 1] = Watts{watts};
}

}  // namespace

DistributionRule subtasks_rule() {
  return {Dimension::count, false, Infinite::refused, 1.0, static_cast<double>(kMaxSubtasks)};
}

std::vector<Option> head_options() {
  return {
      {"name", Need::optional, "",
       "Short name, which labels every row of the results; the file's name if left out.",
       TextOption{[](Scenario& s, const std::string& v) { s.name = v; }}},
      {"description", Need::optional, "", "What the scenario is about, in free text.",
       TextOption{[](Scenario& s, const std::string& v) { s.description = v; }}},
      {"seed", Need::optional, "1",
       "Seed of every random stream: the same seed gives the same results.",
       IntegerOption{0, std::numeric_limits<std::uint64_t>::max(),
                     [](Scenario& s, std::uint64_t v) { s.seed = v; }}},
      {"replications", Need::optional, "1",
       "How often each policy runs, each time on random streams of its own.",
       IntegerOption{1, kMostReplications,
                     [](Scenario& s, std::uint64_t v) { s.replications = narrow(v); }}},
  };
}

std::vector<Option> task_options() {
  return {
      {"task.subtasks", Need::optional, "6", "Number of subtasks of a task.",
       DistributionOption{subtasks_rule(),
                          [](Scenario& s, const Distribution& v) { s.task.subtasks = v; }}},
      {"task.work", Need::without_file, "", "CPU work of each subtask.",
       DistributionOption{{Dimension::work},
                          [](Scenario& s, const Distribution& v) { s.task.work = v; }}},
      {"task.data", Need::without_file, "",
       "Size of each data flow: the input, the flows between subtasks, and the output.",
       DistributionOption{{Dimension::data},
                          [](Scenario& s, const Distribution& v) { s.task.data = v; }}},
  };
}

std::vector<Option> state_options() {
  return {
      {"state", Need::optional, "per-task",
       "When speeds and bandwidths that do not move are drawn: anew for every task, or once a "
       "replication.",
       KeywordOption{{"per-task", "fixed"},
                     [](Scenario& s, std::size_t word) {
                       s.redraw = word == 0 ? StateRedraw::per_task : StateRedraw::fixed;
                     }}},
  };
}

std::vector<Option> workload_options() {
  return {
      {"workload.tasks", Need::optional, "1000",
       "Number of tasks over all devices; with a workload file, all of the file's unless given.",
       IntegerOption{1, kMostTasks,
                     [](Scenario& s, std::uint64_t v) {
                       s.workload.tasks = v;
                       s.workload.tasks_given = true;
                     }}},
      {"workload.arrivals", Need::optional, "closed-loop",
       "When tasks are released: each when the device's last one has finished, at random, at even "
       "intervals, or as the workload file says.",
       ArrivalsOption{[](Scenario& s, const Arrivals& v) { s.workload.arrivals = v; }}},
      {"workload.warmup", Need::optional, "0",
       "Tasks released before this date, or so many of the first ones, run but are not recorded.",
       QuantityOrCountOption{
           Dimension::time, [](Scenario& s, double v) { s.workload.warmup = Seconds{v}; }, "tasks",
           kMostTasks, [](Scenario& s, std::uint64_t v) { s.workload.warmup_tasks = v; }}},
      {"workload.until", Need::optional, "",
       "The run ends at this date, if not before; tasks in flight then are counted, not recorded.",
       QuantityOption{Dimension::time, [](Scenario& s, double v) { s.workload.until = Seconds{v}; },
                      BareNumber::only_zero, true}},
      {"workload.file", Need::optional, "",
       "CSV file of the tasks to run, instead of drawn ones; the path starts at the scenario's "
       "folder.",
       PathOption{[](Scenario& s, const std::string& v) { s.workload.file = v; },
                  "a workload file"}},
  };
}

std::vector<Option> objective_options() {
  return {
      {"objective", Need::optional, "latency",
       "What policies minimise: latency, energy, or a weighted sum of the two.",
       KeywordOption{{"latency", "energy"},
                     [](Scenario& s, std::size_t word) {
                       s.objective = word == 0 ? Objective{1.0, 0.0} : Objective{0.0, 1.0};
                     },
                     [](Scenario& s) {
                       s.objective = Objective{0.0, 0.0};
                     }}},
      {"objective.latency", Need::optional, "0", "Weight of a second of latency.",
       QuantityOption{Dimension::weight,
                      [](Scenario& s, double v) { s.objective.latency_weight = v; }}},
      {"objective.energy", Need::optional, "0", "Weight of a joule.",
       QuantityOption{Dimension::weight,
                      [](Scenario& s, double v) { s.objective.energy_weight = v; }}},
  };
}

std::vector<Option> energy_options() {
  const auto power = [](std::string key, std::string value, std::string summary,
                        void (*set)(Scenario&, double)) {
    return Option{"energy." + std::move(key), Need::optional, std::move(value), std::move(summary),
                  QuantityOption{Dimension::power, set}};
  };
  return {
      {"energy.kappa", Need::optional, "1e-28 J*s^2/cycle^3",
       "Switched capacitance: a device computes at kappa * speed^2 joules per cycle.",
       QuantityOption{Dimension::capacitance, [](Scenario& s, double v) { s.energy.kappa = v; }}},
      power("idle", "0.3 W", "Power of a device that neither computes nor sends nor receives.",
            [](Scenario& s, double v) { s.energy.idle = Watts{v}; }),
      power("transmit", "1.3 W", "Power of a device's radio while it sends.",
            [](Scenario& s, double v) { s.energy.transmit = Watts{v}; }),
      power("receive", "1.3 W", "Power of a device's radio while it receives.",
            [](Scenario& s, double v) { s.energy.receive = Watts{v}; }),
      power("edge_busy", "0 W", "Power charged to a task while the edge server computes for it.",
            [](Scenario& s, double v) { set_busy(s, kEdge, v); }),
      power("cloud_busy", "0 W", "Power charged to a task while the cloud computes for it.",
            [](Scenario& s, double v) { set_busy(s, kCloud, v); }),
  };
}

}  // namespace mec
