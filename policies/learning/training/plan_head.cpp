#include <algorithm>
#include <cmath>
#include <limits>

#include "policies/learning/arithmetic/vector_math.hpp"
#include "policies/learning/training/chain_distribution.hpp"
#include "policies/learning/training/head_parts.hpp"

namespace mec::learning {

namespace {

std::size_t first_greatest(std::span<const float> values) {
  return static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

// One score a listed placement.
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

}  // namespace

std::unique_ptr<Head> make_plan_head(std::size_t subtasks, const std::vector<Placement>& plans) {
  return std::make_unique<PlanHead>(subtasks, plans);
}

}  // namespace mec::learning
