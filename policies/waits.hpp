// Queues as a policy sees them: who comes to a server or a link at a date finds it busy until what
// waits there now has been served. Ignores what others will bring until then.
#pragma once

#include <algorithm>
#include <span>

#include "core/policy.hpp"

namespace mec {

/// Carriers for core/timed_dp.hpp; dates are seconds since the decision.
class SnapshotCarrier {
 public:
  explicit SnapshotCarrier(const SystemState& state) : state_(state) {}
  [[nodiscard]] double transfer(LinkIndex link, double bytes, double start) const {
    return start + bytes / state_.link_rate(link).value();
  }
  [[nodiscard]] double compute(std::size_t site, double cycles, double start) const {
    return start + cycles / state_.speed(site).value();
  }

 private:
  const SystemState& state_;
};

/// `Carrier`, behind the queues that are seen.
template <class Carrier>
class WaitingCarrier {
 public:
  WaitingCarrier(const Carrier& carrier, const Observation& observed)
      : carrier_(carrier), site_wait_(observed.site_wait), link_wait_(observed.link_wait) {}
  [[nodiscard]] double transfer(LinkIndex link, double bytes, double start) const {
    return carrier_.transfer(link, bytes, free_at(link_wait_, link, start));
  }
  [[nodiscard]] double compute(std::size_t site, double cycles, double start) const {
    return carrier_.compute(site, cycles, free_at(site_wait_, site, start));
  }

 private:
  static double free_at(std::span<const double> waits, std::size_t which, double start) {
    return waits.empty() ? start : std::max(start, waits[which]);
  }

  const Carrier& carrier_;
  std::span<const double> site_wait_;
  std::span<const double> link_wait_;
};

/// The parameter `queues` of the policies that may look at them.
[[nodiscard]] inline PolicyParameter queues_parameter() {
  return {"queues",
          PolicyParameter::Type::text,
          "ignore",
          "wait: who comes to a server or link waits for what is seen to queue there "
          "(observation.backlog), less the time until it gets there; latency only",
          {"ignore", "wait"}};
}
[[nodiscard]] inline bool looks_at_queues(const PolicyParameters& parameters) {
  return parameters.at("queues") == "wait";
}

}  // namespace mec
