// Least generalised cost of a chain behind queues: its latency, plus a toll for each second of
// service that it takes from a resource that others share. The toll stands for the delay that this
// imposes on them.
//
// Exact by exhaustive search. Dynamic programming keeps one label a site, that of least cost so
// far: exact without a toll (whoever arrives earlier ends no later) and without waiting (then costs
// add up); with both, a dearer way to a site that gets there earlier may have been the better one.
#pragma once

#include <vector>

#include "core/policy.hpp"
#include "core/solvers.hpp"

namespace mec {

class PricedSolver {
 public:
  /// `network` says which links and servers are shared, and which never make anybody wait; null:
  /// all sites but the device, and all links that do not touch it.
  PricedSolver(const Network* network, bool waits, double toll)
      : network_(network), waits_(waits), toll_(toll) {}

  /// In seconds.
  [[nodiscard]] Solution solve(const DecisionRequest& request) const;
  /// Throws std::invalid_argument beyond kMaxExhaustivePlacements.
  [[nodiscard]] Solution search(const DecisionRequest& request) const;
  /// What a placement of the request's task costs, in seconds.
  [[nodiscard]] double cost(const DecisionRequest& request, PlacementView placement) const;

 private:
  const Network* network_;
  bool waits_;
  double toll_;
};

}  // namespace mec
