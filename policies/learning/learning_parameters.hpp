// Parameters that learned policies share: how they are declared, and what they mean for a scenario.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/policy.hpp"
#include "policies/learning/arithmetic/matmul.hpp"
#include "policies/learning/features/feature_schema.hpp"
#include "policies/learning/inference/fused_network.hpp"
#include "policies/learning/training/samples.hpp"

namespace mec::learning {

/// Most subtasks that a network is trained for: longer tasks are merged.
inline constexpr std::size_t kMostNetworkSubtasks = 16;
inline constexpr double kMostSamples = 1e7;

/// Policies that place whole tasks on the paper's three sites.
inline constexpr PolicyAbilities kStaticAbilities{.remainders = false, .any_sites = false};

/// Records of the policies' tables. `name` may carry a prefix: "teacher_samples".
[[nodiscard]] PolicyParameter features_parameter(const std::string& name,
                                                 const std::string& default_value);
[[nodiscard]] PolicyParameter samples_parameter(const std::string& name,
                                                const std::string& default_value,
                                                const std::string& summary);
[[nodiscard]] PolicyParameter samples_from_parameter(const std::string& default_value);
/// subtasks, train_seed, arithmetic, weights, model: every learned policy has these.
[[nodiscard]] std::vector<PolicyParameter> common_parameters();

/// Reads checked parameters.
[[nodiscard]] std::uint64_t whole(const PolicyParameters& parameters, const std::string& name);
[[nodiscard]] double number(const PolicyParameters& parameters, const std::string& name);
[[nodiscard]] Arithmetic arithmetic(const PolicyParameters& parameters);
[[nodiscard]] WeightPrecision weight_precision(const PolicyParameters& parameters);

/// Parameter `subtasks`; 0: the scenario's n where it is constant, else the middle of its range, at
/// most kMostNetworkSubtasks. 6, as in the paper, where that says nothing (unbounded lengths).
[[nodiscard]] std::size_t network_subtasks(const PolicyParameters& parameters,
                                           const Scenario& scenario);

/// Parameter `name`: auto (time for the latency objective, cost for others), raw, time or cost.
[[nodiscard]] FeatureSchema feature_schema(const PolicyParameters& parameters,
                                           const std::string& name, const Scenario& scenario);

/// The scenario itself, or with its `training` distributions: parameter `samples_from`.
[[nodiscard]] Scenario sample_scenario(const PolicyParameters& parameters,
                                       const Scenario& scenario);

/// "policy NAME: no model: ...", for `make` without a model.
[[nodiscard]] PolicyError no_model(const std::string& policy);

}  // namespace mec::learning
