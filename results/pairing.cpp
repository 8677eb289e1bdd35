#include "results/pairing.hpp"

#include <algorithm>
#include <array>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <numeric>
#include <utility>

#include "results/bca.hpp"

namespace mec {

namespace {

// Sums over units of two policies' common tasks.
struct PairSums {
  double first = 0.0;   // s
  double second = 0.0;  // s
  double ratio = 0.0;   // first / second, of each unit that has it
  double rated = 0.0;
  double inverse = 0.0;  // second / first
  double inverse_rated = 0.0;

  PairSums& operator+=(const PairSums& other) {
    first += other.first;
    second += other.second;
    ratio += other.ratio;
    rated += other.rated;
    inverse += other.inverse;
    inverse_rated += other.inverse_rated;
    return *this;
  }
};

std::optional<double> quotient(double dividend, double divisor) {
  return divisor > 0 ? std::optional(dividend / divisor) : std::nullopt;
}

// Of sums over units of which some have a ratio: 1 where both are 0, as for a single task.
std::optional<double> ratio_of_sums(double dividend, double divisor, double rated) {
  return divisor <= 0 && dividend <= 0 && rated > 0 ? std::optional(1.0)
                                                    : quotient(dividend, divisor);
}

constexpr std::array<Statistic<PairSums>, 4> kStatistics = {
    [](const PairSums& sums) { return ratio_of_sums(sums.first, sums.second, sums.rated); },
    [](const PairSums& sums) { return quotient(sums.ratio, sums.rated); },
    [](const PairSums& sums) { return ratio_of_sums(sums.second, sums.first, sums.inverse_rated); },
    [](const PairSums& sums) { return quotient(sums.inverse, sums.inverse_rated); }};

struct CommonTask {
  double first = 0.0;
  double second = 0.0;

