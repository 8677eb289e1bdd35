// What dil, kd-dil and baseline-dil share: their parameters, their preparation, and the policy that
// a trained network is. They differ in defaults, and in having a teacher.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/policy.hpp"
#include "policies/learning/training/imitation.hpp"

namespace mec::learning {

/// Defaults of the parameters of one network's training.
struct ImitationDefaults {
  std::string head;
  std::string features;
  std::string hidden;
  std::string plans;
  std::string samples;
  std::string samples_from;
  std::string epochs;
  std::string batch;
  std::string rate;
  std::string patience;
  std::string soft_cost;
  std::string regret;
};

/// head, features, hidden, plans, samples, samples_from, epochs, batch, rate, patience, validation,
/// soft_cost, regret, and the common parameters.
[[nodiscard]] std::vector<PolicyParameter> imitation_parameters(const ImitationDefaults& defaults);

[[nodiscard]] ImitationOptions imitation_options(const std::string& policy,
                                                 const PolicyParameters& parameters);

/// Streams of samples (SampleRequest::part): no two sets share one.
enum class SamplePart : std::uint64_t { labelled = 0, unlabelled = 1, student = 2 };

/// Trains without a teacher, or finds the model in the cache, or takes the one given; warns of
/// scenarios unlike its samples. Returns `parameters` with `model` filled in.
[[nodiscard]] PolicyParameters prepare_imitation(const std::string& policy, SamplePart part,
                                                 const PreparationContext& context);

/// The model that parameter `model` names, and the file to make the policy from: the same, or, for
/// one without our metadata (ForeignModel), a copy in the cache that has it. Throws UserError if
/// its head is none of a distribution.
struct GivenModel {
  Model model;
  std::string path;
};
[[nodiscard]] GivenModel given_model(const std::string& policy, const PreparationContext& context);

/// The policy: a Decider over the model that `context.parameters` name.
[[nodiscard]] std::unique_ptr<Policy> make_imitation_policy(const std::string& policy,
                                                            const PolicyContext& context);

}  // namespace mec::learning
