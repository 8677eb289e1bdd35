#include "sim/stations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mec {

namespace {

// The group whose devices have a medium of their own.
const DeviceGroup& owner_of(const Network& network, std::size_t medium) {
  return *std::find_if(
      network.groups.begin(), network.groups.end(), [medium](const DeviceGroup& group) {
        return std::find(group.medium.begin(), group.medium.end(), medium) != group.medium.end();
      });
}

}  // namespace

Stations::Stations(const Network& network, Engine& engine) : site_(network.sites(), 0) {
  for (const DeviceGroup& group : network.groups) {
    for (std::uint32_t i = 0; i < group.count; ++i) {
      add_station({fmt::format("{}-{}", group.name, group.first + i), 1, Discipline::fifo, false},
                  engine);
    }
  }
  for (std::size_t k = 1; k < network.sites(); ++k) {
    const Server& server = network.servers[k - 1];
    site_[k] = add_station({server.name, server.cores, server.discipline, true}, engine);
  }
  for (std::size_t m = 0; m < network.media.size(); ++m) {
    const Medium& medium = network.media[m];
    const bool own = medium.scope == Scope::per_device;
    const DeviceGroup& owner = owner_of(network, m);
    medium_.push_back({static_cast<StationId>(stations_.size()), own, owner.first});
    for (std::uint32_t i = 0; i < (own ? owner.count : 1); ++i) {
      std::string name = own ? fmt::format("{}-{}", medium.name, owner.first + i) : medium.name;
      add_station({std::move(name), medium.unlimited ? 0U : 1U, medium.discipline, !own}, engine);
    }
  }
}

StationId Stations::add_station(Plan plan, Engine& engine) {
  const auto id = static_cast<StationId>(stations_.size());
  Station& station = stations_.emplace_back();
  station.unlimited = plan.cores == 0;
  station.sharing = plan.discipline == Discipline::processor_sharing && !station.unlimited;
  station.shared = plan.shared;
  station.cores = std::max(plan.cores, 1U);
  const auto add = [&](ServerId server) {
    next_idle_.push_back(station.idle);
    station.idle = server;
    station_of_.push_back(id);
  };
  // An engine may want its servers' names to differ; those of a scenario need not.
  const std::string name = fmt::format("{}:{}", id, plan.name);
  if (station.sharing) {
    add(engine.add_sharing_server(name, plan.cores));
  } else {
    for (std::uint32_t i = plan.cores; i-- > 0;) {  // the lowest core is claimed first
      add(engine.add_server(plan.cores == 1 ? name : fmt::format("{}:{}", name, i)));
    }
  }
  names_.push_back(std::move(plan.name));
  return id;
}

std::optional<ServerId> Stations::claim(StationId station_id, Slot slot) {
  Station& station = stations_[station_id];
  if (station.sharing) {
    return station.idle;
  }
  if (station.idle != kNone) {
    const ServerId server = station.idle;
    station.idle = next_idle_[server];
    return server;
  }
  if (slot >= next_.size()) {
    next_.resize(slot + 1, kNone);
  }
  next_[slot] = kNone;
  (station.head == kNone ? station.head : next_[station.tail]) = slot;
  station.tail = slot;
  return std::nullopt;
}

std::optional<Slot> Stations::release(ServerId server) {
  Station& station = stations_[station_of_[server]];
  if (station.sharing) {
    return std::nullopt;
  }
  if (station.head == kNone) {
    next_idle_[server] = station.idle;
    station.idle = server;
    return std::nullopt;
  }
  const Slot slot = station.head;
  station.head = next_[slot];
  return slot;
}

Seconds Stations::work_left(const Station& station, Seconds now) const {
  const auto busy = static_cast<double>(std::min(station.jobs, station.cores));
  return std::max(station.work - (now - station.since) * busy, Seconds{0.0});
}

void Stations::add_work(StationId station_id, Seconds now, Seconds seconds) {
  Station& station = stations_[station_id];
  station.work = work_left(station, now) + seconds;
  station.since = now;
  ++station.jobs;
}

void Stations::job_done(StationId station_id, Seconds now) {
  Station& station = stations_[station_id];
  station.work = work_left(station, now);
  station.since = now;
  --station.jobs;
  if (station.jobs == 0) {
    station.work = Seconds{0.0};  // rates may have moved since it was asked for
  }
}

Seconds Stations::wait(StationId station_id, Seconds now) const {
  const Station& station = stations_[station_id];
  if (station.unlimited || (!station.sharing && station.jobs < station.cores)) {
    return Seconds{0.0};
  }
  return work_left(station, now) / static_cast<double>(station.cores);
}

}  // namespace mec
