#include <algorithm>

#include "policies/learning/arithmetic/vector_math.hpp"
#include "policies/learning/inference/decode.hpp"
#include "policies/learning/training/chain_distribution.hpp"
#include "policies/learning/training/head_parts.hpp"

namespace mec::learning {

namespace {

// joint, per_subtask: independent subtasks.
class GroupHead final : public Head {
 public:
  explicit GroupHead(std::size_t subtasks)
      : subtasks_(subtasks), costs_(ChainLayout{subtasks}.size()) {}

  [[nodiscard]] std::size_t outputs() const override { return kHeadSites * subtasks_; }

  void marginals(std::span<const float> scores, double temperature,
                 std::span<float> values) const override {
    const ChainLayout layout{subtasks_};
    for (std::size_t t = 0; t < subtasks_; ++t) {
      probabilities(scores, temperature, t, values.subspan(layout.node(t, 0), kHeadSites));
    }
    for (std::size_t t = 0; t + 1 < subtasks_; ++t) {
      for (std::size_t j = 0; j < kHeadSites; ++j) {
        for (std::size_t k = 0; k < kHeadSites; ++k) {
          values[layout.edge(t, j, k)] = values[layout.node(t, j)] * values[layout.node(t + 1, k)];
        }
      }
    }
  }

  [[nodiscard]] double score(std::span<const float> scores,
                             PlacementView placement) const override {
    double sum = 0.0;
    for (std::size_t t = 0; t < subtasks_; ++t) {
      sum += static_cast<double>(scores[kHeadSites * t + placement[t]]);
    }
    return sum;
  }

  void hard_target(const SampleCosts&, PlacementView optimal,
                   std::span<float> target) const override {
    std::fill(target.begin(), target.end(), 0.0F);
    for (std::size_t t = 0; t < subtasks_; ++t) {
      target[kHeadSites * t + optimal[t]] = 1.0F;
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
      loss += group_cross_entropy(scores.subspan(kHeadSites * t, kHeadSites),
                                  target.subspan(kHeadSites * t, kHeadSites), temperature, weight,
                                  gradient.subspan(kHeadSites * t, kHeadSites), scratch_);
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
      double slope[kHeadSites];
      double mean = 0.0;
      for (std::size_t k = 0; k < kHeadSites; ++k) {
        slope[k] = costs_[layout.node(t, k)];
        expected += probability(t, k) * slope[k];
        for (std::size_t j = 0; j < kHeadSites; ++j) {
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
      for (std::size_t k = 0; k < kHeadSites; ++k) {
        gradient[kHeadSites * t + k] +=
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
    return static_cast<double>(scratch_[kHeadSites * t + k]);
  }

  static void probabilities(std::span<const float> scores, double temperature, std::size_t t,
                            std::span<float> values) {
    const auto inverse = static_cast<float>(1.0 / temperature);
    for (std::size_t k = 0; k < kHeadSites; ++k) {
      values[k] = scores[kHeadSites * t + k] * inverse;
    }
    softmax(values);
  }

  std::size_t subtasks_;
  mutable std::vector<float> scratch_;
  mutable std::vector<double> costs_;
};

}  // namespace

std::unique_ptr<Head> make_group_head(std::size_t subtasks) {
  return std::make_unique<GroupHead>(subtasks);
}

}  // namespace mec::learning
