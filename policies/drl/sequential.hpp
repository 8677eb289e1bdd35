// The sequential agent: an episode is a chain, and step t chooses the site of subtask t.
//
// State: what is left of the chain, and the site that its data are on (step_features.hpp).
// Reward: minus what the step costs, over what the whole task costs on the device: the transfer to
// subtask t, its work, and at the last step the way home. Undiscounted, so the return of an episode
// is minus the cost of its placement. Rewards and values are cut at -1.5: the device alone costs 1,
// so no placement worth having is beyond, and a bad link cannot outweigh all else.
//
// Double deep Q-learning (van Hasselt, Guez, Silver, "Deep Reinforcement Learning with Double
// Q-learning", AAAI 2016) with a duelling head (dueling.hpp), Huber loss, replay, a target network,
// and rates of exploration and learning that fall. It knows no model of the system and no optimal
// placement: only what the actions it took have cost, and the states they led to.
#pragma once

#include <memory>

#include "policies/drl/deep_q.hpp"
#include "policies/learning/training/samples.hpp"

namespace mec::drl {

/// The samples must outlive the agent. Those of `validation` are not learned from.
[[nodiscard]] std::unique_ptr<DeepQAgent> sequential_agent(const learning::SampleSet& samples,
                                                           const learning::SampleSet& validation,
                                                           const DeepQOptions& options);

}  // namespace mec::drl
