// Facts
//   name:       dil
//   decides:    what a network that was trained on optimally placed samples says
//   parameters: the network, its training, its samples: imitation_policy.hpp
//   cost:       O(parameters of the network)
//   reference:  Chen, Zeng, Yu, Chen 2020, Section 3.3; `head: per-subtask, features: raw, hidden:
//   256x5, soft_cost: 0` is its
//               network, which six of 17-256x5-3 make 1.6M parameters
#include "policies/dil/dil.hpp"

#include "policies/learning/learning_parameters.hpp"

namespace mec {

const learning::ImitationDefaults& dil_defaults() {
  static const learning::ImitationDefaults defaults = {
      .head = "plan",
      .features = "auto",
      .hidden = "128x2",
      .plans = "128",
      .samples = "100000",
      .samples_from = "scenario",
      .epochs = "40",
      .batch = "256",
      .rate = "0.002",
      .patience = "10",
      .soft_cost = "0.02",
      .regret = "0",
  };
  return defaults;
}

PolicyEntry dil_policy() {
  return {
      "dil",
      "a network trained on optimally placed samples (deep imitation learning)",
      "Chen, Zeng, Yu, Chen 2020, Section 3.3",
      learning::imitation_parameters(dil_defaults()),
      [](const PolicyContext& context) { return learning::make_imitation_policy("dil", context); },
      [](const PreparationContext& context) {
        return learning::prepare_imitation("dil", learning::SamplePart::labelled, context);
      },
      learning::kStaticAbilities};
}

}  // namespace mec
