// Facts
//   name:       clairvoyant
//   decides:    the placement that ends first on the bandwidths as they will be, exactly
//   ignores:    queues
//   parameters: none
//   cost:       O(n K^2) transfers over the true paths
//   reference:  none; no policy that runs could know what this one knows
#include "policies/clairvoyant/clairvoyant.hpp"

#include "core/timed_dp.hpp"
#include "policies/latency_only.hpp"

namespace mec {

namespace {

class ClairvoyantPolicy final : public Policy {
 public:
  Placement decide(const DecisionRequest& request) override {
    require_latency(request, "policy clairvoyant");
    const PathCarrier truth(request.state, request.future, request.now);
    return solve_timed_dp(truth, request.topology, request.task, request.at).placement;
  }
};

}  // namespace

PolicyEntry clairvoyant_policy() {
  return {.name = "clairvoyant",
          .summary = "knows all bandwidths to come: the least latency without queues",
          .reference = "bound of ours; a policy that sees the future cannot run",
          .parameters = {},
          .make = [](const PolicyContext&) -> std::unique_ptr<Policy> {
            return std::make_unique<ClairvoyantPolicy>();
          },
          .abilities = {.hindsight = true}};
}

}  // namespace mec
