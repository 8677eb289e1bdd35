// For policies that reckon in dates, and so can minimise nothing but latency.
#pragma once

#include <algorithm>
#include <string>

#include "core/policy.hpp"

namespace mec {

/// Throws PolicyError if the request asks for another objective. `who`: "policy clairvoyant".
inline void require_latency(const DecisionRequest& request, const char* who) {
  const SiteCosts& seconds = request.state.seconds();
  if (&request.costs == &seconds) {
    return;
  }
  const std::size_t values = seconds.sites() * (seconds.sites() + 1);
  if (!std::equal(seconds.per_cycle_data(), seconds.per_cycle_data() + values,
                  request.costs.per_cycle_data())) {
    throw PolicyError(std::string(who) + " minimises latency only; expected objective: latency");
  }
}

}  // namespace mec
