// A forecast for each channel of a network that moves, for policies that plan on them.
#pragma once

#include <boost/container/small_vector.hpp>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/policy.hpp"
#include "policies/forecast/link_forecast.hpp"

namespace mec {

/// Expected times for core/timed_dp.hpp; dates are seconds since the decision.
class ForecastCarrier {
 public:
  ForecastCarrier(const SystemState& state, std::span<const LinkForecast* const> links)
      : state_(state), links_(links) {}
  [[nodiscard]] double transfer(LinkIndex link, double bytes, double start) const {
    const LinkForecast* forecast = links_[link];
    return forecast == nullptr ? start + bytes / state_.link_rate(link).value()
                               : forecast->end_of(bytes, start);
  }
  [[nodiscard]] double compute(std::size_t site, double cycles, double start) const {
    return start + cycles / state_.speed(site).value();
  }

 private:
  const SystemState& state_;
  std::span<const LinkForecast* const> links_;  // null: does not move
};

/// Where forecasts come from, as users write it.
[[nodiscard]] const std::vector<std::string>& forecast_dynamics();

class NetworkForecast {
 public:
  /// `network` null: every link is taken to move, and its dynamics are not known. `weight`: of
  /// ConstantForecast. Throws PolicyError where `dynamics` is known and nobody knows.
  NetworkForecast(const Network* network, std::string dynamics, double weight);

  /// At every decision, before anything is planned.
  void look(const DecisionRequest& request);
  /// Valid until the next look.
  [[nodiscard]] ForecastCarrier carrier(const SystemState& state) const {
    return {state, {links_.data(), links_.size()}};
  }

 private:
  // A channel; without a network, a link of a group.
  using Key = std::pair<std::size_t, std::size_t>;
  [[nodiscard]] Key key_of(std::size_t group, std::size_t link) const;
  [[nodiscard]] bool is_moving(std::size_t group, std::size_t link) const;
  [[nodiscard]] std::unique_ptr<LinkForecast> make(std::size_t channel) const;

  const Network* network_;
  std::string dynamics_;
  double weight_;
  std::vector<std::optional<MarkovRate>> chains_;  // by channel, if they are to be known
  std::map<Key, std::unique_ptr<LinkForecast>> forecasts_;
  boost::container::small_vector<const LinkForecast*, 16> links_;  // of the latest request
};

}  // namespace mec
