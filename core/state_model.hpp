// Speeds [Hz] and bandwidths [bytes/s] of a scenario's network, drawn anew for each task, or once
// for all (StateRedraw). What devices share (servers, common channels) has one value for all of
// them only where states are fixed: a task's own draw is all its own. Channels that move are left
// at 0.
#pragma once

#include <cstdint>
#include <vector>

#include "core/network.hpp"
#include "core/random.hpp"
#include "core/scenario.hpp"
#include "core/state.hpp"

namespace mec {

class StateModel {
 public:
  StateModel(const Scenario& scenario, const RandomStreams& streams, std::uint32_t devices);

  [[nodiscard]] const Network& network() const { return network_; }
  /// The state that this device's next task meets; reuses the memory of `state`.
  void next(std::uint32_t device, StateSample& state);

 private:
  [[nodiscard]] StateSample draw(const DeviceGroup& group, RandomEngine& engine) const;
  void draw_into(const DeviceGroup& group, RandomEngine& engine, StateSample& state) const;
  void draw_shared(const RandomStreams& streams);
  [[nodiscard]] StateSample fixed_state(const DeviceGroup& group, RandomEngine& own) const;

  Network network_;
  StateSample shared_;                        // its speeds; rates are below
  std::vector<BytesPerSecond> shared_rates_;  // per channel
  std::vector<StateSample> fixed_;            // per device; empty: drawn for every task
  std::vector<RandomEngine> engines_;         // per device
};

}  // namespace mec
