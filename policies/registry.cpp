#include "policies/registry.hpp"

#include "policies/best_constant/best_constant.hpp"
#include "policies/cloud/cloud.hpp"
#include "policies/edge/edge.hpp"
#include "policies/greedy/greedy.hpp"
#include "policies/local/local.hpp"
#include "policies/optimal/optimal.hpp"
#include "policies/random/random.hpp"

namespace mec {

const PolicyRegistry& policy_registry() {
  static const PolicyRegistry registry = [] {
    PolicyRegistry all;
    all.add(local_policy());
    all.add(edge_policy());
    all.add(cloud_policy());
    all.add(random_policy());
    all.add(greedy_policy());
    all.add(best_constant_policy());
    all.add(optimal_policy());
    return all;
  }();
  return registry;
}

}  // namespace mec
