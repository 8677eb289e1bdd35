#include "policies/forecast/service_chain.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/probes.hpp"

namespace mec {

ServiceChain::ServiceChain(const MarkovRate& model) : slot_(model.slot.value()) {
  for (const BytesPerSecond rate : model.rates) {
    rates_.push_back(rate.value());
  }
  const double mean = std::max(mean_rate(model), kLeastMeasuredRate).value();  // checks the model
  seconds_per_byte_ = 1.0 / mean;
  cell_ = slot_ * mean / kCellsPerSlot;
  fill_powers(model);
  fill_times(model);
}

std::size_t ServiceChain::state_of(double rate) const {
  std::size_t nearest = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t s = 0; s < states(); ++s) {
    const double low = std::min(rate, rates_[s]);
    const double high = std::max(rate, rates_[s]);
    const double ratio = high == low ? 1.0 : high / low;
    if (ratio < least) {
      least = ratio;
      nearest = s;
    }
  }
  // Nothing is near an outage but an outage; without one, the slowest state stands for it.
  return std::isinf(least) ? static_cast<std::size_t>(
                                 std::min_element(rates_.begin(), rates_.end()) - rates_.begin())
                           : nearest;
}

double ServiceChain::probability(std::size_t from, std::size_t slots, std::size_t state) const {
  return powers_[(std::min(slots, kHorizon) * states() + from) * states() + state];
}

void ServiceChain::fill_powers(const MarkovRate& model) {
  const std::size_t n = states();
  powers_.assign((kHorizon + 1) * n * n, 0.0);
  for (std::size_t s = 0; s < n; ++s) {
    powers_[s * n + s] = 1.0;
  }
  for (std::size_t row = 0; row < kHorizon * n; ++row) {
    const double* now = powers_.data() + row * n;
    double* next = powers_.data() + (row + n) * n;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        next[j] += now[i] * model.transitions[i][j];
      }
    }
  }
}

double ServiceChain::after_slot(std::size_t s, double bytes) const {
  const double* times = expected_.data() + s * (kCells + 1);
  const double position = bytes / cell_;
  if (position >= static_cast<double>(kCells)) {
    return times[kCells] + (bytes - cell_ * static_cast<double>(kCells)) * seconds_per_byte_;
  }
  const auto cell = static_cast<std::size_t>(position);
  const double part = position - static_cast<double>(cell);
  return times[cell] + part * (times[cell + 1] - times[cell]);
}

double ServiceChain::from_slot(std::size_t s, double bytes) const {
  const double can = rates_[s] * slot_;
  return bytes <= can ? (bytes > 0.0 ? bytes / rates_[s] : 0.0)
                      : slot_ + after_slot(s, bytes - can);
}

// By ascending size, so that most of what a value depends on is there already; what depends on its
// own cell (slow states) settles in a few sweeps.
void ServiceChain::fill_times(const MarkovRate& model) {
  constexpr int kMostSweeps = 200;
  constexpr double kSettled = 1e-10;
  const std::size_t n = states();
  expected_.resize(n * (kCells + 1));
  for (std::size_t i = 0; i < expected_.size(); ++i) {
    expected_[i] = static_cast<double>(i % (kCells + 1)) * cell_ * seconds_per_byte_;
  }
  std::vector<double> times(n);
  double change = 1.0;
  for (int sweep = 0; sweep < kMostSweeps && change > kSettled; ++sweep) {
    change = 0.0;
    for (std::size_t cell = 1; cell <= kCells; ++cell) {
      const double bytes = cell_ * static_cast<double>(cell);
      for (std::size_t j = 0; j < n; ++j) {
        times[j] = from_slot(j, bytes);
      }
      for (std::size_t s = 0; s < n; ++s) {
        double sum = 0.0;
        for (std::size_t j = 0; j < n; ++j) {
          sum += model.transitions[s][j] * times[j];
        }
        double& value = expected_[s * (kCells + 1) + cell];
        change = std::max(change, std::abs(sum - value) / sum);
        value = sum;
      }
    }
  }
}

double ServiceChain::service_time(std::size_t from, std::size_t slots, double left,
                                  double bytes) const {
  constexpr double kNegligible = 1e-9;
  double expected = 0.0;
  for (std::size_t s = 0; s < states(); ++s) {
    const double p = probability(from, slots, s);
    if (p > kNegligible) {
      const double can = rates_[s] * left;
      expected += p * (bytes <= can ? bytes / rates_[s] : left + after_slot(s, bytes - can));
    }
  }
  return expected;
}

}  // namespace mec
