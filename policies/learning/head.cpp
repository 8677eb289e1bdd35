#include "policies/learning/head.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "policies/learning/chain_distribution.hpp"
#include "policies/learning/decode.hpp"
#include "policies/learning/vector_math.hpp"

namespace mec::learning {

namespace {

constexpr std::size_t kSites = 3;
constexpr double kMostRelativeCost = 10.0;
constexpr double kColdest = 1e-9;

// Costs of a chain's events in optima, laid out as a crf's scores. The flows at both ends belong to
// the first and the last subtask.
void event_costs(const SampleCosts& costs, double optimum, double cap, std::span<double> values) {
  const ChainLayout layout{costs.subtasks()};
  const std::size_t n = costs.subtasks();
  for (std::size_t t = 0; t < n; ++t) {
    for (std::size_t k = 0; k < kSites; ++k) {
      double cost = costs.compute(t, k);
      cost += t == 0 ? costs.transfer(0, kDevice, k) : 0.0;
      cost += t + 1 == n ? costs.transfer(n, k, kDevice) : 0.0;
      values[layout.node(t, k)] = std::min(cost / optimum, cap);
    }
  }
  for (std::size_t t = 0; t + 1 < n; ++t) {
    for (std::size_t j = 0; j < kSites; ++j) {
      for (std::size_t k = 0; k < kSites; ++k) {
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

std::size_t first_greatest(std::span<const float> values) {
  return static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

// Softmax cross-entropy of one group of scores; both in the units of `scores`.
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

// joint, per_subtask: independent subtasks.
class GroupHead final : public Head {
 public:
  explicit GroupHead(std::size_t subtasks)
      : subtasks_(subtasks), costs_(ChainLayout{subtasks}.size()) {}

  [[nodiscard]] std::size_t outputs() const override { return kSites * subtasks_; }

  void marginals(std::span<const float> scores, double temperature,
                 std::span<float> values) const override {
    const ChainLayout layout{subtasks_};
    for (std::size_t t = 0; t < subtasks_; ++t) {
      probabilities(scores, temperature, t, values.subspan(layout.node(t, 0), kSites));
    }
    for (std::size_t t = 0; t + 1 < subtasks_; ++t) {
      for (std::size_t j = 0; j < kSites; ++j) {
        for (std::size_t k = 0; k < kSites; ++k) {
          values[layout.edge(t, j, k)] = values[layout.node(t, j)] * values[layout.node(t + 1, k)];
        }
      }
    }
  }

  [[nodiscard]] double score(std::span<const float> scores,
                             PlacementView placement) const override {
    double sum = 0.0;
    for (std::size_t t = 0; t < subtasks_; ++t) {
      sum += static_cast<double>(scores[kSites * t + placement[t]]);
    }
    return sum;
  }

  void hard_target(const SampleCosts&, PlacementView optimal,
                   std::span<float> target) const override {
    std::fill(target.begin(), target.end(), 0.0F);
    for (std::size_t t = 0; t < subtasks_; ++t) {
      target[kSites * t + optimal[t]] = 1.0F;
    }
  }

  void soft_target(const Head& teacher, std::span<const float> teacher_scores, double temperature,
                   std::span<float> target) const override {
    scratch_.resize(ChainLayout{subtasks_}.size());
    teacher.marginals(teacher_scores, temperature, scratch_);
    std::copy_n(scratch_.begin(), target.size(), target.begin());
  }

  double cross_entropy(std::span<const float> scores, std::span<const float> target,
                       double temperature, double weight,
                       std::span<float> gradient) const override {
    double loss = 0.0;
    for (std::size_t t = 0; t < subtasks_; ++t) {
      loss += group_cross_entropy(scores.subspan(kSites * t, kSites),
                                  target.subspan(kSites * t, kSites), temperature, weight,
                                  gradient.subspan(kSites * t, kSites), scratch_);
    }
    return loss;
  }

  // E[cost] = sum_t p_t . c_t + sum_t p_t' C_t p_{t+1}; by the scores through each softmax.
  double regret(std::span<const float> scores, const SampleCosts& costs, double optimum,
                double weight, std::span<float> gradient) const override {
    if (!(optimum > 0.0)) {
      return 0.0;
    }
    const ChainLayout layout{subtasks_};
    event_costs(costs, optimum, kMostRelativeCost, costs_);
    scratch_.resize(layout.size());
    marginals(scores, 1.0, scratch_);
    double expected = 0.0;
    for (std::size_t t = 0; t < subtasks_; ++t) {
      double slope[kSites];
      double mean = 0.0;
      for (std::size_t k = 0; k < kSites; ++k) {
        slope[k] = costs_[layout.node(t, k)];
        expected += probability(t, k) * slope[k];
        for (std::size_t j = 0; j < kSites; ++j) {
          if (t > 0) {
            slope[k] += probability(t - 1, j) * costs_[layout.edge(t - 1, j, k)];
          }
          if (t + 1 < subtasks_) {
            const double cost = costs_[layout.edge(t, k, j)];
            slope[k] += probability(t + 1, j) * cost;
            expected += probability(t, k) * probability(t + 1, j) * cost;
          }
        }
        mean += probability(t, k) * slope[k];
      }
      for (std::size_t k = 0; k < kSites; ++k) {
        gradient[kSites * t + k] +=
            static_cast<float>(weight * probability(t, k) * (slope[k] - mean));
      }
    }
    return expected - 1.0;
  }

  void decode(std::span<const float> scores, std::span<SiteIndex> sites) const override {
    decode_sites(scores.data(), sites);
  }

 private:
  [[nodiscard]] double probability(std::size_t t, std::size_t k) const {
    return static_cast<double>(scratch_[kSites * t + k]);
  }

  static void probabilities(std::span<const float> scores, double temperature, std::size_t t,
                            std::span<float> values) {
    const auto inverse = static_cast<float>(1.0 / temperature);
    for (std::size_t k = 0; k < kSites; ++k) {
      values[k] = scores[kSites * t + k] * inverse;
    }
    softmax(values);
  }

  std::size_t subtasks_;
  mutable std::vector<float> scratch_;
  mutable std::vector<double> costs_;
};

class PlanHead final : public Head {
 public:
  PlanHead(std::size_t subtasks, std::vector<Placement> plans)
      : subtasks_(subtasks), plans_(std::move(plans)) {}

  [[nodiscard]] std::size_t outputs() const override { return plans_.size(); }

  void marginals(std::span<const float> scores, double temperature,
                 std::span<float> values) const override {
    const ChainLayout layout{subtasks_};
    temper(scores, temperature);
    std::fill(values.begin(), values.end(), 0.0F);
    for (std::size_t p = 0; p < plans_.size(); ++p) {
      for (std::size_t t = 0; t < subtasks_; ++t) {
        values[layout.node(t, plans_[p][t])] += scratch_[p];
        if (t + 1 < subtasks_) {
          values[layout.edge(t, plans_[p][t], plans_[p][t + 1])] += scratch_[p];
        }
      }
    }
  }

  [[nodiscard]] double score(std::span<const float> scores,
                             PlacementView placement) const override {
    for (std::size_t p = 0; p < plans_.size(); ++p) {
      if (std::equal(placement.begin(), placement.end(), plans_[p].begin(), plans_[p].end())) {
        return static_cast<double>(scores[p]);
      }
    }
    return -std::numeric_limits<double>::infinity();
  }

  void hard_target(const SampleCosts& costs, PlacementView optimal,
                   std::span<float> target) const override {
    std::fill(target.begin(), target.end(), 0.0F);
    std::size_t best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t p = 0; p < plans_.size(); ++p) {
      if (std::equal(optimal.begin(), optimal.end(), plans_[p].begin(), plans_[p].end())) {
        best = p;
        break;
      }
      const double cost = costs.total(view(plans_[p]));
      best = cost < least ? p : best;
      least = std::min(cost, least);
    }
    target[best] = 1.0F;
  }

  void soft_target(const Head& teacher, std::span<const float> teacher_scores, double temperature,
                   std::span<float> target) const override {
    bool any = false;
    for (std::size_t p = 0; p < plans_.size(); ++p) {
      target[p] = static_cast<float>(teacher.score(teacher_scores, view(plans_[p])) / temperature);
      any = any || std::isfinite(target[p]);
    }
    if (!any) {  // a teacher that knows none of these plans has nothing to say
      std::fill(target.begin(), target.end(), 0.0F);
    }
    softmax(target);
  }

  double cross_entropy(std::span<const float> scores, std::span<const float> target,
                       double temperature, double weight,
                       std::span<float> gradient) const override {
    return group_cross_entropy(scores, target, temperature, weight, gradient, scratch_);
  }

  double regret(std::span<const float> scores, const SampleCosts& costs, double optimum,
                double weight, std::span<float> gradient) const override {
    if (!(optimum > 0.0)) {
      return 0.0;
    }
    temper(scores, 1.0);
    relative_.resize(plans_.size());
    double expected = 0.0;
    for (std::size_t p = 0; p < plans_.size(); ++p) {
      relative_[p] = std::min(costs.total(view(plans_[p])) / optimum, kMostRelativeCost);
      expected += static_cast<double>(scratch_[p]) * relative_[p];
    }
    for (std::size_t p = 0; p < plans_.size(); ++p) {
      gradient[p] +=
          static_cast<float>(weight * static_cast<double>(scratch_[p]) * (relative_[p] - expected));
    }
    return expected - 1.0;
  }

  void decode(std::span<const float> scores, std::span<SiteIndex> sites) const override {
    const Placement& plan = plans_[first_greatest(scores)];
    std::copy(plan.begin(), plan.end(), sites.begin());
  }

 private:
  void temper(std::span<const float> scores, double temperature) const {
    scratch_.assign(scores.begin(), scores.end());
    const auto inverse = static_cast<float>(1.0 / temperature);
    for (float& score : scratch_) {
      score *= inverse;
    }
    softmax(scratch_);
  }

  std::size_t subtasks_;
  std::vector<Placement> plans_;
  mutable std::vector<float> scratch_;
  mutable std::vector<double> relative_;
};

class ChainHead final : public Head {
 public:
  explicit ChainHead(std::size_t subtasks)
      : distribution_(subtasks),
        layout_{subtasks},
        scratch_(layout_.size()),
        costs_(layout_.size()),
        slope_(layout_.size()),
        decoder_(subtasks) {}

  [[nodiscard]] std::size_t outputs() const override { return layout_.size(); }

  void marginals(std::span<const float> scores, double temperature,
                 std::span<float> values) const override {
    distribution_.prepare(scores, temperature);
    distribution_.marginals(values);
  }

  [[nodiscard]] double score(std::span<const float> scores,
                             PlacementView placement) const override {
    double sum = 0.0;
    for (std::size_t t = 0; t < layout_.subtasks; ++t) {
      sum += static_cast<double>(scores[layout_.node(t, placement[t])]);
      if (t + 1 < layout_.subtasks) {
        sum += static_cast<double>(scores[layout_.edge(t, placement[t], placement[t + 1])]);
      }
    }
    return sum;
  }

  void hard_target(const SampleCosts&, PlacementView optimal,
                   std::span<float> target) const override {
    std::fill(target.begin(), target.end(), 0.0F);
    for (std::size_t t = 0; t < layout_.subtasks; ++t) {
      target[layout_.node(t, optimal[t])] = 1.0F;
      if (t + 1 < layout_.subtasks) {
        target[layout_.edge(t, optimal[t], optimal[t + 1])] = 1.0F;
      }
    }
  }

  void soft_target(const Head& teacher, std::span<const float> teacher_scores, double temperature,
                   std::span<float> target) const override {
    teacher.marginals(teacher_scores, temperature, target);
  }

  double cross_entropy(std::span<const float> scores, std::span<const float> target,
                       double temperature, double weight,
                       std::span<float> gradient) const override {
    const double log_sum = distribution_.prepare(scores, temperature);
    distribution_.marginals(scratch_);
    const auto factor = static_cast<float>(weight / temperature);
    for (std::size_t i = 0; i < scratch_.size(); ++i) {
      gradient[i] += factor * (scratch_[i] - target[i]);
    }
    return log_sum - dot(scores, target) / temperature;
  }

  double regret(std::span<const float> scores, const SampleCosts& costs, double optimum,
                double weight, std::span<float> gradient) const override {
    if (!(optimum > 0.0)) {
      return 0.0;
    }
    event_costs(costs, optimum, kMostRelativeCost, costs_);
    distribution_.prepare(scores, 1.0);
    const double expected = distribution_.expectation(costs_, slope_);
    for (std::size_t i = 0; i < slope_.size(); ++i) {
      gradient[i] += static_cast<float>(weight * slope_[i]);
    }
    return expected - 1.0;
  }

  void decode(std::span<const float> scores, std::span<SiteIndex> sites) const override {
    decoder_.decode(scores.data(), sites);
  }

 private:
  mutable ChainDistribution distribution_;
  ChainLayout layout_;
  mutable std::vector<float> scratch_;
  mutable std::vector<double> costs_;
  mutable std::vector<double> slope_;
  mutable ChainDecoder decoder_;
};

}  // namespace

std::unique_ptr<Head> make_head(HeadKind kind, std::size_t subtasks,
                                const std::vector<Placement>& plans) {
  switch (kind) {
    case HeadKind::per_subtask:
    case HeadKind::joint:
      return std::make_unique<GroupHead>(subtasks);
    case HeadKind::plan:
      return std::make_unique<PlanHead>(subtasks, plans);
    case HeadKind::crf:
      return std::make_unique<ChainHead>(subtasks);
    case HeadKind::value:
    case HeadKind::step:
      break;
  }
  throw std::invalid_argument("the heads of Q-learning are no distributions");
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
