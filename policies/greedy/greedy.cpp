// Facts
//   name:       greedy
//   decides:    I_t = argmin_j [ d_t c(I_{t-1}, j) + e_t s(j) ], ties to the lowest site
//   ignores:    what comes after, the return of the output included
//   parameters: none
//   cost:       O(n K)
//   reference:  Chen, Zeng, Yu, Chen 2020, Section 5.1, item 2
#include "policies/greedy/greedy.hpp"

namespace mec {

namespace {

template <class Sites>
void place(Sites sites, const DecisionRequest& request, Placement& placement) {
  const double* per_cycle = request.costs.per_cycle_data();
  const double* per_byte = request.costs.per_byte_data();
  std::size_t at = kDevice;
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

}  // namespace

PolicyEntry greedy_policy() {
  return {"greedy",
          "each subtask where it alone is cheapest, given the one before",
          "Chen, Zeng, Yu, Chen 2020, Section 5.1",
          {},
          [](const PolicyContext&) -> std::unique_ptr<Policy> {
            return std::make_unique<GreedyPolicy>();
          }};
}

}  // namespace mec
