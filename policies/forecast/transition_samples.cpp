#include "policies/forecast/transition_samples.hpp"

#include <algorithm>
#include <numeric>

namespace mec {

namespace {

constexpr std::size_t kMostLevels = 16;    // of rates that are taken as they are
constexpr std::size_t kPairsPerState = 8;  // else: at least so many for each state
constexpr std::size_t kFewestStates = 3;
constexpr std::size_t kMostStates = 12;

// Upper ends of the states' ranges of rates, the last one the highest rate.
std::vector<double> bounds_of(std::vector<double> rates) {
  std::sort(rates.begin(), rates.end());
  std::vector<double> levels;
  std::unique_copy(rates.begin(), rates.end(), std::back_inserter(levels));
  if (levels.size() <= kMostLevels) {
    return levels;
  }
  const std::size_t states =
      std::clamp(rates.size() / 2 / kPairsPerState, kFewestStates, kMostStates);
  std::vector<double> bounds;
  for (std::size_t s = 1; s <= states; ++s) {
    bounds.push_back(rates[s * rates.size() / states - 1]);
  }
  bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
  return bounds;
}

}  // namespace

void TransitionSamples::add(std::span<const double> history, Seconds newest, Seconds step) {
  constexpr double kRounding = 1e-6;  // of a step
  for (std::size_t i = history.size(); i-- > 1;) {
    const Seconds older = newest - step * static_cast<double>(i);
    // Before date 0 there was nothing to measure.
    if (older < seen_until_ - step * kRounding) {
      continue;
    }
    const std::pair<double, double> pair{history[i], history[i - 1]};
    if (pairs_.size() < kRemembered) {
      pairs_.push_back(pair);
    } else {
      pairs_[count_ % kRemembered] = pair;
    }
    ++count_;
  }
  seen_until_ = std::max(seen_until_, newest);
}

MarkovRate TransitionSamples::chain(Seconds step) const {
  std::vector<double> rates;
  for (const auto& [before, after] : pairs_) {
    rates.push_back(before);
    rates.push_back(after);
  }
  const std::vector<double> bounds = bounds_of(rates);
  const std::size_t states = bounds.size();
  const auto state_of = [&](double rate) {
    return static_cast<std::size_t>(std::lower_bound(bounds.begin(), bounds.end(), rate) -
                                    bounds.begin());
  };
  std::vector<double> sum(states, 0.0);
  std::vector<double> members(states, 0.0);
  for (const double rate : rates) {
    sum[state_of(rate)] += rate;
    members[state_of(rate)] += 1.0;
  }
  const auto n = static_cast<double>(states);
  MarkovRate chain{step, {}, {}};
  chain.transitions.assign(states, std::vector<double>(states, 1.0 / n));
  for (std::size_t s = 0; s < states; ++s) {
    chain.rates.emplace_back(sum[s] / members[s]);
    chain.transitions[s][s] += 1.0;
  }
  for (const auto& [before, after] : pairs_) {
    chain.transitions[state_of(before)][state_of(after)] += 1.0;
  }
  for (std::vector<double>& row : chain.transitions) {
    const double total = std::accumulate(row.begin(), row.end(), 0.0);
    std::transform(row.begin(), row.end(), row.begin(), [total](double x) { return x / total; });
  }
  return chain;
}

}  // namespace mec
