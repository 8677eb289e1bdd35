// The paper's agent (Section 5.1, item 3): "features of samples serve as environment and offloading
// decisions serve as actions. Opposite number of latency acts as reward." An action is a whole
// placement, so an episode is one action, and Q(S, placement) is its expected reward; there is no
// next state, hence no target network.
//
// The reward is minus the cost over what the whole task costs on the device, cut at -1.5 (see
// relative_cost.hpp). Exploration: a placement at random with probability epsilon, else the best of
// all 3^n by the network; with each, the same with single subtasks moved, which tells the network
// what one move is worth. The simulator prices any placement, so these are actions like others.
// Beyond seven subtasks the network's own choice is tried more seldom, for it costs 3^n values.
#pragma once

#include <memory>

#include "policies/drl/deep_q.hpp"
#include "policies/learning/training/samples.hpp"

namespace mec::drl {

/// The samples must outlive the agent. Those of `validation` are not learned from.
[[nodiscard]] std::unique_ptr<DeepQAgent> placement_agent(const learning::SampleSet& samples,
                                                          const learning::SampleSet& validation,
                                                          const DeepQOptions& options);

}  // namespace mec::drl
