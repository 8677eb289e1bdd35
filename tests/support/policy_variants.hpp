// Every registered policy with every choice of its parameters, ready to decide: what a conformance
// suite runs over. Those that learn first learn from a few samples of the paper's, once a process.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/network.hpp"
#include "policies/registry.hpp"
#include "tests/support/paper_scenario.hpp"
#include "tests/support/scratch.hpp"

namespace mec::test {

inline std::string label(const PolicySpec& spec) {
  std::string text = spec.name;
  for (const auto& [name, value] : spec.parameters) {
    text.append(" ").append(name).append("=").append(value);
  }
  return text;
}

/// All combinations of the choices of the parameters.
inline std::vector<PolicySpec> every_combination(const PolicyEntry& entry) {
  std::vector<PolicySpec> variants = {{entry.name, {}}};
  for (const PolicyParameter& parameter : entry.parameters) {
    std::vector<PolicySpec> longer;
    for (const PolicySpec& spec : variants) {
      for (const std::string& choice : parameter.choices) {
        longer.push_back(spec);
        longer.back().parameters[parameter.name] = choice;
      }
    }
    variants = longer.empty() ? variants : longer;
  }
  return variants;
}

/// Of the parameters that say how much is learned, those that the policy has, made so small that it
/// learns in a moment. What it then decides is valid, but not good.
inline PolicySpec quick_to_learn(const PolicyEntry& entry) {
  static const PolicyParameters small = {{"samples", "300"},
                                         {"epochs", "2"},
                                         {"steps", "20"},
                                         {"batch", "64"},
                                         {"hidden", "8x1"},
                                         {"plans", "8"},
                                         {"replay", "500"},
                                         {"unlabelled", "200"},
                                         {"teacher_samples", "300"},
                                         {"teacher_epochs", "2"},
                                         {"teacher_batch", "64"},
                                         {"teacher_hidden", "8x1"},
                                         {"validation_tasks", "40"},
                                         {"validation_samples", "100"}};
  PolicySpec spec{entry.name, {}};
  for (const PolicyParameter& parameter : entry.parameters) {
    const auto it = small.find(parameter.name);
    if (it != small.end()) {
      spec.parameters.insert(*it);
    }
  }
  return spec;
}

/// The defaults, and every choice of every parameter with the defaults of the others: all
/// combinations are too many where each is learned anew.
inline std::vector<PolicySpec> one_choice_at_a_time(const PolicyEntry& entry) {
  std::vector<PolicySpec> variants = {quick_to_learn(entry)};
  for (const PolicyParameter& parameter : entry.parameters) {
    for (const std::string& choice : parameter.choices) {
      if (choice != parameter.default_value) {
        variants.push_back(variants.front());
        variants.back().parameters[parameter.name] = choice;
      }
    }
  }
  return variants;
}

/// A new policy joins by being registered; nothing is to be added here.
inline std::vector<PolicySpec> every_variant() {
  std::vector<PolicySpec> all;
  for (const PolicyEntry& entry : policy_registry().entries()) {
    const auto variants = entry.prepare ? one_choice_at_a_time(entry) : every_combination(entry);
    all.insert(all.end(), variants.begin(), variants.end());
  }
  return all;
}

/// What `spec` is after learning on a scenario, by default the paper's. All queues are seen there:
/// some policies must have them to look at. Learns once a process.
inline PolicySpec prepared(const PolicySpec& spec, Scenario scenario = paper_scenario(1)) {
  scenario.observation.backlog = ObservationModel::Backlog::all;
  static const Scratch cache;
  static std::map<std::string, PolicySpec> known;
  const std::string key = scenario.name + " " + label(spec);
  const auto it = known.find(key);
  if (it != known.end()) {
    return it->second;
  }
  PreparationObserver silent;
  const std::atomic<bool> stop{false};
  PolicySpec ready =
      policy_registry().prepare(spec, scenario, nullptr, cache.path().string(), silent, stop);
  known[key] = ready;
  return ready;
}

/// A policy, ready to decide, on the stream that a run of this seed would give it. It knows the
/// paper's network, or none if it has another number of sites.
inline std::unique_ptr<Policy> make(const PolicySpec& spec, std::size_t sites = 3,
                                    std::uint64_t seed = 1) {
  static const Network network = build_network(paper_scenario(1).network, 1);
  return policy_registry().make(prepared(spec), RandomStreams(seed, 0), sites,
                                sites == 3 ? &network : nullptr);
}

/// On the latency objective.
inline Placement decide(Policy& policy, const ChainTask& task, const SystemState& state,
                        const Topology& topology = three_tier_topology()) {
  return policy.decide(
      {.task = task.view(), .state = state, .costs = state.seconds(), .topology = topology});
}

}  // namespace mec::test
