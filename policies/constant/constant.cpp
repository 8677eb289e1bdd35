#include "policies/constant/constant.hpp"

#include <fmt/format.h>

namespace mec {

namespace {

class ConstantPolicy final : public Policy {
 public:
  explicit ConstantPolicy(SiteIndex role) : role_(role) {}
  Placement decide(const DecisionRequest& request) override {
    return Placement(request.task.size(), site_of(request.topology));
  }

 private:
  // In a network of another shape than the paper's, the edge is the nearest edge server.
  [[nodiscard]] SiteIndex site_of(const Topology& topology) const {
    return role_ == kEdge ? topology.edge_site() : role_ == kCloud ? topology.cloud_site() : role_;
  }

  SiteIndex role_;
};

}  // namespace

PolicyEntry constant_policy(const std::string& name, SiteIndex site, const std::string& summary) {
  return {name,
          summary,
          "Chen, Zeng, Yu, Chen 2020, Section 5.1",
          {},
          [name, site](const PolicyContext& context) -> std::unique_ptr<Policy> {
            if (site >= context.sites) {
              throw PolicyError(
                  fmt::format("policy {} needs {} sites, not {}", name, site + 1, context.sites));
            }
            return std::make_unique<ConstantPolicy>(site);
          },
          {},
          {.constant_site = site}};
}

}  // namespace mec
