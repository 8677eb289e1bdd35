// Facts
//   name:       baseline-dil
//   decides:    what a small network that was trained on few optimally placed samples says
//   parameters: as dil's, other defaults
//   cost:       O(parameters of the network)
//   reference:  Chen, Zeng, Yu, Chen 2020, Section 5.2, item 1
#include "policies/baseline_dil/baseline_dil.hpp"

#include "policies/learning/learning_parameters.hpp"

namespace mec {

const learning::ImitationDefaults& student_defaults() {
  static const learning::ImitationDefaults defaults = {
      .head = "plan",
      .features = "auto",
      .hidden = "48x1",
      .plans = "48",
      .samples = "1000",
      .samples_from = "training",
      .epochs = "60",
      .batch = "64",
      .rate = "0.002",
      .patience = "60",
      .soft_cost = "0",
      .regret = "0",
  };
  return defaults;
}

PolicyEntry baseline_dil_policy() {
  return {"baseline-dil",
          "kd-dil's small network, trained on its few samples alone",
          "Chen, Zeng, Yu, Chen 2020, Section 5.2",
          learning::imitation_parameters(student_defaults()),
          [](const PolicyContext& context) {
            return learning::make_imitation_policy("baseline-dil", context);
          },
          [](const PreparationContext& context) {
            return learning::prepare_imitation("baseline-dil", learning::SamplePart::student,
                                               context);
          },
          learning::kStaticAbilities};
}

}  // namespace mec
