// Options of those who decide: decisions, what is observed, training, and the policies.
#include <algorithm>
#include <limits>

#include "scenarios/option_parts.hpp"
#include "scenarios/text_file.hpp"

namespace mec {

namespace {

constexpr double kMostNoise = 10.0;  // exp(10 z) stays finite for every z a generator can draw
constexpr std::uint64_t kLongestWindow = 1'000;

}  // namespace

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
      {"decision.when", Need::optional, "task",
       "How often: once for a task, or before every subtask, for all that is left of the task.",
       KeywordOption{{"task", "subtask"},
                     [](Scenario& s, std::size_t word) {
                       s.decision.when = word == 0 ? DecisionMoment::task : DecisionMoment::subtask;
                     }}},
      {"decision.request", Need::optional, "0 B",
       "Data sent to the deciding site before it decides, from where the task is.",
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

std::vector<Option> observation_options() {
  const auto time = [](std::string key, std::string value, std::string summary,
                       void (*set)(Scenario&, double), bool positive = false) {
    return Option{"observation." + std::move(key), Need::optional, std::move(value),
                  std::move(summary),
                  QuantityOption{Dimension::time, set, BareNumber::only_zero, positive}};
  };
  return {
      time("age", "0 s", "Time from a measurement of bandwidth until policies know it.",
           [](Scenario& s, double v) { s.observation.age = Seconds{v}; }),
      time("period", "0 s", "Time between two measurements; 0: bandwidth is measured all the time.",
           [](Scenario& s, double v) { s.observation.period = Seconds{v}; }),
      {"observation.noise", Need::optional, "0",
       "Standard deviation of the logarithm of a measured bandwidth.",
       QuantityOption{Dimension::weight, [](Scenario& s, double v) { s.observation.noise = v; },
                      BareNumber::only_zero, false, kMostNoise}},
      {"observation.window", Need::optional, "10",
       "Measurements of bandwidth that policies remember, the latest included.",
       IntegerOption{1, kLongestWindow,
                     [](Scenario& s, std::uint64_t v) { s.observation.window = narrow(v); }}},
      time(
          "step", "1 s", "Time between two of those, where `period` is 0.",
          [](Scenario& s, double v) { s.observation.step = Seconds{v}; }, true),
      {"observation.backlog", Need::optional, "none",
       "Queues that policies know: none, the device's own (its CPU and the links that only it "
       "uses), or all.",
       KeywordOption{{"none", "own", "all"},
                     [](Scenario& s, std::size_t word) {
                       s.observation.backlog = static_cast<ObservationModel::Backlog>(word);
                     }}},
      time("backlog_period", "0 s",
           "Time between two announcements of shared queues; 0: known as they are.",
           [](Scenario& s, double v) { s.observation.backlog_period = Seconds{v}; }),
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
  const auto link = [](std::string key, std::string what,
                       void (*set)(Scenario&, const ChannelModel&)) {
    return Option{"training.links." + std::move(key), Need::optional, "",
                  "Bandwidth between " + std::move(what) +
                      " that policies learn from; the scenario's if left out.",
                  bandwidth_of(set)};
  };
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
      link("b1", "device and edge server",
           [](Scenario& s, const ChannelModel& v) { s.training.b1 = v; }),
      link("b2", "edge server and cloud",
           [](Scenario& s, const ChannelModel& v) { s.training.b2 = v; }),
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

}  // namespace mec
