#include "policies/learning/training/chain_distribution.hpp"

#include <algorithm>

#include "policies/learning/arithmetic/vector_math.hpp"

namespace mec::learning {

namespace {

constexpr std::size_t kSites = 3;

double exp_of(double x) { return static_cast<double>(exponential(static_cast<float>(x))); }

double log_sum_exp(const std::array<double, kSites>& x) {
  const double most = std::max({x[0], x[1], x[2]});
  return most + logarithm(exp_of(x[0] - most) + exp_of(x[1] - most) + exp_of(x[2] - most));
}

}  // namespace

ChainDistribution::ChainDistribution(std::size_t subtasks)
    : layout_{subtasks},
      scores_(layout_.size()),
      marginals_(layout_.size()),
      reach_(subtasks),
      leave_(subtasks) {}

double ChainDistribution::prepare(std::span<const float> scores, double temperature) {
  for (std::size_t i = 0; i < scores_.size(); ++i) {
    scores_[i] = static_cast<double>(scores[i]) / temperature;
  }
  sum_forward();
  sum_backward();
  log_sum_ = log_sum_exp(reach_.back());
  fill_marginals();
  return log_sum_;
}

void ChainDistribution::sum_forward() {
  for (std::size_t k = 0; k < kSites; ++k) {
    reach_[0][k] = scores_[layout_.node(0, k)];
  }
  for (std::size_t t = 1; t < layout_.subtasks; ++t) {
    for (std::size_t k = 0; k < kSites; ++k) {
      Row ways;
      for (std::size_t j = 0; j < kSites; ++j) {
        ways[j] = reach_[t - 1][j] + scores_[layout_.edge(t - 1, j, k)];
      }
      reach_[t][k] = log_sum_exp(ways) + scores_[layout_.node(t, k)];
    }
  }
}

void ChainDistribution::sum_backward() {
  leave_.back() = {};
  for (std::size_t t = layout_.subtasks - 1; t-- > 0;) {
    for (std::size_t j = 0; j < kSites; ++j) {
      Row ways;
      for (std::size_t k = 0; k < kSites; ++k) {
        ways[k] =
            scores_[layout_.edge(t, j, k)] + scores_[layout_.node(t + 1, k)] + leave_[t + 1][k];
      }
      leave_[t][j] = log_sum_exp(ways);
    }
  }
}

void ChainDistribution::fill_marginals() {
  for (std::size_t t = 0; t < layout_.subtasks; ++t) {
    for (std::size_t k = 0; k < kSites; ++k) {
      marginals_[layout_.node(t, k)] = exp_of(reach_[t][k] + leave_[t][k] - log_sum_);
    }
  }
  for (std::size_t t = 0; t + 1 < layout_.subtasks; ++t) {
    for (std::size_t j = 0; j < kSites; ++j) {
      for (std::size_t k = 0; k < kSites; ++k) {
        const std::size_t edge = layout_.edge(t, j, k);
        marginals_[edge] = exp_of(reach_[t][j] + scores_[edge] + scores_[layout_.node(t + 1, k)] +
                                  leave_[t + 1][k] - log_sum_);
      }
    }
  }
}

void ChainDistribution::marginals(std::span<float> values) const {
  std::transform(marginals_.begin(), marginals_.end(), values.begin(),
                 [](double p) { return static_cast<float>(p); });
}

double ChainDistribution::expectation(std::span<const double> costs, std::span<double> gradient) {
  const std::size_t n = layout_.subtasks;
  // Expected cost of what lies before (and at) a site, and after it, given that the chain is there.
  // reach_ and leave_ have served.
  for (std::size_t k = 0; k < kSites; ++k) {
    reach_[0][k] = costs[layout_.node(0, k)];
  }
  for (std::size_t t = 1; t < n; ++t) {
    for (std::size_t k = 0; k < kSites; ++k) {
      double sum = 0.0;
      double mass = 0.0;
      for (std::size_t j = 0; j < kSites; ++j) {
        const std::size_t edge = layout_.edge(t - 1, j, k);
        sum += marginals_[edge] * (reach_[t - 1][j] + costs[edge]);
        mass += marginals_[edge];
      }
      reach_[t][k] = (mass > 0.0 ? sum / mass : 0.0) + costs[layout_.node(t, k)];
    }
  }
  leave_.back() = {};
  for (std::size_t t = n - 1; t-- > 0;) {
    for (std::size_t j = 0; j < kSites; ++j) {
      double sum = 0.0;
      double mass = 0.0;
      for (std::size_t k = 0; k < kSites; ++k) {
        const std::size_t edge = layout_.edge(t, j, k);
        sum += marginals_[edge] * (costs[edge] + costs[layout_.node(t + 1, k)] + leave_[t + 1][k]);
        mass += marginals_[edge];
      }
      leave_[t][j] = mass > 0.0 ? sum / mass : 0.0;
    }
  }
  double expected = 0.0;
  for (std::size_t k = 0; k < kSites; ++k) {
    expected += marginals_[layout_.node(n - 1, k)] * reach_.back()[k];
  }
  for (std::size_t t = 0; t < n; ++t) {
    for (std::size_t k = 0; k < kSites; ++k) {
      const std::size_t node = layout_.node(t, k);
      gradient[node] = marginals_[node] * (reach_[t][k] + leave_[t][k] - expected);
    }
  }
  for (std::size_t t = 0; t + 1 < n; ++t) {
    for (std::size_t j = 0; j < kSites; ++j) {
      for (std::size_t k = 0; k < kSites; ++k) {
        const std::size_t edge = layout_.edge(t, j, k);
        gradient[edge] =
            marginals_[edge] * (reach_[t][j] + costs[edge] + costs[layout_.node(t + 1, k)] +
                                leave_[t + 1][k] - expected);
      }
    }
  }
  return expected;
}

}  // namespace mec::learning
