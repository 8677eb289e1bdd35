#include "policies/queue_dil/plan_loss.hpp"

#include <boost/container/small_vector.hpp>

#include "policies/learning/arithmetic/vector_math.hpp"

namespace mec::queued {

double plan_loss(std::span<const float> scores, std::span<const float> costs,
                 const LossOptions& options, double weight, std::span<float> gradient) {
  using Values = boost::container::small_vector<float, 512>;
  Values p(scores.begin(), scores.end());
  Values q(costs.size(), boost::container::default_init);
  const auto inverse = static_cast<float>(-1.0 / options.soft_cost);
  for (std::size_t k = 0; k < q.size(); ++k) {
    q[k] = costs[k] * inverse;
  }
  const double log_sum = learning::softmax({p.data(), p.size()});
  learning::softmax({q.data(), q.size()});
  double expected = 0.0;
  double dotted = 0.0;
  for (std::size_t k = 0; k < p.size(); ++k) {
    expected += static_cast<double>(p[k]) * static_cast<double>(costs[k]);
    dotted += static_cast<double>(q[k]) * static_cast<double>(scores[k]);
  }
  const auto share = static_cast<float>(weight);
  const auto regret = static_cast<float>(weight * options.regret);
  const auto mean = static_cast<float>(expected);
  for (std::size_t k = 0; k < p.size(); ++k) {
    gradient[k] += share * (p[k] - q[k]) + regret * p[k] * (costs[k] - mean);
  }
  return log_sum - dotted + options.regret * (expected - 1.0);
}

}  // namespace mec::queued
