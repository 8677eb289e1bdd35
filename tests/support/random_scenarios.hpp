// Random scenarios of everything that FIFO engines simulate: channels of all kinds, shared and
// half-duplex access, networks of any shape, arrivals, decisions that cost and travel.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/scenario.hpp"
#include "tests/support/random_problems.hpp"

namespace mec::test {

inline bool coin(RandomEngine& random) { return index_below(random, 2) == 0; }

inline Distribution random_rate(RandomEngine& random) {
  const double low = uniform(random, 2e5, 1e6);
  if (coin(random)) {
    return Constant{low};
  }
  return Uniform{low, low + 2e6};
}

inline Trace random_trace(RandomEngine& random) {
  Trace trace;
  Seconds when{uniform(random, 0.0, 2.0)};
  for (std::size_t i = 0; i < 20; ++i) {
    trace.times.push_back(when);
    trace.rates.emplace_back(index_below(random, 4) == 0 ? 0.0 : uniform(random, 1e5, 3e6));
    when += Seconds{uniform(random, 0.1, 3.0)};
  }
  trace.rates[7] = BytesPerSecond{1e6};  // not all of them outages
  trace.end = when;
  return trace;
}

inline ChannelModel random_channel(RandomEngine& random) {
  const Seconds slot{uniform(random, 0.2, 2.0)};
  const auto rate = [&random] { return BytesPerSecond{uniform(random, 1e5, 3e6)}; };
  switch (index_below(random, 7)) {
    case 0:
      return RedrawnRate{slot, Uniform{0.0, 2e6}};
    case 1:
      return GaussMarkovRate{slot,
                             BytesPerSecond{1e6},
                             BytesPerSecond{5e5},
                             uniform(random, 0.0, 0.95),
                             BytesPerSecond{0.0},
                             BytesPerSecond{3e6}};
    case 2:
      return GilbertRate{slot, BytesPerSecond{2e6},
                         BytesPerSecond{coin(random) ? 0.0 : uniform(random, 1e4, 3e5)},
                         slot * uniform(random, 1.0, 8.0), slot * uniform(random, 1.0, 8.0)};
    case 3:
      return MarkovRate{slot,
                        {rate(), rate(), BytesPerSecond{0.0}},
                        {{0.8, 0.2, 0.0}, {0.1, 0.7, 0.2}, {0.0, 0.5, 0.5}}};
    case 4: {
      TraceRate replay;
      replay.trace = std::make_shared<const Trace>(random_trace(random));
      replay.start = coin(random) ? TraceRate::Start::random : TraceRate::Start::offset;
      replay.offset = Seconds{uniform(random, 0.0, 5.0)};
      return replay;
    }
    default:
      return random_rate(random);
  }
}

inline AccessModel random_access(RandomEngine& random) {
  return {coin(random), coin(random) ? Duplex::full : Duplex::half, Discipline::fifo};
}

inline Distribution random_speed(RandomEngine& random) {
  const double low = uniform(random, 3e8, 2e9);
  return coin(random) ? Distribution{Constant{low}} : Distribution{Uniform{low, 2.0 * low}};
}

inline std::optional<ChannelModel> maybe_channel(RandomEngine& random) {
  return coin(random) ? std::optional<ChannelModel>(random_channel(random)) : std::nullopt;
}

/// Two to five servers and up to two relays, joined in a chain with shortcuts; one to three groups.
inline GraphModel random_graph(RandomEngine& random) {
  GraphModel graph;
  const std::size_t servers = 2 + index_below(random, 4);
  const std::size_t relays = index_below(random, 3);
  for (std::size_t i = 0; i < servers + relays; ++i) {
    GraphModel::Node node;
    node.name = "node-" + std::to_string(i);
    node.computes = i < servers;
    node.speed = random_speed(random);
    node.cores = static_cast<std::uint32_t>(index_below(random, 4));
    node.tier = coin(random) ? Tier::edge : Tier::cloud;
    graph.nodes.push_back(node);
    if (i > 0) {
      GraphModel::Edge edge;
      edge.name = "link-" + std::to_string(i);
      edge.from = graph.nodes[index_below(random, i)].name;
      edge.to = node.name;
      edge.bandwidth = random_channel(random);
      edge.back = maybe_channel(random);
      edge.duplex = coin(random) ? Duplex::full : Duplex::half;
      graph.links.push_back(edge);
    }
  }
  for (std::size_t i = 0; i <= index_below(random, 3); ++i) {
    GraphModel::Devices devices;
    devices.name = "group-" + std::to_string(i);
    devices.count = static_cast<std::uint32_t>(1 + index_below(random, 4));
    devices.speed = random_speed(random);
    devices.at = graph.nodes[index_below(random, graph.nodes.size())].name;
    devices.up = random_channel(random);
    devices.down = maybe_channel(random);
    devices.common_channel = coin(random);
    devices.access = random_access(random);
    graph.devices.push_back(devices);
  }
  return graph;
}

inline void draw_network(RandomEngine& random, NetworkModel& network) {
  if (index_below(random, 3) == 0) {
    network.graph = random_graph(random);
    return;
  }
  network.devices = static_cast<std::uint32_t>(1 + index_below(random, 6));
  network.device_speed = random_speed(random);
  network.edge_speed = random_speed(random);
  network.cloud_speed = coin(random) ? random_speed(random) : network.cloud_speed;
  network.b1 = random_channel(random);
  network.b2 = random_channel(random);
  network.b1_down = maybe_channel(random);
  network.b2_down = maybe_channel(random);
  network.b1_common = coin(random);
  network.access = random_access(random);
  network.edge_cores = static_cast<std::uint32_t>(1 + index_below(random, 4));
  network.cloud_cores = static_cast<std::uint32_t>(index_below(random, 3));
}

inline Scenario random_scenario(RandomEngine& random, std::uint64_t tasks) {
  Scenario scenario;
  scenario.seed = index_below(random, 1'000'000);
  scenario.task = {Uniform{0.0, 7.0}, Uniform{0.0, 1e9}, Uniform{0.0, 2e6}};
  draw_network(random, scenario.network);
  scenario.redraw = coin(random) ? StateRedraw::per_task : StateRedraw::fixed;
  scenario.workload.tasks = tasks;
  switch (index_below(random, 3)) {
    case 0:
      scenario.workload.arrivals = PoissonArrivals{PerSecond{uniform(random, 0.02, 0.5)}};
      break;
    case 1:
      scenario.workload.arrivals = PeriodicArrivals{Seconds{uniform(random, 1.0, 40.0)}};
      break;
    default:
      break;
  }
  scenario.workload.warmup_tasks = index_below(random, 5);
  if (coin(random)) {
    scenario.decision.cost = CyclesDecisionCost{Cycles{uniform(random, 0.0, 1e7)}};
    scenario.decision.request = Bytes{uniform(random, 0.0, 1e4)};
    scenario.decision.answer = Bytes{coin(random) ? 0.0 : uniform(random, 0.0, 1e3)};
  }
  scenario.decision.site = static_cast<SiteIndex>(index_below(random, 3));
  scenario.decision.when = coin(random) ? DecisionMoment::task : DecisionMoment::subtask;
  ObservationModel& observation = scenario.observation;
  observation.age = Seconds{coin(random) ? 0.0 : uniform(random, 0.0, 2.0)};
  observation.period = Seconds{coin(random) ? 0.0 : uniform(random, 0.1, 3.0)};
  observation.noise = coin(random) ? 0.0 : 0.3;
  observation.backlog = static_cast<ObservationModel::Backlog>(index_below(random, 3));
  observation.backlog_period = Seconds{coin(random) ? 0.0 : uniform(random, 0.5, 5.0)};
  return scenario;
}

}  // namespace mec::test
