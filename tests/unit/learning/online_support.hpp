// What tests of online-dil share: networks that say little, and the schema and policy of a
// scenario.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "policies/learning/inference/fused_network.hpp"
#include "policies/online_dil/moving_features.hpp"
#include "policies/registry.hpp"
#include "tests/support/moving_world.hpp"

namespace mec::online {

/// A network that says nothing, or what `bias` says.
inline learning::Mlp constant_network(std::size_t inputs, std::array<float, kSites> bias = {}) {
  learning::Mlp network;
  network.layers = {
      {inputs, kSites, std::vector<float>(inputs * kSites), {bias.begin(), bias.end()}}};
  return network;
}

inline learning::FusedNetwork fused(const learning::Mlp& network) {
  return {{network}, {}, learning::WeightPrecision::fp32, {}, {}};
}

inline learning::FeatureSchema schema_of(const Scenario& scenario) {
  return moving_schema(build_network(scenario.network, 1), scenario.observation.window);
}

inline std::unique_ptr<Policy> online_policy(const std::string& model, const Network& network) {
  return policy_registry().make({"online-dil", {{"model", model}}}, RandomStreams(1, 0), 3,
                                &network);
}

}  // namespace mec::online
