// The system state S without the task (paper, Section 3.2): seconds per cycle at each site, seconds
// per byte on each link, and, derived from the routes, seconds per byte between each two sites.
#pragma once

#include <boost/container/small_vector.hpp>
#include <limits>
#include <span>

#include "core/site_costs.hpp"
#include "core/topology.hpp"
#include "core/units.hpp"

namespace mec {

/// A site this fast computes in no time: the paper's cloud (Section 3.1).
inline constexpr Hertz kInfiniteSpeed{std::numeric_limits<double>::infinity()};

/// The paper's state in its own terms; b1 and b2 hold in both directions.
struct ThreeTierState {
  Hertz p1;
  Hertz p2;
  BytesPerSecond b1;
  BytesPerSecond b2;
  Hertz p3 = kInfiniteSpeed;  // cloud
};

/// Speeds of the sites [Hz] and rates of the links [bytes/s], as drawn for a task. The rate of a
/// link whose channel moves is 0 here: it is whatever the channel holds when it is looked at.
struct StateSample {
  boost::container::small_vector<Hertz, 4> speeds;
  boost::container::small_vector<BytesPerSecond, 6> rates;

  [[nodiscard]] Hertz speed(std::size_t site) const { return speeds[site]; }
  [[nodiscard]] BytesPerSecond link_rate(std::size_t link) const { return rates[link]; }

  StateSample() = default;
  /// Three sites and four links.
  StateSample(const ThreeTierState& state);  // NOLINT(google-explicit-constructor)
};

/// Of three sites and four links, b1 and b2 as they are upwards.
[[nodiscard]] ThreeTierState three_tier(const StateSample& sample);

class SystemState {
 public:
  /// `speeds[k]` of each site, `rates[l]` of each link; all > 0 (infinite allowed), else
  /// std::invalid_argument.
  SystemState(const Topology& topology, std::span<const Hertz> speeds,
              std::span<const BytesPerSecond> rates);
  explicit SystemState(const ThreeTierState& state);
  /// Of a sample without moving channels.
  SystemState(const Topology& topology, const StateSample& sample);

  [[nodiscard]] std::size_t sites() const { return seconds_.sites(); }
  [[nodiscard]] SecondsPerCycle seconds_per_cycle(std::size_t site) const {
    return SecondsPerCycle{seconds_.per_cycle(site)};
  }
  [[nodiscard]] SecondsPerByte seconds_per_byte(std::size_t from, std::size_t to) const {
    return SecondsPerByte{seconds_.per_byte(from, to)};
  }
  [[nodiscard]] Hertz speed(std::size_t site) const { return Hertz{rates_[site]}; }
  [[nodiscard]] BytesPerSecond link_rate(std::size_t link) const {
    return BytesPerSecond{rates_[sites() + link]};
  }
  /// The state as solver input for the latency objective, in seconds.
  [[nodiscard]] const SiteCosts& seconds() const { return seconds_; }

 private:
  SiteCosts seconds_;
  boost::container::small_vector<double, 7>
      rates_;  // as given: speeds [Hz], then link rates [bytes/s]
};

}  // namespace mec
