// Moments to learn from: tasks and states as the scenario draws them, and queues that are made up.
//
// Of each moment it is drawn how busy it is: the probability that a resource is taken, uniform, and
// the mean time until such a one is free, from a tenth of what the task takes on its own to three
// times that, uniform in the logarithm. Then each resource is free, or taken for an exponential
// time. So quiet and crowded moments are both seen, whatever the load that the policy then makes.
//
// What nobody ever waits for (a server of unlimited cores, a medium that each transfer has alone),
// and what the scenario's observation does not show, is free. Two links of one medium wait alike.
// Ignores that queues of a real fleet depend on each other.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "core/network.hpp"
#include "core/policy.hpp"
#include "core/random.hpp"
#include "policies/learning/features/chain_fit.hpp"
#include "policies/learning/training/snapshots.hpp"

namespace mec::queued {

inline constexpr std::size_t kSites = 3;
inline constexpr std::size_t kLinks = 4;

struct Moment {
  ChainTask task;  // fitted to n subtasks
  StateSample state;
  std::array<double, kSites> site_wait{};  // seconds
  std::array<double, kLinks> link_wait{};
};

/// What a policy is asked at a moment, which must outlive this.
class MomentRequest {
 public:
  explicit MomentRequest(const Moment& moment);
  MomentRequest(const MomentRequest&) = delete;
  MomentRequest& operator=(const MomentRequest&) = delete;
  MomentRequest(MomentRequest&&) = delete;
  MomentRequest& operator=(MomentRequest&&) = delete;
  ~MomentRequest() = default;

  [[nodiscard]] const DecisionRequest& get() const { return request_; }

 private:
  SystemState state_;
  DecisionRequest request_;
};

class MomentSource {
 public:
  /// `count` moments of `subtasks` subtasks. Equal streams, equal moments.
  MomentSource(const Scenario& scenario, std::size_t subtasks, std::size_t count,
               const RandomStreams& streams);

  /// False at the end.
  bool next(Moment& moment);

 private:
  void draw_waits(Moment& moment);

  std::size_t subtasks_;
  std::array<bool, kSites> site_queues_{};
  std::array<bool, kLinks> link_queues_{};
  std::array<std::size_t, kLinks> first_of_medium_{};  // the first link that shares its medium
  learning::SnapshotSource source_;
  RandomEngine random_;
  WorkItem item_;
  learning::ChainFit fit_;
};

}  // namespace mec::queued
