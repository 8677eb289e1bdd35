#include "policies/forecast/link_forecast.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/probes.hpp"

namespace mec {

namespace {

double least(double rate) { return std::max(rate, kLeastMeasuredRate.value()); }

double arithmetic_mean(std::span<const double> rates) {
  return std::accumulate(rates.begin(), rates.end(), 0.0) / static_cast<double>(rates.size());
}

double harmonic_mean(std::span<const double> rates) {
  double seconds_per_byte = 0.0;
  for (const double rate : rates) {
    seconds_per_byte += 1.0 / least(rate);
  }
  return static_cast<double>(rates.size()) / seconds_per_byte;
}

double exponential_mean(std::span<const double> rates, double weight) {
  double mean = rates.back();
  for (std::size_t i = rates.size() - 1; i-- > 0;) {
    mean += weight * (rates[i] - mean);
  }
  return mean;
}

// The slot that `start` is in, and how long it still lasts then; the present slot lasts `left`.
double end_on(const ServiceChain& chain, std::size_t state, std::size_t slots, double left,
              double bytes, double start) {
  std::size_t further = 0;
  if (start >= left) {
    const double whole = std::floor((start - left) / chain.slot());
    further = 1 + static_cast<std::size_t>(std::min(whole, 1e6));
    left += chain.slot() * (whole + 1.0);
  }
  return start + chain.service_time(state, slots + further, left - start, bytes);
}

}  // namespace

void ConstantForecast::look(const LinkWindow& window) {
  rate_ = least(mean_ == WindowMean::arithmetic ? arithmetic_mean(window.history)
                : mean_ == WindowMean::harmonic ? harmonic_mean(window.history)
                                                : exponential_mean(window.history, weight_));
}

double ConstantForecast::end_of(double bytes, double start) const { return start + bytes / rate_; }

void KnownForecast::look(const LinkWindow& window) {
  const double slot = chain_.slot();
  const double present = std::floor(window.now.value() / slot);
  const double measured = std::floor(std::max(0.0, (window.now - window.age).value()) / slot);
  state_ = chain_.state_of(window.history.front());
  slots_ = static_cast<std::size_t>(present - measured);
  left_ = slot * (present + 1.0) - window.now.value();
}

double KnownForecast::end_of(double bytes, double start) const {
  return end_on(chain_, state_, slots_, left_, bytes, start);
}

void EstimatedForecast::look(const LinkWindow& window) {
  samples_.add(window.history, window.now - window.age, window.step);
  if (samples_.count() >= next_fit_) {
    chain_.emplace(samples_.chain(window.step));
    next_fit_ =
        samples_.count() + std::clamp(samples_.count() / 4, kFewestPairs / 4, kMostBetweenFits);
  }
  if (!chain_) {
    at_first_.look(window);
    return;
  }
  const double elapsed = std::floor(window.age / window.step + 0.5);
  state_ = chain_->state_of(window.history.front());
  slots_ = static_cast<std::size_t>(elapsed);
  left_ = window.step.value() * (elapsed + 0.5) - window.age.value();
}

double EstimatedForecast::end_of(double bytes, double start) const {
  return chain_ ? end_on(*chain_, state_, slots_, left_, bytes, start)
                : at_first_.end_of(bytes, start);
}

}  // namespace mec
