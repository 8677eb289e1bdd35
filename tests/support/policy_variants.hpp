// Every registered policy, once for each combination of its parameters' choices: what a conformance
// suite runs over.
#pragma once

#include <string>
#include <vector>

#include "policies/registry.hpp"

namespace mec::test {

inline std::string label(const PolicySpec& spec) {
  std::string text = spec.name;
  for (const auto& [name, value] : spec.parameters) {
    text.append(" ").append(name).append("=").append(value);
  }
  return text;
}

/// A new policy joins by being registered; nothing is to be added here.
inline std::vector<PolicySpec> every_variant() {
  std::vector<PolicySpec> all;
  for (const PolicyEntry& entry : policy_registry().entries()) {
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
    all.insert(all.end(), variants.begin(), variants.end());
  }
  return all;
}

/// A policy on the stream that a run of this seed would give it.
inline std::unique_ptr<Policy> make(const PolicySpec& spec, std::size_t sites = 3,
                                    std::uint64_t seed = 1) {
  return policy_registry().make(spec, RandomStreams(seed, 0), sites);
}

/// On the latency objective.
inline Placement decide(Policy& policy, const ChainTask& task, const SystemState& state) {
  return policy.decide({task.view(), state, state.seconds()});
}

}  // namespace mec::test
