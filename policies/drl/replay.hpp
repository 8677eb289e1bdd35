// Replay memory: the latest experiences, drawn from uniformly (Lin, "Self-improving reactive agents
// based on reinforcement learning, planning and teaching", Machine Learning 8, 1992).
#pragma once

#include <algorithm>
#include <boost/random/uniform_int_distribution.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/errors.hpp"
#include "core/random.hpp"
#include "policies/drl/named_state.hpp"

namespace mec::drl {

/// A sample, and what was done there as a number of the agent's own. States and costs follow from
/// these two, so a memory is eight bytes. Both are below 2^24: a checkpoint holds them as floats.
struct Experience {
  std::uint32_t sample = 0;
  std::uint32_t action = 0;
};

class Replay {
 public:
  explicit Replay(std::size_t capacity) : capacity_(capacity) {}

  /// In place of the oldest when full.
  void remember(Experience experience) {
    if (memory_.size() < capacity_) {
      memory_.push_back(experience);
    } else {
      memory_[oldest_] = experience;
      oldest_ = (oldest_ + 1) % capacity_;
    }
  }

  /// Of those remembered; there must be one.
  [[nodiscard]] const Experience& draw(RandomEngine& random) const {
    return memory_[boost::random::uniform_int_distribution<std::size_t>(
        0, memory_.size() - 1)(random)];
  }

  void save(StateWriter& state) const {
    std::vector<float> samples;
    std::vector<float> actions;
    for (const Experience& experience : memory_) {
      samples.push_back(static_cast<float>(experience.sample));
      actions.push_back(static_cast<float>(experience.action));
    }
    state.put("replay.samples", samples);
    state.put("replay.actions", actions);
    state.put("replay.oldest", static_cast<std::uint64_t>(oldest_));
  }

  /// Throws UserError for a memory that does not fit: another capacity, or samples or actions that
  /// are not below these bounds.
  void restore(const StateReader& state, std::size_t samples, std::uint32_t actions) {
    const std::vector<float>& of_sample = state.values("replay.samples");
    const std::vector<float>& of_action = state.values("replay.actions");
    const std::uint64_t oldest = state.whole("replay.oldest");
    const auto below = [](const std::vector<float>& values, std::size_t bound) {
      return std::all_of(values.begin(), values.end(),
                         [bound](float x) { return x >= 0.0F && x < static_cast<float>(bound); });
    };
    if (of_sample.empty() || of_sample.size() != of_action.size() || of_sample.size() > capacity_ ||
        oldest >= of_sample.size() || !below(of_sample, samples) || !below(of_action, actions)) {
      throw UserError("a checkpoint with a replay memory of another training");
    }
    memory_.clear();
    for (std::size_t i = 0; i < of_sample.size(); ++i) {
      memory_.push_back(
          {static_cast<std::uint32_t>(of_sample[i]), static_cast<std::uint32_t>(of_action[i])});
    }
    oldest_ = oldest;
  }

 private:
  std::size_t capacity_;
  std::size_t oldest_ = 0;
  std::vector<Experience> memory_;
};

}  // namespace mec::drl
