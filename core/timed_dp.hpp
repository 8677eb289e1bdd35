// The chain placement problem where time matters: rates move while a task runs, or resources are
// busy for a while. Whoever arrives earlier nowhere ends later (links and servers are first come,
// first served), so the least latency follows from the earliest arrivals:
//
//   A_t(j) = min_i compute(j, work[t], transfer(i -> j, data[t], A_{t-1}(i))),
//
// O(n K^2) transfers. Dates are seconds since the decision.
//
// A carrier says how long things take:
//   double transfer(LinkIndex link, double bytes, double start)   end of a transfer over one link
//   double compute(std::size_t site, double cycles, double start)  end of a computation
// neither earlier than `start`, both non-decreasing in it.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>

#include "core/placement.hpp"
#include "core/rate_path.hpp"
#include "core/solvers.hpp"
#include "core/state.hpp"
#include "core/task.hpp"
#include "core/topology.hpp"

namespace mec {

/// Transfers over all links of a route, one after the other. Nothing to send takes no time.
template <class Carrier>
double carry(Carrier& carrier, const Topology& topology, std::size_t from, std::size_t to,
             double bytes, double start) {
  if (bytes > 0.0) {
    for (const LinkIndex link : topology.route(from, to)) {
      start = carrier.transfer(link, bytes, start);
    }
  }
  return start;
}

template <class Carrier>
double work_off(Carrier& carrier, std::size_t site, double cycles, double start) {
  return cycles > 0.0 ? carrier.compute(site, cycles, start) : start;
}

/// Earliest dates at which each site can have finished the first subtask, from `at`.
template <class Carrier>
Solution solve_timed_dp(Carrier& carrier, const Topology& topology, ChainView task, SiteIndex at,
                        double start = 0.0) {
  const std::size_t n = task.size();
  const std::size_t count = topology.site_count();
  constexpr double kNever = std::numeric_limits<double>::infinity();
  boost::container::small_vector<double, 8> arrival(count);
  boost::container::small_vector<double, 8> next(count);
  boost::container::small_vector<SiteIndex, 48> parents(n * count);
  for (std::size_t t = 0; t < n; ++t) {
    for (std::size_t j = 0; j < count; ++j) {
      double best = kNever;
      std::size_t from = t == 0 ? at : 0;
      const std::size_t last = t == 0 ? at : count - 1;
      for (std::size_t i = from; i <= last; ++i) {
        const double when = t == 0 ? start : arrival[i];
        const double here = carry(carrier, topology, i, j, task.data[t].value(), when);
        from = here < best ? i : from;
        best = here < best ? here : best;
      }
      next[j] = work_off(carrier, j, task.work[t].value(), best);
      parents[t * count + j] = static_cast<SiteIndex>(from);
    }
    std::swap(arrival, next);
  }
  std::size_t site = 0;
  double finish = kNever;
  for (std::size_t i = 0; i < count; ++i) {
    const double home = carry(carrier, topology, i, kDevice, task.data[n].value(), arrival[i]);
    site = home < finish ? i : site;
    finish = home < finish ? home : finish;
  }
  Solution solution{Placement(n, boost::container::default_init), finish - start};
  for (std::size_t t = n; t-- > 0;) {
    solution.placement[t] = static_cast<SiteIndex>(site);
    site = parents[t * count + site];
  }
  return solution;
}

/// The same, the first subtask being placed on `first`.
template <class Carrier>
Solution solve_timed_dp_via(Carrier& carrier, const Topology& topology, ChainView task,
                            SiteIndex at, SiteIndex first, double start = 0.0) {
  const double there = carry(carrier, topology, at, first, task.data[0].value(), start);
  const double done = work_off(carrier, first, task.work[0].value(), there);
  Solution solution{Placement(1, first), 0.0};
  if (task.size() == 1) {
    solution.cost = carry(carrier, topology, first, kDevice, task.data[1].value(), done) - start;
    return solution;
  }
  const ChainView rest{task.work.subspan(1), task.data.subspan(1)};
  const Solution after = solve_timed_dp(carrier, topology, rest, first, done);
  solution.placement.insert(solution.placement.end(), after.placement.begin(),
                            after.placement.end());
  solution.cost = done - start + after.cost;
  return solution;
}

/// When a placed task ends, in seconds after `start`.
template <class Carrier>
double time_placement(Carrier& carrier, const Topology& topology, ChainView task, SiteIndex at,
                      PlacementView placement, double start = 0.0) {
  double when = start;
  std::size_t site = at;
  for (std::size_t t = 0; t < placement.size(); ++t) {
    when = carry(carrier, topology, site, placement[t], task.data[t].value(), when);
    site = placement[t];
    when = work_off(carrier, site, task.work[t].value(), when);
  }
  return carry(carrier, topology, site, kDevice, task.data[task.size()].value(), when) - start;
}

/// The true rates: paths where they move, those of the state where not. For an exact lower bound of
/// any policy's latency. `State`: a SystemState or a StateSample.
template <class State>
class PathCarrier {
 public:
  /// `future[l]`: the path of link l, or null; may be empty. All must outlive this.
  PathCarrier(const State& state, std::span<RatePath* const> future, Seconds now)
      : state_(state), future_(future), now_(now) {}

  [[nodiscard]] double transfer(LinkIndex link, double bytes, double start) const {
    RatePath* path = future_.empty() ? nullptr : future_[link];
    if (path == nullptr) {
      return start + bytes / state_.link_rate(link).value();
    }
    if (std::isinf(start)) {
      return start;  // stuck on a link that is dead for ever
    }
    return start + service_time(*path, now_ + Seconds{start}, bytes).value();
  }
  [[nodiscard]] double compute(std::size_t site, double cycles, double start) const {
    return start + cycles / state_.speed(site).value();
  }

 private:
  const State& state_;
  std::span<RatePath* const> future_;
  Seconds now_;
};

}  // namespace mec
