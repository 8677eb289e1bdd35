// Facts
//   name:       best-constant
//   decides:    I_t = k for every t, k = argmin of the task's total cost, ties to the lowest site
//   parameters: none
//   cost:       O(n + K)
//   reference:  none in the paper; on its Section 5.1 samples it comes within 10 % of the optimum
#include "policies/best_constant/best_constant.hpp"

namespace mec {

namespace {

double total_work(ChainView task) {
  double cycles = 0.0;
  for (const Cycles work : task.work) {
    cycles += work.value();
  }
  return cycles;
}

class BestConstantPolicy final : public Policy {
 public:
  Placement decide(const DecisionRequest& request) override {
    const SiteCosts& costs = request.costs;
    const double cycles = total_work(request.task);
    const double input = request.task.data.front().value();
    const double output = request.task.data.back().value();
    double inner = 0.0;  // flows that stay on the site, which may have a price of its own
    for (std::size_t t = 1; t < request.task.size(); ++t) {
      inner += request.task.data[t].value();
    }
    SiteIndex choice = kDevice;
    double best = 0.0;
    for (std::size_t k = 0; k < costs.sites(); ++k) {
      const double cost = input * costs.per_byte(request.at, k) + cycles * costs.per_cycle(k) +
                          inner * costs.per_byte(k, k) + output * costs.per_byte(k, kDevice);
      if (k == 0 || cost < best) {
        best = cost;
        choice = static_cast<SiteIndex>(k);
      }
    }
    return Placement(request.task.size(), choice);
  }
};

}  // namespace

PolicyEntry best_constant_policy() {
  return {"best-constant",
          "the cheapest of all-on-one-site placements",
          "baseline of ours, after Chen, Zeng, Yu, Chen 2020, Section 5.1, \"Others\"",
          {},
          [](const PolicyContext&) -> std::unique_ptr<Policy> {
            return std::make_unique<BestConstantPolicy>();
          }};
}

}  // namespace mec
