#include "scenarios/option_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "scenarios/text_file.hpp"

namespace mec {

namespace {

constexpr std::uint64_t kMostReplications = 10'000;
constexpr std::uint64_t kMostDevices = 100'000;
constexpr std::uint64_t kMostCores = 4'096;
constexpr std::uint64_t kMostTasks = 1'000'000'000;

std::uint32_t narrow(std::uint64_t value) { return static_cast<std::uint32_t>(value); }

void set_busy(Scenario& s, SiteIndex site, double watts) {
  s.energy.busy.resize(std::max<std::size_t>(s.energy.busy.size(), 2));
  s.energy.busy[static_cast<std::size_t>(site) - 1] = Watts{watts};
}

DistributionOption positive(Dimension dimension, void (*set)(Scenario&, const Distribution&),
                            Infinite infinite = Infinite::refused) {
  return {{dimension, true, infinite}, set};
}

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

std::vector<Option> network_options() {
  return {
      {"device.count", Need::optional, "1", "Number of devices.",
       IntegerOption{1, kMostDevices,
                     [](Scenario& s, std::uint64_t v) { s.network.devices = narrow(v); }}},
      {"device.speed", Need::always, "", "CPU speed p1 of a device.",
       positive(Dimension::speed,
                [](Scenario& s, const Distribution& v) { s.network.device_speed = v; })},
      {"edge.speed", Need::always, "", "CPU speed p2 of each core of the edge server.",
       positive(Dimension::speed,
                [](Scenario& s, const Distribution& v) { s.network.edge_speed = v; })},
      {"edge.cores", Need::optional, "1", "Cores of the edge server, which all devices share.",
       IntegerOption{1, kMostCores,
                     [](Scenario& s, std::uint64_t v) { s.network.edge_cores = narrow(v); }}},
      {"cloud.speed", Need::optional, "infinite",
       "CPU speed of each core of the cloud; `infinite` computes in no time.",
       positive(
           Dimension::speed, [](Scenario& s, const Distribution& v) { s.network.cloud_speed = v; },
           Infinite::allowed)},
      {"cloud.cores", Need::optional, "unlimited", "Cores of the cloud.",
       IntegerOption{1, kMostCores,
                     [](Scenario& s, std::uint64_t v) { s.network.cloud_cores = narrow(v); },
                     "unlimited"}},
      {"links.b1", Need::always, "",
       "Bandwidth between a device and the edge server, in each direction.",
       positive(Dimension::rate, [](Scenario& s, const Distribution& v) { s.network.b1 = v; })},
      {"links.b2", Need::always, "",
       "Bandwidth between the edge server and the cloud, in each direction.",
       positive(Dimension::rate, [](Scenario& s, const Distribution& v) { s.network.b2 = v; })},
      {"state", Need::optional, "per-task",
       "When speeds and bandwidths are drawn: anew for every task, or once a replication.",
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

std::vector<Option> decision_options() {
  return {
      {"decision.cost", Need::optional, "none",
       "What a decision costs in simulated time: nothing, the time that it took on this machine "
       "(not reproducible), or cycles at the deciding site: a number of them for all policies, or "
       "for each its own, from a file.",
       KeywordOption{{"none", "measured"},
                     [](Scenario& s, std::size_t word) {
                       if (word == 0) {
                         s.decision.cost = NoDecisionCost{};
                       } else {
                         s.decision.cost = MeasuredDecisionCost{};
                       }
                     },
                     [](Scenario& s) { s.decision.cost = CyclesDecisionCost{}; }}},
      {"decision.cost.cycles", Need::one_of_map, "", "CPU work of one decision.",
       QuantityOption{
           Dimension::work,
           [](Scenario& s, double v) { s.decision.cost = CyclesDecisionCost{Cycles{v}}; },
           BareNumber::allowed}},
      {"decision.cost.calibrated", Need::one_of_map, "",
       "CSV file of the cycles of each policy, as `mecsim bench decisions` writes it; the path "
       "starts at the scenario's folder.",
       PathOption{
           [](Scenario& s, const std::string& v) { s.decision.cost = CalibratedDecisionCost{v}; },
           "a CSV file of decision costs"}},
      {"decision.site", Need::optional, "device",
       "Where decisions are made, by policies whose parameter `at` does not say otherwise.",
       KeywordOption{
           {"device", "edge", "cloud"},
           [](Scenario& s, std::size_t word) { s.decision.site = static_cast<SiteIndex>(word); }}},
      {"decision.request", Need::optional, "0 B",
       "Data sent from the device to the deciding site before it decides.",
       QuantityOption{Dimension::data,
                      [](Scenario& s, double v) { s.decision.request = Bytes{v}; }}},
      {"decision.answer", Need::optional, "0 B",
       "Data sent back from the deciding site once it has decided.",
       QuantityOption{Dimension::data,
                      [](Scenario& s, double v) { s.decision.answer = Bytes{v}; }}},
      {"decision.bench", Need::optional, "no",
       "Whether a run also measures the decisions of every policy in a loop, into decisions.csv.",
       KeywordOption{{"no", "yes"},
                     [](Scenario& s, std::size_t word) { s.decision.bench = word == 1; }}},
  };
}

std::vector<Option> training_options() {
  const auto drawn = [](std::string key, std::string what, const DistributionRule& rule,
                        void (*set)(Scenario&, const Distribution&)) {
    return Option{"training." + std::move(key), Need::optional, "",
                  std::move(what) + " that policies learn from; the scenario's if left out.",
                  DistributionOption{rule, set}};
  };
  const DistributionRule speed{Dimension::speed, true};
  const DistributionRule rate{Dimension::rate, true};
  return {
      drawn("task.subtasks", "Number of subtasks", subtasks_rule(),
            [](Scenario& s, const Distribution& v) { s.training.subtasks = v; }),
      drawn("task.work", "CPU work of a subtask", {Dimension::work},
            [](Scenario& s, const Distribution& v) { s.training.work = v; }),
      drawn("task.data", "Size of a data flow", {Dimension::data},
            [](Scenario& s, const Distribution& v) { s.training.data = v; }),
      drawn("device.speed", "CPU speed of a device", speed,
            [](Scenario& s, const Distribution& v) { s.training.device_speed = v; }),
      drawn("edge.speed", "CPU speed of the edge server", speed,
            [](Scenario& s, const Distribution& v) { s.training.edge_speed = v; }),
      drawn("cloud.speed", "CPU speed of the cloud", {Dimension::speed, true, Infinite::allowed},
            [](Scenario& s, const Distribution& v) { s.training.cloud_speed = v; }),
      drawn("links.b1", "Bandwidth between device and edge server", rate,
            [](Scenario& s, const Distribution& v) { s.training.b1 = v; }),
      drawn("links.b2", "Bandwidth between edge server and cloud", rate,
            [](Scenario& s, const Distribution& v) { s.training.b2 = v; }),
  };
}

std::vector<Option> last_options() {
  using Numbers = std::map<std::string, double>;
  return {
      {"published.source", Need::optional, "", "The publication, in free text.",
       TextOption{[](Scenario& s, const std::string& v) { s.published.source = v; }}},
      {"published.latency", Need::optional, "",
       "Latency that it gives for this experiment, over the optimum.",
       PolicyNumbersOption{[](Scenario& s, const Numbers& v) { s.published.latency = v; }}},
      {"published.decision_time", Need::optional, "",
       "Time of a decision that it gives, over that of greedy.",
       PolicyNumbersOption{[](Scenario& s, const Numbers& v) { s.published.decision_time = v; }}},
      {"policies", Need::always, "",
       "The policies to compare: names, or one-key maps of a name to its parameters.",
       PoliciesOption{[](Scenario& s, const std::vector<PolicySpec>& v) { s.policies = v; }}},
  };
}

std::vector<Option> all_options() {
  std::vector<Option> all;
  for (auto part :
       {head_options, task_options, network_options, workload_options, objective_options,
        energy_options, decision_options, training_options, last_options}) {
    for (Option& option : part()) {
      all.push_back(std::move(option));
    }
  }
  return all;
}

}  // namespace

const std::vector<Option>& option_table() {
  static const std::vector<Option> table = all_options();
  return table;
}

const Option* find_option(std::string_view key) {
  const auto& table = option_table();
  const auto it =
      std::find_if(table.begin(), table.end(), [&](const Option& o) { return o.key == key; });
  return it == table.end() ? nullptr : &*it;
}

std::string join_key(std::string_view map_key, std::string_view name) {
  return map_key.empty() ? std::string(name) : fmt::format("{}.{}", map_key, name);
}

std::vector<std::string> names_in(std::string_view map_key) {
  const std::string prefix = join_key(map_key, "");
  std::vector<std::string> names;
  for (const Option& option : option_table()) {
    if (option.key.size() <= prefix.size() || !option.key.starts_with(prefix)) {
      continue;
    }
    const std::string rest = option.key.substr(prefix.size());
    const std::string name = rest.substr(0, rest.find('.'));
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
  }
  return names;
}

bool is_choice(std::string_view map_key) {
  const auto names = names_in(map_key);
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    const Option* option = find_option(join_key(map_key, name));
    return option != nullptr && option->need == Need::one_of_map;
  });
}

std::string_view map_summary(std::string_view map_key) {
  struct Summary {
    std::string_view key;
    std::string_view text;
  };
  static constexpr Summary kSummaries[] = {
      {"", "A scenario: what is simulated, and which policies are compared on it."},
      {"task", "A task is a chain of subtasks with a data flow before, between and after them."},
      {"device", "The devices, on which tasks are born and end."},
      {"edge", "The edge server, one hop from the devices."},
      {"cloud", "The cloud, behind the edge server."},
      {"links", "The links: device -b1- edge -b2- cloud."},
      {"workload", "How many tasks there are, and when they are released."},
      {"objective", "Weights of the objective that policies minimise; not both 0."},
      {"energy", "Energy model."},
      {"decision", "What a decision costs, and where it is made."},
      {"decision.cost", "A cost in cycles: of every policy alike, or of each its own."},
      {"training", "What learning policies learn from, where it is not the scenario itself."},
      {"training.task", "Tasks to learn from."},
      {"training.device", "Devices to learn from."},
      {"training.edge", "The edge server to learn from."},
      {"training.cloud", "The cloud to learn from."},
      {"training.links", "The links to learn from."},
      {"published", "Values of a publication, drawn beside ours and never used otherwise."},
  };
  const auto* it = std::find_if(std::begin(kSummaries), std::end(kSummaries),
                                [&](const Summary& s) { return s.key == map_key; });
  return it == std::end(kSummaries) ? std::string_view() : it->text;
}

}  // namespace mec
