// Stations: where services are asked for. A plain station is a FIFO queue before one or more
// servers of an engine; a sharing one has all in service at once; one without a limit on its
// servers keeps no queue and has none of the engine's.
//
// Every device has a CPU of one core and the media that are its own; servers and common media are
// shared.
//
// A station knows how much work lies before it, in seconds of service at the rates that were seen
// when it was asked for: what a newcomer would wait for, as far as anybody can tell.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/network.hpp"
#include "sim/engine.hpp"

namespace mec {

using StationId = std::uint32_t;
using Slot = std::uint32_t;  // of a task in flight

class Stations {
 public:
  /// Adds all servers to the engine. `network` must outlive the stations.
  Stations(const Network& network, Engine& engine);

  [[nodiscard]] StationId of_site(std::size_t site, std::uint32_t device) const {
    return site == kDevice ? device : site_[site];
  }
  [[nodiscard]] StationId of_medium(std::size_t medium, std::uint32_t device) const {
    return medium_[medium].first + (medium_[medium].own ? device - medium_[medium].device : 0);
  }
  /// Whether other devices' tasks come here, too.
  [[nodiscard]] bool is_shared(StationId station) const { return stations_[station].shared; }
  [[nodiscard]] bool unlimited(StationId station) const { return stations_[station].unlimited; }
  [[nodiscard]] const std::string& name(StationId station) const { return names_[station]; }
  [[nodiscard]] std::size_t size() const { return stations_.size(); }

  /// A server for the task now, or nothing: then it waits at the end of the queue.
  [[nodiscard]] std::optional<ServerId> claim(StationId station_id, Slot slot);

  /// Frees the server and returns the task that has waited longest for one, which now has this one.
  [[nodiscard]] std::optional<Slot> release(ServerId server);

  [[nodiscard]] StationId station_of(ServerId server) const { return station_of_[server]; }

  /// `seconds` of service are asked for, or no longer wanted. Only where backlogs are looked at.
  void add_work(StationId station, Seconds now, Seconds seconds);
  void job_done(StationId station, Seconds now);
  /// How long a newcomer would wait: 0 if a server is free. At a sharing station, which has no
  /// queue, the work in it over its cores.
  [[nodiscard]] Seconds wait(StationId station, Seconds now) const;

 private:
  static constexpr Slot kNone = std::numeric_limits<Slot>::max();

  // Within a cache line: with 10,000 devices every event finds its station in main memory.
  struct Station {
    bool unlimited = false;
    bool sharing = false;
    bool shared = false;
    std::uint32_t cores = 1;
    ServerId idle = kNone;  // the first of a list; of a sharing station its one server, always
    Slot head = kNone;
    Slot tail = kNone;
    std::uint32_t jobs = 0;  // in service or waiting
    Seconds work{0.0};       // left of them at `since`
    Seconds since{0.0};
  };
  struct MediumStations {
    StationId first = 0;
    bool own = false;          // one of each device
    std::uint32_t device = 0;  // that of `first`
  };
  struct Plan {
    std::string name;
    std::uint32_t cores = 1;
    Discipline discipline = Discipline::fifo;
    bool shared = true;
  };

  StationId add_station(Plan plan, Engine& engine);
  [[nodiscard]] Seconds work_left(const Station& station, Seconds now) const;

  std::vector<StationId> site_;  // of a server; the devices' own come first, by number
  std::vector<MediumStations> medium_;
  std::vector<Station> stations_;
  std::vector<std::string> names_;     // by station
  std::vector<StationId> station_of_;  // by server
  std::vector<ServerId> next_idle_;    // by server
  std::vector<Slot> next_;             // by slot: a task waits in at most one queue
};

}  // namespace mec
