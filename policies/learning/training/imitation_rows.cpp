#include "policies/learning/training/imitation_rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "policies/learning/training/chain_distribution.hpp"
#include "policies/learning/training/network_group.hpp"

namespace mec::learning {

namespace {

constexpr std::size_t kTeacherRows = 1024;  // a pass of the teacher

}  // namespace

ImitationRows::ImitationRows(const ImitationOptions& options, const ImitationData& data,
                             const Teacher* teacher, const TrainingRun& run)
    : options_(options), data_(data), teacher_(teacher), run_(run) {
  model_.features = data.labelled.schema;
  model_.head = options.head;
  split();
  choose_plans();
  head_ = make_head(options.head, model_.features.subtasks, model_.plans);
  normalise();
  label();
}

void ImitationRows::split() {
  labelled_ = data_.labelled.count;
  all_ = labelled_ + (data_.unlabelled == nullptr ? 0 : data_.unlabelled->count);
  const double wanted = std::ceil(options_.validation * static_cast<double>(labelled_));
  const std::size_t kept = std::max<std::size_t>(1, static_cast<std::size_t>(wanted));
  training_ = labelled_ == 1 ? 1 : labelled_ - std::min(kept, labelled_ - 1);
  inputs_ = data_.labelled.features;
  if (data_.unlabelled != nullptr) {
    inputs_.insert(inputs_.end(), data_.unlabelled->features.begin(),
                   data_.unlabelled->features.end());
  }
}

// A student learns the teacher's plans where the teacher has some: its own few samples show too
// few.
void ImitationRows::choose_plans() {
  if (options_.head != HeadKind::plan) {
    return;
  }
  model_.plans = teacher_ != nullptr && !teacher_->model.plans.empty()
                     ? teacher_->model.plans
                     : frequent_placements(data_.labelled, options_.plans);
  model_.plans.resize(std::min(options_.plans, model_.plans.size()));
}

void ImitationRows::normalise() {
  const std::size_t width = model_.features.size();
  std::vector<double> sum(width, 0.0);
  std::vector<double> squares(width, 0.0);
  double count = 0.0;
  const auto each_value = [&](auto visit) {
    for (std::size_t row = 0; row < all_; ++row) {
      for (std::size_t j = 0; trains(row) && j < width; ++j) {
        visit(j, inputs_[row * width + j]);
      }
    }
  };
  for (std::size_t row = 0; row < all_; ++row) {
    count += trains(row) ? 1.0 : 0.0;
  }
  model_.feature_low.assign(inputs_.begin(), inputs_.begin() + static_cast<std::ptrdiff_t>(width));
  model_.feature_high = model_.feature_low;
  each_value([&](std::size_t j, float x) {
    sum[j] += static_cast<double>(x);
    model_.feature_low[j] = std::min(model_.feature_low[j], x);
    model_.feature_high[j] = std::max(model_.feature_high[j], x);
  });
  each_value([&](std::size_t j, float x) {
    const double off = static_cast<double>(x) - sum[j] / count;
    squares[j] += off * off;
  });
  for (std::size_t j = 0; j < width; ++j) {
    const double deviation = std::sqrt(squares[j] / count);
    model_.normalisation.mean.push_back(static_cast<float>(sum[j] / count));
    // A feature that never changes says nothing; one of denormal numbers is scaled as far as a
    // float can.
    constexpr auto kMost = static_cast<double>(std::numeric_limits<float>::max());
    model_.normalisation.scale.push_back(
        deviation > 0.0 ? static_cast<float>(std::min(1.0 / deviation, kMost)) : 0.0F);
  }
  learning::normalise(model_.normalisation, inputs_);
}

void ImitationRows::label() {
  const std::size_t outputs = head_->outputs();
  if (teacher_ != nullptr) {
    soft_.resize(all_ * outputs);
    imitate(data_.labelled_for_teacher != nullptr ? *data_.labelled_for_teacher : data_.labelled,
            0);
    if (data_.unlabelled != nullptr) {
      imitate(data_.unlabelled_for_teacher != nullptr ? *data_.unlabelled_for_teacher
                                                      : *data_.unlabelled,
              labelled_);
    }
  }
  hard_.resize(labelled_ * outputs);
  const std::size_t subtasks = data_.labelled.subtasks();
  const auto oracle = make_head(HeadKind::crf, subtasks, {});
  std::vector<float> scores(ChainLayout{subtasks}.size());
  for (std::size_t i = 0; i < labelled_; ++i) {
    const SampleCosts costs(data_.labelled, i);
    const std::span<float> target(hard_.data() + i * outputs, outputs);
    if (options_.soft_cost > 0.0) {
      gibbs_scores(costs, data_.labelled.optimal_cost[i], options_.soft_cost, scores);
      head_->soft_target(*oracle, scores, 1.0, target);
    } else {
      head_->hard_target(costs, data_.labelled.optimal_of(i), target);
    }
  }
}

void ImitationRows::imitate(const SampleSet& samples, std::size_t first_row) {
  const Model& teacher = teacher_->model;
  const auto taught = make_head(teacher.head, teacher.features.subtasks, teacher.plans);
  NetworkGroup networks(teacher.networks, options_.arithmetic);
  const std::size_t width = teacher.features.size();
  const std::size_t outputs = head_->outputs();
  for (std::size_t at = 0; at < samples.count; at += kTeacherRows) {
    run_.check_stop();
    const std::size_t rows = std::min(kTeacherRows, samples.count - at);
    const auto begin = samples.features.begin() + static_cast<std::ptrdiff_t>(at * width);
    std::vector<float> inputs(begin, begin + static_cast<std::ptrdiff_t>(rows * width));
    learning::normalise(teacher.normalisation, inputs);
    const auto scores = networks.forward(inputs.data(), rows);
    for (std::size_t r = 0; r < rows; ++r) {
      head_->soft_target(*taught, scores.subspan(r * taught->outputs(), taught->outputs()),
                         teacher_->temperature,
                         {soft_.data() + (first_row + at + r) * outputs, outputs});
    }
  }
}

double ImitationRows::loss(std::size_t row, std::span<const float> scores, double share,
                           std::span<float> gradient) const {
  const std::size_t outputs = head_->outputs();
  double loss = 0.0;
  double hard = 1.0;
  if (teacher_ != nullptr) {
    hard = teacher_->hard_weight;
    // The gradient of a softened distribution is T^2 times smaller (Hinton, Vinyals, Dean 2015).
    const double weight = (1.0 - hard) * teacher_->temperature * teacher_->temperature;
    loss += weight * head_->cross_entropy(scores, {soft_.data() + row * outputs, outputs},
                                          teacher_->temperature, weight * share, gradient);
  }
  if (row >= labelled_) {
    return loss;
  }
  if (hard > 0.0) {
    loss += hard * head_->cross_entropy(scores, {hard_.data() + row * outputs, outputs}, 1.0,
                                        hard * share, gradient);
  }
  if (options_.regret > 0.0) {
    loss += options_.regret * head_->regret(scores, SampleCosts(data_.labelled, row),
                                            data_.labelled.optimal_cost[row],
                                            options_.regret * share, gradient);
  }
  return loss;
}

}  // namespace mec::learning
