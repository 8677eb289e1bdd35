// Scenarios whose access link moves, for tests of policies that plan or learn.
#pragma once

#include <vector>

#include "core/roll_out.hpp"
#include "tests/support/paper_scenario.hpp"

namespace mec::test {

/// Tasks as in Section 5.1; b1 is 2 MB/s or 0.3 MB/s for 3 s each on average, b2 3 MB/s.
inline Scenario gilbert_scenario() {
  Scenario scenario = paper_scenario(1);
  scenario.name = "gilbert";
  scenario.network.b1 =
      GilbertRate{Seconds{1}, BytesPerSecond{2e6}, BytesPerSecond{0.3e6}, Seconds{3}, Seconds{3}};
  scenario.network.b2 = Distribution{Constant{3e6}};
  scenario.decision.when = DecisionMoment::subtask;
  return scenario;
}

/// b1 has outages, and another channel for the way down; b2 moves as well.
inline Scenario restless_scenario() {
  Scenario scenario = gilbert_scenario();
  scenario.name = "restless";
  scenario.network.b1 = MarkovRate{
      Seconds{0.7},
      {BytesPerSecond{0}, BytesPerSecond{0.5e6}, BytesPerSecond{1e6}, BytesPerSecond{3e6}},
      {{0.5, 0.5, 0, 0}, {0.2, 0.4, 0.4, 0}, {0, 0.3, 0.4, 0.3}, {0, 0, 0.5, 0.5}}};
  scenario.network.b1_down = RedrawnRate{Seconds{0.5}, Uniform{0.1e6, 4e6}};
  scenario.network.b2 = GaussMarkovRate{Seconds{1}, BytesPerSecond{2e6},   BytesPerSecond{1e6},
                                        0.9,        BytesPerSecond{0.1e6}, BytesPerSecond{4e6}};
  return scenario;
}

/// Mean latency of a policy over the first `tasks` tasks of a world, relative to the clairvoyant
/// one's.
inline double ratio_to_clairvoyant(Policy& policy, RollOutWorld& world, int tasks,
                                   DecisionMoment when, bool hindsight = false) {
  double latency = 0.0;
  double least = 0.0;
  for (int i = 0; i < tasks; ++i) {
    world.next();
    latency += world.latency(policy, when, hindsight);
    least += world.least_latency(0, kDevice, world.release()).cost;
  }
  return latency / least;
}

}  // namespace mec::test
