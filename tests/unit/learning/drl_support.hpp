// What tests of policy drl share: problems whose optimum is plain, small trainings, and a registry
// of that policy alone.
#pragma once

#include <string>
#include <vector>

#include "policies/drl/drl.hpp"
#include "policies/learning/model/model_file.hpp"
#include "tests/support/policy_variants.hpp"
#include "tests/support/random_models.hpp"
#include "tests/unit/learning/training_support.hpp"

namespace mec::test {

/// Two subtasks of 1 Gcycle, flows of 1 to 2 MB. Alone on the device (100 MHz): 20 s.
inline Scenario plain_scenario() {
  Scenario scenario;
  scenario.task = {Constant{2}, Constant{1e9}, Uniform{1e6, 2e6}};
  scenario.network.device_speed = Constant{1e8};
  scenario.network.edge_speed = Constant{1e10};
  scenario.network.b1 = Constant{1e9};
  scenario.network.b2 = Constant{1.0};
  return scenario;
}

/// A training of a second's fraction.
inline PolicyParameters small_training(const std::string& method) {
  return {{"method", method}, {"samples", "50"},  {"steps", "300"}, {"batch", "32"},
          {"hidden", "16"},   {"replay", "2000"}, {"rate", "0.01"}, {"target_every", "20"}};
}

/// Prepares drl in a folder of its own, and makes it.
struct DrlPlace {
  Scratch folder;
  Witness witness;
  std::atomic<bool> stop{false};
  PolicyRegistry registry;

  DrlPlace() { registry.add(drl_policy()); }

  PolicySpec prepare(const PolicyParameters& parameters, const Scenario& scenario) {
    return registry.prepare({"drl", parameters}, scenario, nullptr, folder / "cache", witness,
                            stop);
  }
  [[nodiscard]] std::unique_ptr<Policy> make(const PolicyParameters& parameters,
                                             std::size_t sites = 3) const {
    return registry.make({"drl", parameters}, RandomStreams(1, 0), sites);
  }
  /// A model of random weights on disk.
  [[nodiscard]] std::string drawn_file(learning::HeadKind head, std::size_t subtasks = 6) const {
    RandomEngine random = engine("drl " + std::string(name_of(head)));
    std::string path = folder / (std::string(name_of(head)) + ".onnx");
    learning::save_model(drawn_model(random, head, time_features(subtasks), {16, 8}), path);
    return path;
  }
};

/// The message of the Error that `action` throws, or "nothing was thrown".
template <class Error, class Action>
std::string thrown_by(Action action) {
  try {
    static_cast<void>(action());
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace mec::test
