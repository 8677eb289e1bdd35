// Facts
//   names:      local, edge, cloud
//   decides:    I_t = 0 (1, 2) for every t
//   parameters: none
//   reference:  Chen, Zeng, Yu, Chen 2020, Section 5.1
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

PolicyEntry entry(const char* name, SiteIndex site, const char* summary) {
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

}  // namespace

PolicyEntry local_policy() { return entry("local", kDevice, "every subtask on the device"); }
PolicyEntry edge_policy() { return entry("edge", kEdge, "every subtask on the edge server"); }
PolicyEntry cloud_policy() { return entry("cloud", kCloud, "every subtask in the cloud"); }

}  // namespace mec
