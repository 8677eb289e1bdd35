#include "core/state_model.hpp"

#include <variant>

namespace mec {

namespace {

double rate_of(const Channel& channel, RandomEngine& engine) {
  const auto* drawn = std::get_if<Distribution>(&channel.model);
  return drawn == nullptr ? 0.0 : sample(*drawn, engine);
}

}  // namespace

StateModel::StateModel(const Scenario& scenario, const RandomStreams& streams,
                       std::uint32_t devices)
    : network_(build_network(scenario.network, devices)) {
  draw_shared(streams);
  for (std::uint32_t d = 0; d < devices; ++d) {
    RandomEngine own = streams.stream("state.device", d);
    if (scenario.redraw == StateRedraw::fixed) {
      fixed_.push_back(fixed_state(network_.group_of(d), own));
    } else if (!network_.is_drawn()) {
      fixed_.push_back(draw(network_.group_of(d), own));
    } else {
      engines_.push_back(own);
    }
  }
}

void StateModel::next(std::uint32_t device, StateSample& state) {
  if (engines_.empty()) {
    state = fixed_[device];
  } else {
    draw_into(network_.group_of(device), engines_[device], state);
  }
}

StateSample StateModel::draw(const DeviceGroup& group, RandomEngine& engine) const {
  StateSample state;
  draw_into(group, engine, state);
  return state;
}

// In the order of the network's draws: a three-tier network's is p1, p2, b1, b2, p3.
void StateModel::draw_into(const DeviceGroup& group, RandomEngine& engine,
                           StateSample& state) const {
  state.speeds.resize(network_.sites());
  state.rates.resize(group.topology.link_count());
  for (const DeviceGroup::Draw& draw : group.draws) {
    if (draw.what == DeviceGroup::Draw::What::speed) {
      const Distribution& speed =
          draw.index == kDevice ? group.speed : network_.servers[draw.index - 1].speed;
      state.speeds[draw.index] = Hertz{sample(speed, engine)};
    } else {
      const BytesPerSecond rate{rate_of(network_.channels[draw.index], engine)};
      for (std::size_t l = 0; l < group.channel.size(); ++l) {
        state.rates[l] = group.channel[l] == draw.index ? rate : state.rates[l];
      }
    }
  }
}

// Of what several groups know, the first group's draw holds.
void StateModel::draw_shared(const RandomStreams& streams) {
  shared_rates_.resize(network_.channels.size());
  for (std::size_t g = network_.groups.size(); g-- > 0;) {
    const DeviceGroup& group = network_.groups[g];
    RandomEngine engine = streams.stream("state.shared", g);
    draw_into(group, engine, shared_);
    for (std::size_t l = 0; l < group.channel.size(); ++l) {
      shared_rates_[group.channel[l]] = shared_.rates[l];
    }
  }
}

StateSample StateModel::fixed_state(const DeviceGroup& group, RandomEngine& own) const {
  StateSample state = draw(group, own);
  for (std::size_t k = 1; k < state.speeds.size(); ++k) {
    state.speeds[k] = shared_.speeds[k];
  }
  for (std::size_t l = 0; l < state.rates.size(); ++l) {
    const std::size_t channel = group.channel[l];
    if (network_.channels[channel].scope == Scope::common) {
      state.rates[l] = shared_rates_[channel];
    }
  }
  return state;
}

}  // namespace mec
