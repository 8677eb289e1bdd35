#include "sim/stations.hpp"

#include <fmt/format.h>

namespace mec {

Stations::Stations(const Topology& topology, const NetworkModel& network, std::uint32_t devices,
                   Engine& engine)
    : site_(topology.site_count()), link_(topology.link_count()) {
  std::vector<std::size_t> own_links;
  for (std::size_t l = 0; l < topology.link_count(); ++l) {
    device_link_.push_back(topology.is_device_link(l));
    if (device_link_[l]) {
      own_links.push_back(l);
    }
  }
  per_device_ = static_cast<StationId>(1 + own_links.size());
  for (std::uint32_t d = 0; d < devices; ++d) {
    add_station(1, fmt::format("{}-{}", topology.site_name(kDevice), d), engine);
    for (const std::size_t l : own_links) {
      add_station(1, fmt::format("{}-{}", topology.link(l).name, d), engine);
    }
  }
  for (std::size_t i = 0; i < own_links.size(); ++i) {
    link_[own_links[i]] = static_cast<StationId>(1 + i);
  }
  for (std::size_t k = 1; k < topology.site_count(); ++k) {
    site_[k] = static_cast<StationId>(stations_.size());
    add_station(k == kEdge ? network.edge_cores : network.cloud_cores, topology.site_name(k),
                engine);
  }
  for (std::size_t l = 0; l < topology.link_count(); ++l) {
    if (!device_link_[l]) {
      link_[l] = static_cast<StationId>(stations_.size());
      add_station(1, topology.link(l).name, engine);
    }
  }
}

void Stations::add_station(std::uint32_t servers, const std::string& name, Engine& engine) {
  const auto id = static_cast<StationId>(stations_.size());
  Station& station = stations_.emplace_back();
  station.unlimited = servers == 0;
  for (std::uint32_t i = servers; i-- > 0;) {  // the lowest core is claimed first
    station.idle.push_back(engine.add_server(fmt::format("{}-core-{}", name, i)));
    station_of_.push_back(id);
  }
}

std::optional<ServerId> Stations::claim(StationId station_id, Slot slot) {
  Station& station = stations_[station_id];
  if (!station.idle.empty()) {
    const ServerId server = station.idle.back();
    station.idle.pop_back();
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
  if (station.head == kNone) {
    station.idle.push_back(server);
    return std::nullopt;
  }
  const Slot slot = station.head;
  station.head = next_[slot];
  return slot;
}

}  // namespace mec
