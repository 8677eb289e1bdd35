// Facts
//   name:       optimal
//   decides:    a placement of least cost on the snapshot
//   parameters: solver = auto | dp | exhaustive; auto is dp: exact for every chain, and the fastest
//   cost:       dp O(n K^2); exhaustive O(K^n), as the paper's
//   reference:  Chen, Zeng, Yu, Chen 2020, Section 5.1, item 1
#include "policies/optimal/optimal.hpp"

#include <algorithm>
#include <optional>

#include "core/dp_batch.hpp"
#include "core/solvers.hpp"

namespace mec {

namespace {

class ExhaustivePolicy final : public Policy {
 public:
  Placement decide(const DecisionRequest& request) override {
    try {
      return solve_exhaustive(request.costs, request.task).placement;
    } catch (const std::invalid_argument& error) {
      throw PolicyError(std::string("policy optimal: ") + error.what());
    }
  }
};

class OptimalPolicy final : public Policy {
 public:
  Placement decide(const DecisionRequest& request) override {
    return solve_dp(request.costs, request.task).placement;
  }

  // Many tasks at once where they are alike: one a SIMD lane, the same placements.
  void decide_batch(std::span<const DecisionRequest> requests,
                    std::span<Placement> placements) override {
    if (!fits_batch(requests)) {
      Policy::decide_batch(requests, placements);
      return;
    }
    const std::size_t subtasks = requests.front().task.size();
    if (!batch_ || batch_->size() != requests.size() || batch_->subtasks() != subtasks) {
      batch_.emplace(subtasks, requests.size());
    }
    for (std::size_t i = 0; i < requests.size(); ++i) {
      batch_->set(i, requests[i].costs, requests[i].task);
    }
    batch_->solve();
    for (std::size_t i = 0; i < requests.size(); ++i) {
      placements[i] = batch_->placement(i);
    }
  }

 private:
  static bool fits_batch(std::span<const DecisionRequest> requests) {
    const std::size_t subtasks = requests.empty() ? 0 : requests.front().task.size();
    return subtasks >= 1 && subtasks <= ChainBatch::kMaxLength &&
           std::all_of(requests.begin(), requests.end(), [&](const DecisionRequest& request) {
             return request.task.size() == subtasks && request.costs.sites() == 3;
           });
  }

  std::optional<ChainBatch> batch_;
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
            if (context.parameters.at("solver") == "exhaustive") {
              return std::make_unique<ExhaustivePolicy>();
            }
            return std::make_unique<OptimalPolicy>();
          }};
}

}  // namespace mec
