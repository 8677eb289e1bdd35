// What a head's scores mean, computed in the most obvious way: the probability of each of the 3^n
// placements in double precision.
#pragma once

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "policies/learning/training/chain_distribution.hpp"
#include "policies/learning/training/head.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning/training_support.hpp"

namespace mec::test {

/// Heads compute with floats, and their exponentials are right to 2e-7 or, far from 1, to 6e-8
/// times the exponent where the value matters (x exp(-x) < 0.37); a chain of n = 4 passes three of
/// them, a probability is a quotient of two: errors of probabilities stay below this.
inline constexpr double kHeadTolerance = 5e-6;

inline void require_close(const std::vector<float>& values, const std::vector<double>& expected,
                          double tolerance = kHeadTolerance) {
  REQUIRE(values.size() == expected.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    CAPTURE(i, values[i], expected[i]);
    REQUIRE(std::abs(static_cast<double>(values[i]) - expected[i]) <= tolerance);
  }
}

/// A kind of head with all that makes it one.
struct HeadCase {
  learning::HeadKind kind;
  std::size_t subtasks;
  std::vector<Placement> plans;

  [[nodiscard]] std::unique_ptr<learning::Head> head() const {
    return learning::make_head(kind, subtasks, plans);
  }
};

/// The unnormalised log-probability of a placement; -infinity if it is no plan.
inline double score_of(const HeadCase& head, const std::vector<double>& scores,
                       const Placement& placement) {
  if (head.kind == learning::HeadKind::plan) {
    for (std::size_t p = 0; p < head.plans.size(); ++p) {
      if (head.plans[p] == placement) {
        return scores[p];
      }
    }
    return -std::numeric_limits<double>::infinity();
  }
  double sum = 0.0;
  for (std::size_t t = 0; t < head.subtasks; ++t) {
    sum += scores[3 * t + placement[t]];
    if (head.kind == learning::HeadKind::crf && t > 0) {
      const std::size_t from = placement[t - 1];
      sum += scores[3 * head.subtasks + 9 * (t - 1) + 3 * from + placement[t]];
    }
  }
  return sum;
}

/// All placements of n subtasks with their probabilities.
struct Enumerated {
  std::vector<Placement> placements;
  std::vector<double> probability;
  double log_sum = 0.0;

  /// E[value(I)].
  [[nodiscard]] double mean(const std::function<double(const Placement&)>& value) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < placements.size(); ++i) {
      sum += probability[i] > 0.0 ? probability[i] * value(placements[i]) : 0.0;
    }
    return sum;
  }
  /// 3n probabilities of sites, then 9(n - 1) of neighbours.
  [[nodiscard]] std::vector<double> marginals() const {
    const learning::ChainLayout layout{placements.front().size()};
    std::vector<double> values(layout.size(), 0.0);
    for (std::size_t i = 0; i < placements.size(); ++i) {
      for (std::size_t t = 0; t < layout.subtasks; ++t) {
        values[layout.node(t, placements[i][t])] += probability[i];
        if (t > 0) {
          values[layout.edge(t - 1, placements[i][t - 1], placements[i][t])] += probability[i];
        }
      }
    }
    return values;
  }
};

/// p(I) proportional to exp(score(I)) over the given placements.
inline Enumerated enumerate(std::vector<Placement> placements,
                            const std::function<double(const Placement&)>& score) {
  Enumerated result{std::move(placements), {}, 0.0};
  double most = -std::numeric_limits<double>::infinity();
  for (const Placement& placement : result.placements) {
    result.probability.push_back(score(placement));
    most = std::max(most, result.probability.back());
  }
  double sum = 0.0;
  for (double& value : result.probability) {
    value = std::exp(value - most);
    sum += value;
  }
  for (double& value : result.probability) {
    value /= sum;
  }
  result.log_sum = most + std::log(sum);
  return result;
}

inline std::vector<double> doubles(const std::vector<float>& values) {
  return {values.begin(), values.end()};
}

/// The head's distribution, tempered.
inline Enumerated enumerate(const HeadCase& head, const std::vector<double>& scores,
                            double temperature) {
  return enumerate(all_placements(head.subtasks), [&](const Placement& placement) {
    return score_of(head, scores, placement) / temperature;
  });
}

inline std::vector<float> drawn_scores(RandomEngine& random, std::size_t count, double most) {
  std::vector<float> scores(count);
  std::generate(scores.begin(), scores.end(),
                [&] { return static_cast<float>(uniform(random, -most, most)); });
  return scores;
}

/// Every kind of head; for plan 3^n - 2 of the placements, in a drawn order (n = 1: all three).
inline std::vector<HeadCase> every_head(std::size_t subtasks, RandomEngine& random) {
  std::vector<Placement> plans = all_placements(subtasks);
  for (std::size_t i = plans.size(); i > 1; --i) {
    std::swap(plans[i - 1], plans[index_below(random, i)]);
  }
  plans.resize(subtasks == 1 ? 3 : plans.size() - 2);
  return {{learning::HeadKind::joint, subtasks, {}},
          {learning::HeadKind::per_subtask, subtasks, {}},
          {learning::HeadKind::plan, subtasks, plans},
          {learning::HeadKind::crf, subtasks, {}}};
}

/// d loss / d scores by central differences. The step balances the errors: h^2 / 6 times a third
/// derivative of order 1, and an error of 1e-15 in the loss over h: 1e-10 in all.
inline std::vector<double> slopes(const std::function<double(const std::vector<double>&)>& loss,
                                  const std::vector<double>& at) {
  constexpr double kStep = 1e-5;
  std::vector<double> result;
  for (std::size_t i = 0; i < at.size(); ++i) {
    std::vector<double> up = at;
    std::vector<double> down = at;
    up[i] += kStep;
    down[i] -= kStep;
    result.push_back((loss(up) - loss(down)) / (2.0 * kStep));
  }
  return result;
}

}  // namespace mec::test
