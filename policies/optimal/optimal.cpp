// Facts
//   name:       optimal
//   decides:    a placement of least cost on the snapshot
//   parameters: solver = auto | dp | exhaustive; auto is dp: exact for every chain, and the fastest
//   cost:       dp O(n K^2); exhaustive O(K^n), as the paper's
//   reference:  Chen, Zeng, Yu, Chen 2020, Section 5.1, item 1
#include "policies/optimal/optimal.hpp"

#include "core/solvers.hpp"

namespace mec {

namespace {

class OptimalPolicy final : public Policy {
 public:
  using Solver = Solution (*)(const SiteCosts&, ChainView);
  explicit OptimalPolicy(Solver solver) : solver_(solver) {}

  Placement decide(const DecisionRequest& request) override {
    try {
      return solver_(request.costs, request.task).placement;
    } catch (const std::invalid_argument& error) {
      throw PolicyError(std::string("policy optimal: ") + error.what());
    }
  }

 private:
  Solver solver_;
};

}  // namespace

PolicyEntry optimal_policy() {
  return {"optimal",
          "least cost on the snapshot, exactly",
          "Chen, Zeng, Yu, Chen 2020, Section 5.1",
          {{"solver",
            PolicyParameter::Type::text,
            "auto",
            "dp: dynamic programming; exhaustive: all K^n placements, as in the paper; auto: dp",
            {"auto", "dp", "exhaustive"}}},
          [](const PolicyContext& context) -> std::unique_ptr<Policy> {
            const bool search = context.parameters.at("solver") == "exhaustive";
            return std::make_unique<OptimalPolicy>(search ? solve_exhaustive : solve_dp);
          }};
}

}  // namespace mec
