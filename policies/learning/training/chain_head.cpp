#include <algorithm>

#include "policies/learning/inference/decode.hpp"
#include "policies/learning/training/chain_distribution.hpp"
#include "policies/learning/training/head_parts.hpp"

namespace mec::learning {

namespace {

// crf: a chain whose neighbours matter to each other.
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

std::unique_ptr<Head> make_chain_head(std::size_t subtasks) {
  return std::make_unique<ChainHead>(subtasks);
}

}  // namespace mec::learning
