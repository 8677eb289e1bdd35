// Facts
//   name:       greedy
//   decides:    I_t = argmin_j [ d_t c(I_{t-1}, j) + e_t s(j) ], ties to the lowest site
//   ignores:    what comes after, the return of the output included
//   parameters: queues = ignore | wait: where it would end first, behind the queues that are seen
//   cost:       O(n K)
//   reference:  Chen, Zeng, Yu, Chen 2020, Section 5.1, item 2
#include "policies/greedy/greedy.hpp"

#include <limits>

#include "core/timed_dp.hpp"
#include "policies/latency_only.hpp"
#include "policies/waits.hpp"

namespace mec {

namespace {

template <class Sites>
void place(Sites sites, const DecisionRequest& request, Placement& placement) {
  const double* per_cycle = request.costs.per_cycle_data();
  const double* per_byte = request.costs.per_byte_data();
  std::size_t at = request.at;
  for (std::size_t t = 0; t < request.task.size(); ++t) {
    const double data = request.task.data[t].value();
    const double work = request.task.work[t].value();
    const double* row = per_byte + at * sites();
    std::size_t choice = 0;
    double best = data * row[0] + work * per_cycle[0];
    for (std::size_t j = 1; j < sites(); ++j) {
      const double cost = data * row[j] + work * per_cycle[j];
      choice = cost < best ? j : choice;
      best = cost < best ? cost : best;
    }
    placement[t] = static_cast<SiteIndex>(choice);
    at = choice;
  }
}

class GreedyPolicy final : public Policy {
 public:
  Placement decide(const DecisionRequest& request) override {
    Placement placement(request.task.size(), boost::container::default_init);
    if (request.costs.sites() == 3) {
      place([] { return std::size_t{3}; }, request, placement);
    } else {
      place([count = request.costs.sites()] { return count; }, request, placement);
    }
    return placement;
  }
};

// Dates in place of costs.
class WaitingGreedyPolicy final : public Policy {
 public:
  Placement decide(const DecisionRequest& request) override {
    require_latency(request, "policy greedy with queues: wait");
    const SnapshotCarrier snapshot(request.state);
    const WaitingCarrier waiting(snapshot, request.observed);
    Placement placement(request.task.size(), boost::container::default_init);
    std::size_t at = request.at;
    double now = 0.0;
    for (std::size_t t = 0; t < placement.size(); ++t) {
      double first = std::numeric_limits<double>::infinity();
      std::size_t choice = 0;
      for (std::size_t j = 0; j < request.state.sites(); ++j) {
        const double there =
            carry(waiting, request.topology, at, j, request.task.data[t].value(), now);
        const double end = work_off(waiting, j, request.task.work[t].value(), there);
        choice = end < first ? j : choice;
        first = end < first ? end : first;
      }
      placement[t] = static_cast<SiteIndex>(choice);
      at = choice;
      now = first;
    }
    return placement;
  }
};

}  // namespace

PolicyEntry greedy_policy() {
  return {"greedy",
          "each subtask where it alone is cheapest, given the one before",
          "Chen, Zeng, Yu, Chen 2020, Section 5.1",
          {queues_parameter()},
          [](const PolicyContext& context) -> std::unique_ptr<Policy> {
            if (looks_at_queues(context.parameters)) {
              return std::make_unique<WaitingGreedyPolicy>();
            }
            return std::make_unique<GreedyPolicy>();
          }};
}

}  // namespace mec
