#include "policies/learning/training/head.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "policies/learning/arithmetic/vector_math.hpp"
#include "policies/learning/training/chain_distribution.hpp"
#include "policies/learning/training/head_parts.hpp"

namespace mec::learning {

namespace {

constexpr double kColdest = 1e-9;  // temperature

}  // namespace

void event_costs(const SampleCosts& costs, double optimum, double cap, std::span<double> values) {
  const ChainLayout layout{costs.subtasks()};
  const std::size_t n = costs.subtasks();
  for (std::size_t t = 0; t < n; ++t) {
    for (std::size_t k = 0; k < kHeadSites; ++k) {
      double cost = costs.compute(t, k);
      cost += t == 0 ? costs.transfer(0, kDevice, k) : 0.0;
      cost += t + 1 == n ? costs.transfer(n, k, kDevice) : 0.0;
      values[layout.node(t, k)] = std::min(cost / optimum, cap);
    }
  }
  for (std::size_t t = 0; t + 1 < n; ++t) {
    for (std::size_t j = 0; j < kHeadSites; ++j) {
      for (std::size_t k = 0; k < kHeadSites; ++k) {
        values[layout.edge(t, j, k)] = std::min(costs.transfer(t + 1, j, k) / optimum, cap);
      }
    }
  }
}

double dot(std::span<const float> a, std::span<const float> b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  }
  return sum;
}

double group_cross_entropy(std::span<const float> scores, std::span<const float> target,
                           double temperature, double weight, std::span<float> gradient,
                           std::vector<float>& scratch) {
  scratch.assign(scores.begin(), scores.end());
  const auto inverse = static_cast<float>(1.0 / temperature);
  for (float& score : scratch) {
    score *= inverse;
  }
  const double dotted = dot(scratch, target);
  const double log_sum = softmax(scratch);
  const auto factor = static_cast<float>(weight / temperature);
  double mass = 0.0;
  for (std::size_t i = 0; i < scratch.size(); ++i) {
    gradient[i] += factor * (scratch[i] - target[i]);
    mass += static_cast<double>(target[i]);
  }
  return mass * log_sum - dotted;
}

std::unique_ptr<Head> make_head(HeadKind kind, std::size_t subtasks,
                                const std::vector<Placement>& plans) {
  switch (kind) {
    case HeadKind::per_subtask:
    case HeadKind::joint:
      return make_group_head(subtasks);
    case HeadKind::plan:
      return make_plan_head(subtasks, plans);
    case HeadKind::crf:
      return make_chain_head(subtasks);
    case HeadKind::value:
    case HeadKind::step:
    case HeadKind::site:
      break;
  }
  throw std::invalid_argument("this head is no distribution over placements");
}

void gibbs_scores(const SampleCosts& costs, double optimum, double temperature,
                  std::span<float> scores) {
  std::vector<double> relative(scores.size(), 0.0);
  if (optimum > 0.0) {
    event_costs(costs, optimum, std::numeric_limits<double>::infinity(), relative);
  }
  // A part of a thousand optima is as good as forbidden, and a float holds it. A colder divisor
  // would leave a float no room, and changes nothing: only the optimum is left.
  const double divisor = std::max(temperature, kColdest);
  std::transform(relative.begin(), relative.end(), scores.begin(), [divisor](double cost) {
    return static_cast<float>(-std::min(cost, 1e3) / divisor);
  });
}

}  // namespace mec::learning
