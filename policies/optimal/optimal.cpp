// Facts
//   name:       optimal
//   decides:    a placement of least cost on the snapshot
//   parameters: solver = auto | dp | exhaustive; auto is dp: exact for every chain, and the fastest
//               queues = ignore | wait, toll: of least cost behind the queues that are seen, with a
//               toll on what it takes from others (priced.hpp)
//   cost:       dp O(n K^2); exhaustive O(K^n), as the paper's
//   reference:  Chen, Zeng, Yu, Chen 2020, Section 5.1, item 1
#include "policies/optimal/optimal.hpp"

#include <algorithm>
#include <optional>

#include "core/dp_batch.hpp"
#include "core/solvers.hpp"
#include "core/text.hpp"
#include "policies/latency_only.hpp"
#include "policies/optimal/priced.hpp"
#include "policies/waits.hpp"

namespace mec {

namespace {

class ExhaustivePolicy final : public Policy {
 public:
  Placement decide(const DecisionRequest& request) override {
    try {
      return solve_exhaustive(request.costs, request.task, request.at).placement;
    } catch (const std::invalid_argument& error) {
      throw PolicyError(std::string("policy optimal: ") + error.what());
    }
  }
};

class OptimalPolicy final : public Policy {
 public:
  Placement decide(const DecisionRequest& request) override {
    return solve_dp(request.costs, request.task, request.at).placement;
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
             return request.task.size() == subtasks && request.costs.sites() == 3 &&
                    request.at == kDevice;
           });
  }

  std::optional<ChainBatch> batch_;
};

class PricedPolicy final : public Policy {
 public:
  PricedPolicy(const PricedSolver& solver, bool exhaustive)
      : solver_(solver), exhaustive_(exhaustive) {}

  Placement decide(const DecisionRequest& request) override {
    require_latency(request, "policy optimal with queues: wait or a toll");
    try {
      return (exhaustive_ ? solver_.search(request) : solver_.solve(request)).placement;
    } catch (const std::invalid_argument& error) {
      throw PolicyError(std::string("policy optimal: ") + error.what());
    }
  }

 private:
  PricedSolver solver_;
  bool exhaustive_;
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
            {"auto", "dp", "exhaustive"}},
           queues_parameter(),
           {"toll",
            PolicyParameter::Type::number,
            "0",
            "added to the latency for each second of service taken from a server or link that "
            "devices share, for the delay that this imposes on others; latency only",
            {},
            0,
            1e6}},
          [](const PolicyContext& context) -> std::unique_ptr<Policy> {
            const bool waits = looks_at_queues(context.parameters);
            const double toll = parse_double(context.parameters.at("toll")).value();
            if (waits || toll > 0.0) {
              return std::make_unique<PricedPolicy>(
                  PricedSolver(context.network, waits, toll),
                  context.parameters.at("solver") == "exhaustive");
            }
            if (context.parameters.at("solver") == "exhaustive") {
              return std::make_unique<ExhaustivePolicy>();
            }
            return std::make_unique<OptimalPolicy>();
          }};
}

}  // namespace mec