  friend bool operator==(const CommonTask&, const CommonTask&) = default;
};

std::vector<CommonTask> common_tasks(const std::deque<TaskOutcome>& first,
                                     const std::deque<TaskOutcome>& second) {
  std::vector<CommonTask> common;
  auto other = second.begin();
  for (const TaskOutcome& outcome : first) {
    while (other != second.end() && other->task < outcome.task) {
      ++other;
    }
    if (other != second.end() && other->task == outcome.task) {
      common.push_back({outcome.latency, other->latency});
    }
  }
  return common;
}

// Of each replication that both have ended and that says something.
std::vector<std::vector<CommonTask>> common_replications(const PolicyOutcomes& first,
                                                         const PolicyOutcomes& second) {
  std::vector<std::vector<CommonTask>> common;
  auto other = second.begin();
  for (const ReplicationOutcomes& outcomes : first) {
    while (other != second.end() && other->replication < outcomes.replication) {
      ++other;
    }
    if (other != second.end() && other->replication == outcomes.replication) {
      common.push_back(common_tasks(outcomes.tasks, other->tasks));
    }
  }
  common.resize(telling_replications(
      common, [](const std::vector<CommonTask>& tasks) -> const auto& { return tasks; }));
  return common;
}

PairSums with_ratios(PairSums unit) {
  if (const std::optional<double> ratio = latency_ratio(unit.first, unit.second)) {
    unit.ratio = *ratio;
    unit.rated = 1;
  }
  if (const std::optional<double> inverse = latency_ratio(unit.second, unit.first)) {
    unit.inverse = *inverse;
    unit.inverse_rated = 1;
  }
  return unit;
}

using CommonTasks = std::vector<std::vector<CommonTask>>;  // [replications]

template <typename Add>
void for_each_pair_unit(const CommonTasks& replications, SampleUnit unit, Add add) {
  for (const std::vector<CommonTask>& tasks : replications) {
    for_each_unit(tasks.size(), replications.size(), unit,
                  [&add, &tasks](std::size_t first, std::size_t last) {
                    PairSums sums;
                    for (std::size_t i = first; i < last; ++i) {
                      sums.first += tasks[i].first;
                      sums.second += tasks[i].second;
                    }
                    add(with_ratios(sums));
                  });
  }
}

void count_win(Comparison& comparison, const PairSums& unit) {
  constexpr double kEqual = 1e-12;
  const double difference = unit.first - unit.second;
  if (std::abs(difference) <= kEqual * std::max(unit.first, unit.second)) {
    ++comparison.ties;
  } else {
    ++(difference < 0 ? comparison.wins : comparison.losses);
  }
}

Comparison compare(const PolicyOutcomes& first, const PolicyOutcomes& second,
                   bool independent_tasks, std::uint64_t seed, Comparison& mirrored) {
  const CommonTasks replications = common_replications(first, second);
  Comparison comparison;
  comparison.unit = unit_for(replications.size(), independent_tasks);
  PairSums total;
  for_each_pair_unit(replications, comparison.unit, [&](const PairSums& unit) {
    ++comparison.units;
    count_win(comparison, unit);
    total += unit;
  });
  if (comparison.units > 0) {
    comparison.p_value = sign_test(comparison.wins, comparison.losses);
  }
  GroupedUnits<PairSums> drawn(comparison.units);
  for_each_pair_unit(replications, comparison.unit,
                     [&drawn](const PairSums& unit) { drawn.add(unit); });
  auto estimates = bca_intervals(drawn.groups(), kStatistics, seed);
  for (std::size_t k = 0; k < estimates.size(); ++k) {
    estimates[k].value = kStatistics[k](total);
  }
  mirrored = comparison;
  std::swap(mirrored.wins, mirrored.losses);
  mirrored.ratio_of_means = estimates[2];
  mirrored.mean_of_ratios = estimates[3];
  comparison.ratio_of_means = estimates[0];
  comparison.mean_of_ratios = estimates[1];
  return comparison;
}

// A pair and its mirror image are one test.
void correct(std::vector<Comparison>& comparisons, std::size_t policies) {
  constexpr double kLevel = 0.05;
  std::vector<double> p_values;
  for (const Comparison& comparison : comparisons) {
    if (comparison.policy < comparison.other && comparison.p_value) {
      p_values.push_back(*comparison.p_value);
    }
  }
  const std::vector<double> corrected = holm(p_values);
  auto next = corrected.begin();
  for (Comparison& comparison : comparisons) {
    if (comparison.policy < comparison.other && comparison.p_value) {
      // Row `other` of the mirror image, whose place in it leaves out the diagonal.
      Comparison& mirrored = comparisons[comparison.other * (policies - 1) + comparison.policy];
      comparison.p_corrected = mirrored.p_corrected = *next++;
      comparison.significant = mirrored.significant = *comparison.p_corrected <= kLevel;
    }
  }
}

}  // namespace

std::vector<Comparison> compare_policies(std::span<const PolicyOutcomes> policies,
                                         bool independent_tasks, std::uint64_t seed) {
  const std::size_t n = policies.size();
  std::vector<Comparison> comparisons(n * (n > 0 ? n - 1 : 0));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      Comparison& comparison = comparisons[i * (n - 1) + j - 1];
      Comparison& mirrored = comparisons[j * (n - 1) + i];
      comparison = compare(policies[i], policies[j], independent_tasks, seed, mirrored);
      comparison.policy = mirrored.other = i;
      comparison.other = mirrored.policy = j;
    }
  }
  correct(comparisons, n);
  return comparisons;
}

double sign_test(std::uint64_t wins, std::uint64_t losses) {
  if (wins == losses) {
    return 1.0;
  }
  const boost::math::binomial fair(static_cast<double>(wins + losses), 0.5);
  return std::min(1.0, 2 * boost::math::cdf(fair, static_cast<double>(std::min(wins, losses))));
}

std::vector<double> holm(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&p_values](std::size_t a, std::size_t b) { return p_values[a] < p_values[b]; });
  std::vector<double> corrected(p_values.size());
  double largest = 0.0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    const auto still_open = static_cast<double>(order.size() - k);
    largest = std::max(largest, std::min(1.0, still_open * p_values[order[k]]));
    corrected[order[k]] = largest;
  }
  return corrected;
}

}  // namespace mec
