#include "policies/registry.hpp"

#include "policies/baseline_dil/baseline_dil.hpp"
#include "policies/best_constant/best_constant.hpp"
#include "policies/clairvoyant/clairvoyant.hpp"
#include "policies/cloud/cloud.hpp"
#include "policies/dil/dil.hpp"
#include "policies/drl/drl.hpp"
#include "policies/edge/edge.hpp"
#include "policies/forecast/forecast.hpp"
#include "policies/greedy/greedy.hpp"
#include "policies/kd_dil/kd_dil.hpp"
#include "policies/local/local.hpp"
#include "policies/online_dil/online_dil.hpp"
#include "policies/optimal/optimal.hpp"
#include "policies/queue_dil/queue_dil.hpp"
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
    all.add(forecast_policy());
    all.add(clairvoyant_policy());
    all.add(drl_policy());
    all.add(dil_policy());
    all.add(kd_dil_policy());
    all.add(baseline_dil_policy());
    all.add(online_dil_policy());
    all.add(queue_dil_policy());
    return all;
  }();
  return registry;
}

}  // namespace mec
