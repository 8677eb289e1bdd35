#include "policies/forecast/network_forecast.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "policies/forecast/known_chain.hpp"

namespace mec {

namespace {

// "known" for the channels of a network, by channel. Throws PolicyError where nobody knows.
std::vector<std::optional<MarkovRate>> known_chains(const Network* network) {
  if (network == nullptr) {
    throw PolicyError("dynamics \"known\" needs the scenario's network");
  }
  std::vector<std::optional<MarkovRate>> chains;
  for (const Channel& channel : network->channels) {
    if (std::holds_alternative<TraceRate>(channel.model)) {
      throw PolicyError(
          fmt::format("dynamics \"known\": channel {} is a trace, whose dynamics nobody "
                      "knows; expected dynamics: estimated, mean, harmonic or ewma",
                      channel.name));
    }
    chains.push_back(known_chain(channel.model));
  }
  return chains;
}

}  // namespace

const std::vector<std::string>& forecast_dynamics() {
  static const std::vector<std::string> names = {"estimated", "known", "mean", "harmonic", "ewma"};
  return names;
}

NetworkForecast::NetworkForecast(const Network* network, std::string dynamics, double weight)
    : network_(network), dynamics_(std::move(dynamics)), weight_(weight) {
  if (dynamics_ == "known") {
    chains_ = known_chains(network_);
  }
}

NetworkForecast::Key NetworkForecast::key_of(std::size_t group, std::size_t link) const {
  return network_ == nullptr ? Key(group, link) : Key(0, network_->groups[group].channel[link]);
}

bool NetworkForecast::is_moving(std::size_t group, std::size_t link) const {
  return network_ == nullptr ||
         moves(network_->channels[network_->groups[group].channel[link]].model);
}

std::unique_ptr<LinkForecast> NetworkForecast::make(std::size_t channel) const {
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

void NetworkForecast::look(const DecisionRequest& request) {
  const Observation& seen = request.observed;
  links_.assign(request.topology.link_count(), nullptr);
  if (seen.history.empty()) {
    return;  // nothing moves
  }
  for (std::size_t l = 0; l < links_.size(); ++l) {
    if (!is_moving(request.group, l)) {
      continue;
    }
    const Key key = key_of(request.group, l);
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

}  // namespace mec
