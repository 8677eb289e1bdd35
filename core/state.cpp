#include "core/state.hpp"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

namespace mec {

SystemState::SystemState(const Topology& topology, std::span<const Hertz> speeds,
                         std::span<const BytesPerSecond> rates)
    : seconds_(topology.site_count()) {
  const std::size_t sites = topology.site_count();
  if (speeds.size() != sites || rates.size() != topology.link_count()) {
    throw std::invalid_argument(fmt::format("{} speeds and {} rates for {} sites and {} links",
                                            speeds.size(), rates.size(), sites,
                                            topology.link_count()));
  }
  for (std::size_t k = 0; k < sites; ++k) {
    if (!(speeds[k].value() > 0.0)) {
      throw std::invalid_argument(fmt::format("speed of {} is {} Hz; expected > 0",
                                              topology.site_name(k), speeds[k].value()));
    }
    rates_.push_back(speeds[k].value());
    seconds_.set_per_cycle(k, (1.0 / speeds[k]).value());
  }
  for (std::size_t l = 0; l < rates.size(); ++l) {
    if (!(rates[l].value() > 0.0)) {
      throw std::invalid_argument(fmt::format("rate of {} is {} B/s; expected > 0",
                                              topology.link(l).name, rates[l].value()));
    }
    rates_.push_back(rates[l].value());
  }
  for (std::size_t from = 0; from < sites; ++from) {
    for (std::size_t to = 0; to < sites; ++to) {
      double total = 0.0;
      for (const LinkIndex link : topology.route(from, to)) {
        total += (1.0 / rates[link]).value();
      }
      seconds_.set_per_byte(from, to, total);
    }
  }
}

StateSample::StateSample(const ThreeTierState& state)
    : speeds{state.p1, state.p2, state.p3}, rates{state.b1, state.b1, state.b2, state.b2} {}

ThreeTierState three_tier(const StateSample& sample) {
  return {sample.speeds.at(kDevice), sample.speeds.at(kEdge), sample.rates.at(kUplink),
          sample.rates.at(kBackhaulUp), sample.speeds.at(kCloud)};
}

SystemState::SystemState(const Topology& topology, const StateSample& sample)
    : SystemState(topology, {sample.speeds.data(), sample.speeds.size()},
                  {sample.rates.data(), sample.rates.size()}) {}

SystemState::SystemState(const ThreeTierState& state)
    : SystemState(three_tier_topology(), std::array{state.p1, state.p2, state.p3},
                  std::array{state.b1, state.b1, state.b2, state.b2}) {}

}  // namespace mec
