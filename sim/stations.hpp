// Stations: a FIFO queue before one or more servers of an engine. Each device has a CPU of one core
// and its own links; the other sites and links are shared. A station without a limit on its servers
// keeps no queue and has none of the engine's.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "core/scenario.hpp"
#include "core/topology.hpp"
#include "sim/engine.hpp"

namespace mec {

using StationId = std::uint32_t;
using Slot = std::uint32_t;  // of a task in flight

class Stations {
 public:
  /// Adds all servers to the engine.
  Stations(const Topology& topology, const NetworkModel& network, std::uint32_t devices,
           Engine& engine);

  [[nodiscard]] StationId of_site(std::size_t site, std::uint32_t device) const {
    return site_[site] + (site == kDevice ? device * per_device_ : 0);
  }
  [[nodiscard]] StationId of_link(std::size_t link, std::uint32_t device) const {
    return link_[link] + (device_link_[link] ? device * per_device_ : 0);
  }
  [[nodiscard]] bool unlimited(StationId station) const { return stations_[station].unlimited; }

  /// A free server for the task, or nothing: then it waits at the end of the queue.
  [[nodiscard]] std::optional<ServerId> claim(StationId station_id, Slot slot);

  /// Frees the server and returns the task that has waited longest for one, which now has this one.
  [[nodiscard]] std::optional<Slot> release(ServerId server);

 private:
  static constexpr Slot kNone = std::numeric_limits<Slot>::max();

  struct Station {
    bool unlimited = false;
    std::vector<ServerId> idle;
    Slot head = kNone;
    Slot tail = kNone;
  };

  void add_station(std::uint32_t servers, const std::string& name, Engine& engine);

  StationId per_device_ = 0;
  std::vector<StationId> site_;  // station of a site: device 0's, or the shared one
  std::vector<StationId> link_;  // likewise of a link
  std::vector<bool> device_link_;
  std::vector<Station> stations_;
  std::vector<StationId> station_of_;  // by server
  std::vector<Slot> next_;             // by slot: a task waits in at most one queue
};

}  // namespace mec
