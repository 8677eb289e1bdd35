#include "sim/offered_load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <variant>

#include "core/distribution.hpp"

namespace mec {

namespace {

// Of an average task.
struct Demand {
  double cycles = 0.0;
  double input = 0.0;   // bytes
  double output = 0.0;  // bytes
};

// Tasks per second of all devices together, and what one asks for.
struct Offer {
  double rate = 0.0;
  Demand demand;
};

Demand mean_demand(const TaskModel& task) {
  const double data = mean(task.data);
  return {mean(task.subtasks) * mean(task.work), data, data};
}

Offer recorded_offer(const std::vector<RecordedTask>& recorded) {
  Offer offer;
  double last = 0.0;
  for (const RecordedTask& row : recorded) {
    last = std::max(last, row.release.value());
    for (const Cycles work : row.chain.work) {
      offer.demand.cycles += work.value();
    }
    offer.demand.input += row.chain.data.front().value();
    offer.demand.output += row.chain.data.back().value();
  }
  const auto count = static_cast<double>(recorded.size());
  offer.demand.cycles /= count;
  offer.demand.input /= count;
  offer.demand.output /= count;
  offer.rate = last > 0.0 ? count / last : 0.0;
  return offer;
}

Offer offer_of(const Scenario& scenario, const Network& network,
               const std::vector<RecordedTask>* recorded) {
  const Arrivals& arrivals = scenario.workload.arrivals;
  if (recorded != nullptr && recorded->empty()) {
    return {};
  }
  Offer offer =
      recorded != nullptr ? recorded_offer(*recorded) : Offer{0.0, mean_demand(scenario.task)};
  const double devices = network.devices();
  if (const auto* poisson = std::get_if<PoissonArrivals>(&arrivals)) {
    offer.rate = devices * poisson->rate.value();
  } else if (const auto* periodic = std::get_if<PeriodicArrivals>(&arrivals)) {
    offer.rate = devices / periodic->period.value();
  } else if (std::holds_alternative<ClosedLoop>(arrivals)) {
    offer.rate = 0.0;
  }
  return offer;
}

// Adds up what the groups offer to each resource.
class Ledger {
 public:
  explicit Ledger(const Network& network)
      : network_(network),
        servers_(network.servers.size(), 0.0),
        media_(network.media.size(), 0.0) {}

  void add_group(const DeviceGroup& group, const Offer& offer, SiteIndex site) {
    const double share = static_cast<double>(group.count) / network_.devices();
    const double rate = offer.rate * share;
    if (site == kDevice) {
      devices_ = std::max(devices_, rate / group.count * offer.demand.cycles / mean(group.speed));
      return;
    }
    const Server& server = network_.servers[site - 1U];
    servers_[site - 1U] += rate * offer.demand.cycles / mean(server.speed) / server_count(server);
    add_route(group, group.topology.route(kDevice, site), rate * offer.demand.input);
    add_route(group, group.topology.route(site, kDevice), rate * offer.demand.output);
  }

  [[nodiscard]] std::vector<ResourceLoad> loads() const {
    std::vector<ResourceLoad> result;
    const auto add = [&result](std::string name, double load) {
      if (load > 0.0) {
        result.push_back({std::move(name), load});
      }
    };
    add("the CPU of a device", devices_);
    for (std::size_t i = 0; i < servers_.size(); ++i) {
      add(network_.servers[i].name, servers_[i]);
    }
    for (std::size_t i = 0; i < media_.size(); ++i) {
      const bool own = network_.media[i].scope == Scope::per_device;
      add(network_.media[i].name + (own ? " of a device" : ""), media_[i]);
    }
    return result;
  }

 private:
  static double server_count(const Server& server) {
    return server.cores == 0 ? std::numeric_limits<double>::infinity() : server.cores;
  }

  void add_route(const DeviceGroup& group, std::span<const LinkIndex> route, double bytes_per_s) {
    for (const LinkIndex link : route) {
      const std::size_t medium = group.medium[link];
      if (network_.media[medium].unlimited) {
        continue;
      }
      const bool own = network_.media[medium].scope == Scope::per_device;
      const double capacity =
          mean_rate(network_.channels[group.channel[link]].model).value() * (own ? group.count : 1);
      media_[medium] += bytes_per_s / capacity;
    }
  }

  const Network& network_;
  double devices_ = 0.0;
  std::vector<double> servers_;
  std::vector<double> media_;
};

}  // namespace

std::vector<ResourceLoad> offered_loads(const Scenario& scenario, const Network& network,
                                        const std::vector<RecordedTask>* recorded, SiteIndex role) {
  const Offer offer = offer_of(scenario, network, recorded);
  Ledger ledger(network);
  for (const DeviceGroup& group : network.groups) {
    const SiteIndex site = role == kEdge    ? group.topology.edge_site()
                           : role == kCloud ? group.topology.cloud_site()
                                            : kDevice;
    ledger.add_group(group, offer, site);
  }
  return ledger.loads();
}

}  // namespace mec
