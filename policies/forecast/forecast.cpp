// Facts
//   name:       forecast
//   decides:    the placement that is expected to end first: timed dynamic programming, each
//               transfer taking as long as it is expected to from the date on at which it starts
//   ignores:    that a later decision may know more; the spread of what it expects
//   parameters: dynamics = estimated | known | mean | harmonic | ewma: where forecasts come from;
//               weight, of ewma; queues = ignore | wait
//   cost:       O(n K^2) transfers, each O(states of the chain)
//   reference:  baselines of ours. harmonic: Yin, Jindal, Sekar, Sinopoli, "A Control-Theoretic
//               Approach for Dynamic Adaptive Video Streaming over HTTP", SIGCOMM 2015
#include "policies/forecast/forecast.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/solvers.hpp"
#include "core/text.hpp"
#include "core/timed_dp.hpp"
#include "policies/forecast/known_chain.hpp"
#include "policies/forecast/link_forecast.hpp"
#include "policies/latency_only.hpp"
#include "policies/waits.hpp"

namespace mec {

namespace {

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
  std::span<const LinkForecast* const> links_;
};

// "known" for the channels of a network, by channel. Throws PolicyError where nobody knows.
std::vector<std::optional<MarkovRate>> known_chains(const Network* network) {
  if (network == nullptr) {
    throw PolicyError("policy forecast: dynamics \"known\" needs the scenario's network");
  }
  std::vector<std::optional<MarkovRate>> chains;
  for (const Channel& channel : network->channels) {
    if (std::holds_alternative<TraceRate>(channel.model)) {
      throw PolicyError(fmt::format(
          "policy forecast: dynamics \"known\": channel {} is a trace, whose dynamics nobody "
          "knows; expected dynamics: estimated, mean, harmonic or ewma",
          channel.name));
    }
    chains.push_back(known_chain(channel.model));
  }
  return chains;
}

class ForecastPolicy final : public Policy {
 public:
  explicit ForecastPolicy(const PolicyContext& context)
      : network_(context.network),
        dynamics_(context.parameters.at("dynamics")),
        weight_(parse_double(context.parameters.at("weight")).value()),
        queues_(looks_at_queues(context.parameters)) {
    if (dynamics_ == "known") {
      chains_ = known_chains(network_);
    }
  }

  Placement decide(const DecisionRequest& request) override {
    require_latency(request, "policy forecast");
    look(request);
    const ForecastCarrier forecast(request.state, {links_.data(), links_.size()});
    if (queues_) {
      const WaitingCarrier waiting(forecast, request.observed);
      return solve_timed_dp(waiting, request.topology, request.task, request.at).placement;
    }
    return solve_timed_dp(forecast, request.topology, request.task, request.at).placement;
  }

 private:
  // A forecast for each channel; without a network, for each link of each group.
  [[nodiscard]] std::pair<std::size_t, std::size_t> key_of(std::size_t group,
                                                           std::size_t link) const {
    return network_ == nullptr ? std::pair(group, link)
                               : std::pair(std::size_t{0}, network_->groups[group].channel[link]);
  }

  [[nodiscard]] bool is_moving(std::size_t group, std::size_t link) const {
    return network_ == nullptr ||
           moves(network_->channels[network_->groups[group].channel[link]].model);
  }

  [[nodiscard]] std::unique_ptr<LinkForecast> make(std::size_t channel) const {
    if (dynamics_ == "known") {
      return std::make_unique<KnownForecast>(chains_[channel].value());
    }
    if (dynamics_ == "estimated") {
      return std::make_unique<EstimatedForecast>(weight_);
    }
    return std::make_unique<ConstantForecast>(dynamics_ == "mean"       ? WindowMean::arithmetic
                                              : dynamics_ == "harmonic" ? WindowMean::harmonic
                                                                        : WindowMean::exponential,
                                              weight_);
  }

  void look(const DecisionRequest& request) {
    const Observation& seen = request.observed;
    links_.assign(request.topology.link_count(), nullptr);
    if (seen.history.empty()) {
      return;  // nothing moves
    }
    for (std::size_t l = 0; l < links_.size(); ++l) {
      if (!is_moving(request.group, l)) {
        continue;
      }
      const auto key = key_of(request.group, l);
      std::unique_ptr<LinkForecast>& forecast = forecasts_[key];
      if (!forecast) {
        forecast = make(key.second);
      }
      // Links of one channel share its forecast, and its window.
      if (std::find(links_.begin(), links_.end(), forecast.get()) == links_.end()) {
        forecast->look({seen.history_of(l), seen.step, seen.age, request.now});
      }
      links_[l] = forecast.get();
    }
  }

  const Network* network_;
  std::string dynamics_;
  double weight_;
  bool queues_;
  std::vector<std::optional<MarkovRate>> chains_;  // by channel, if known
  std::map<std::pair<std::size_t, std::size_t>, std::unique_ptr<LinkForecast>> forecasts_;
  boost::container::small_vector<const LinkForecast*, 16> links_;  // of the request; null: still
};

std::vector<PolicyParameter> parameters() {
  using Type = PolicyParameter::Type;
  return {{"dynamics",
           Type::text,
           "estimated",
           "what forecasts rest on: a Markov chain estimated from all that was measured, the "
           "channel's own model (known: not for traces), or a mean of the window (mean, harmonic, "
           "ewma)",
           {"estimated", "known", "mean", "harmonic", "ewma"}},
          {"weight",
           Type::number,
           "0.25",
           "ewma, and estimated at first: weight of a measurement against those before it",
           {},
           1e-6,
           1},
          queues_parameter()};
}

}  // namespace

PolicyEntry forecast_policy() {
  return {"forecast", "the placement expected to end first on forecast bandwidths",
          "baselines of ours; harmonic: Yin et al., SIGCOMM 2015", parameters(),
          [](const PolicyContext& context) -> std::unique_ptr<Policy> {
            return std::make_unique<ForecastPolicy>(context);
          }};
}

}  // namespace mec
