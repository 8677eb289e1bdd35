#include "policies/constant/constant.hpp"

#include <fmt/format.h>

namespace mec {

namespace {

class ConstantPolicy final : public Policy {
 public:
  explicit ConstantPolicy(SiteIndex site) : site_(site) {}
  Placement decide(const DecisionRequest& request) override {
    return Placement(request.task.size(), site_);
  }

 private:
  SiteIndex site_;
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
          }};
}

}  // namespace mec
