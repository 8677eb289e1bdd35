// What every registered policy owes its caller where bandwidths move.
#include <algorithm>

#include "tests/catch.hpp"
#include "tests/support/moving_world.hpp"
#include "tests/support/policy_variants.hpp"

namespace mec {

namespace {

const PolicyAbilities& abilities_of(const PolicySpec& spec) {
  return policy_registry().find(spec.name).abilities;
}

std::vector<DecisionMoment> moments_of(const PolicySpec& spec) {
  if (abilities_of(spec).remainders) {
    return {DecisionMoment::task, DecisionMoment::subtask};
  }
  return {DecisionMoment::task};
}

std::unique_ptr<Policy> make_for(const PolicySpec& spec, Scenario scenario, DecisionMoment when,
                                 const Network& network) {
  scenario.decision.when = when;
  scenario.name += when == DecisionMoment::task ? ", tasks" : ", subtasks";
  return policy_registry().make(test::prepared(spec, scenario), RandomStreams(1, 0), 3, &network);
}

// Latencies of the first tasks, and no less than could be.
std::vector<double> latencies(const PolicySpec& spec, const Scenario& scenario,
                              DecisionMoment when) {
  CAPTURE(test::label(spec), scenario.name, when == DecisionMoment::task);
  RollOutWorld world(scenario, RandomStreams(7, 0));
  const auto policy = make_for(spec, scenario, when, world.network());
  std::vector<double> all;
  for (int i = 0; i < 60; ++i) {
    world.next();
    all.push_back(world.latency(*policy, when, abilities_of(spec).hindsight));
    REQUIRE(all.back() >= world.least_latency(0, kDevice, world.release()).cost * (1.0 - 1e-12));
  }
  return all;
}

}  // namespace

TEST_CASE("No policy beats the clairvoyant one, whenever it decides", "[policy][moving]") {
  for (const PolicySpec& spec : test::every_variant()) {
    for (const DecisionMoment when : moments_of(spec)) {
      latencies(spec, test::restless_scenario(), when);
    }
  }
}

TEST_CASE("Every policy decides alike on the same moving channel", "[policy][moving]") {
  for (const PolicySpec& spec : test::every_variant()) {
    for (const DecisionMoment when : moments_of(spec)) {
      CAPTURE(test::label(spec));
      REQUIRE(latencies(spec, test::gilbert_scenario(), when) ==
              latencies(spec, test::gilbert_scenario(), when));
    }
  }
}

TEST_CASE("The clairvoyant policy is the bound that it is said to be, whenever it decides",
          "[policy][moving][clairvoyant]") {
  for (const auto& scenario : {test::gilbert_scenario(), test::restless_scenario()}) {
    for (const DecisionMoment when : {DecisionMoment::task, DecisionMoment::subtask}) {
      RollOutWorld world(scenario, RandomStreams(8, 0));
      const auto policy = make_for({"clairvoyant", {}}, scenario, when, world.network());
      REQUIRE(test::ratio_to_clairvoyant(*policy, world, 300, when, true) ==
              Approx(1.0).epsilon(1e-9));
    }
  }
}

TEST_CASE("Policies that reckon in dates refuse any objective but latency",
          "[policy][clairvoyant][forecast][queues]") {
  Scenario scenario = test::gilbert_scenario();
  scenario.objective = {1.0, 0.5};
  RollOutWorld world(scenario, RandomStreams(1, 0));
  world.next();
  const std::vector<PolicySpec> specs = {{"clairvoyant", {}},
                                         {"forecast", {}},
                                         {"greedy", {{"queues", "wait"}}},
                                         {"optimal", {{"queues", "wait"}}},
                                         {"optimal", {{"toll", "0.5"}}}};
  for (const PolicySpec& spec : specs) {
    CAPTURE(test::label(spec));
    const auto policy = policy_registry().make(spec, RandomStreams(1, 0), 3, &world.network());
    REQUIRE_THROWS_AS(policy->decide(world.request(0, kDevice, world.release(), true)),
                      PolicyError);
  }
}

}  // namespace mec
