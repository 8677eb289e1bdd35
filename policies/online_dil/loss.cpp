#include "policies/online_dil/loss.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "policies/learning/arithmetic/vector_math.hpp"
#include "policies/online_dil/episodes.hpp"

namespace mec::online {

namespace {

constexpr double kMostLoss = 3.0;

}  // namespace

double decision_loss(std::span<const float> scores, const SiteValues& excess,
                     const SiteValues& seconds, const LossOptions& options, double weight,
                     std::span<float> gradient) {
  const double least = *std::min_element(seconds.begin(), seconds.end());
  if (!std::isfinite(least)) {
    return 0.0;
  }
  SiteValues lost{};
  std::array<float, kSites> p{};
  std::array<float, kSites> soft{};
  for (std::size_t k = 0; k < kSites; ++k) {
    lost[k] = std::min((seconds[k] - least) / options.unit, kMostLoss);
    p[k] = static_cast<float>(static_cast<double>(scores[k]) - kSharpness * excess[k]);
    soft[k] = static_cast<float>(-lost[k] / options.soft_cost);
  }
  const std::array<float, kSites> logits = p;
  const double log_sum = learning::softmax(p);
  learning::softmax(soft);
  double expected = 0.0;
  double cross_entropy = 0.0;
  for (std::size_t k = 0; k < kSites; ++k) {
    expected += static_cast<double>(p[k]) * lost[k];
    cross_entropy += static_cast<double>(soft[k]) * (log_sum - static_cast<double>(logits[k]));
  }
  for (std::size_t k = 0; k < kSites; ++k) {
    const double own = static_cast<double>(p[k]);
    const double slope =
        own * (lost[k] - expected) + options.soft_share * (own - static_cast<double>(soft[k]));
    gradient[k] += static_cast<float>(weight * slope);
  }
  return expected + options.soft_share * cross_entropy;
}

double distillation_loss(std::span<const float> scores, const SiteValues& excess,
                         const SiteValues& taught, double temperature, double weight,
                         std::span<float> gradient) {
  const SiteValues logits = logits_of(scores.data(), excess);
  std::array<float, kSites> student{};
  std::array<float, kSites> teacher{};
  for (std::size_t k = 0; k < kSites; ++k) {
    student[k] = static_cast<float>(logits[k] / temperature);
    teacher[k] = static_cast<float>(taught[k] / temperature);
  }
  const std::array<float, kSites> softened = student;
  const double log_sum = learning::softmax(student);
  learning::softmax(teacher);
  double cross_entropy = 0.0;
  for (std::size_t k = 0; k < kSites; ++k) {
    cross_entropy += static_cast<double>(teacher[k]) * (log_sum - static_cast<double>(softened[k]));
    gradient[k] += static_cast<float>(
        weight * temperature * (static_cast<double>(student[k]) - static_cast<double>(teacher[k])));
  }
  return temperature * temperature * cross_entropy;
}

}  // namespace mec::online
