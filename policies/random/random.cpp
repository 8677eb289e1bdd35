// Facts
//   name:       random
//   decides:    I_t uniform over all sites, independently
//   parameters: none; draws from the stream "policy.random"
//   reference:  Chen, Zeng, Yu, Chen 2020, Section 5.1
#include "policies/random/random.hpp"

#include <boost/random/uniform_int_distribution.hpp>

namespace mec {

namespace {

class RandomPolicy final : public Policy {
 public:
  RandomPolicy(RandomEngine engine, std::size_t sites)
      : engine_(engine), site_(0, static_cast<unsigned>(sites - 1)) {}

  Placement decide(const DecisionRequest& request) override {
    Placement placement(request.task.size());
    for (SiteIndex& site : placement) {
      site = static_cast<SiteIndex>(site_(engine_));
    }
    return placement;
  }

 private:
  RandomEngine engine_;
  boost::random::uniform_int_distribution<unsigned> site_;
};

}  // namespace

PolicyEntry random_policy() {
  return {"random",
          "each subtask on a site drawn uniformly",
          "Chen, Zeng, Yu, Chen 2020, Section 5.1",
          {},
          [](const PolicyContext& context) -> std::unique_ptr<Policy> {
            return std::make_unique<RandomPolicy>(context.random, context.sites);
          }};
}

}  // namespace mec
