#include "core/probes.hpp"

#include <algorithm>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/taus88.hpp>
#include <cmath>

namespace mec {

Probes::Probes(const Network& network, const ObservationModel& model, ChannelPaths& paths,
               const RandomStreams& streams)
    : network_(network),
      model_(model),
      paths_(paths),
      seed_(streams.seed_of("probes")),
      moves_(network.moves()) {}

Seconds Probes::step() const { return model_.period.value() > 0.0 ? model_.period : model_.step; }

Seconds Probes::memory() const {
  return model_.age + step() * static_cast<double>(model_.window + 1);
}

// With continuous measurement the noise is that of the millisecond.
Probes::Probe Probes::newest(Seconds now) const {
  constexpr double kNoiseGrain = 1e-3;
  const Seconds known = now - model_.age;
  if (model_.period.value() > 0.0) {
    const double number = std::floor(known / model_.period);
    return {model_.period * number, static_cast<std::int64_t>(number)};
  }
  return {known, static_cast<std::int64_t>(std::floor(known.value() / kNoiseGrain))};
}

double Probes::noise_of(std::size_t channel, std::uint32_t device, std::int64_t number) const {
  const bool common = network_.channels[channel].scope == Scope::common;
  const std::uint64_t seed =
      mix(mix(mix(seed_, channel), common ? 0 : device), static_cast<std::uint64_t>(number));
  boost::random::taus88 engine(static_cast<std::uint32_t>(seed >> 32U));
  return std::exp(model_.noise * boost::random::normal_distribution<double>()(engine));
}

double Probes::rate_at(std::size_t channel, std::uint32_t device, const Probe& probe) const {
  const double rate =
      paths_.of_channel(channel, device)->at(std::max(probe.when, Seconds{0.0})).rate;
  return model_.noise == 0.0 ? rate : rate * noise_of(channel, device, probe.number);
}

void Probes::measure(std::uint32_t device, Seconds now, const StateSample& sample,
                     MeasuredState& measured) {
  const DeviceGroup& group = network_.group_of(device);
  if (!moves_) {
    measured.history.clear();
    measured.state.emplace(group.topology, sample);
    return;
  }
  const std::size_t links = group.topology.link_count();
  const std::size_t window = model_.window;
  measured.rates = sample;
  measured.history.assign(links * window, 0.0);
  const Probe latest = newest(now);
  const auto grains = static_cast<std::int64_t>(
      model_.period.value() > 0.0 ? 1.0 : std::round(step().value() * 1e3));
  for (std::size_t l = 0; l < links; ++l) {
    double* row = measured.history.data() + l * window;
    if (paths_.of_channel(group.channel[l], device) == nullptr) {
      std::fill_n(row, window, sample.rates[l].value());
      continue;
    }
    for (std::size_t i = window; i-- > 0;) {
      const auto back = static_cast<std::int64_t>(i);
      const Probe probe{latest.when - step() * static_cast<double>(i),
                        latest.number - back * grains};
      row[i] = rate_at(group.channel[l], device, probe);
    }
    measured.rates.rates[l] = std::max(BytesPerSecond{row[0]}, kLeastMeasuredRate);
  }
  measured.state.emplace(group.topology, measured.rates);
}

Observation Probes::observation(Seconds now, const MeasuredState& measured) const {
  Observation observation;
  observation.history = measured.history;
  observation.window = measured.history.empty() ? 0 : model_.window;
  observation.step = step();
  observation.age = now - newest(now).when;
  return observation;
}

}  // namespace mec
