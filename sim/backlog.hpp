// What of the queues a policy may see (ObservationModel): none, those of its own device, or all of
// them; shared ones as they are, or as they were when last published.
//
// Ignores how what is published travels: it is known everywhere at once, and costs no bandwidth.
#pragma once

#include <cstdint>
#include <vector>

#include "core/network.hpp"
#include "core/policy.hpp"
#include "core/scenario.hpp"
#include "sim/stations.hpp"

namespace mec {

class Backlog {
 public:
  /// All references must outlive this.
  Backlog(const Network& network, const ObservationModel& model, const Stations& stations);

  /// Whether anybody looks: else stations need not keep account of their work.
  [[nodiscard]] bool is_seen() const { return model_.backlog != ObservationModel::Backlog::none; }
  [[nodiscard]] bool is_published() const;

  /// To be called before any queue changes: publishes what the queues were at the last date of
  /// publishing up to now. They have not changed since then, or this would have been called.
  void publish_until(Seconds now);

  /// Fills the waits of `observation` with what the device sees; views into this, until the next
  /// call.
  void observe(std::uint32_t device, Seconds now, Observation& observation);

 private:
  [[nodiscard]] double seen(StationId station, Seconds now) const;

  const Network& network_;
  ObservationModel model_;
  const Stations& stations_;
  std::vector<StationId> shared_;
  double periods_ = 0.0;           // that have been published
  std::vector<double> published_;  // seconds, by station; of shared ones
  std::vector<double> site_wait_;
  std::vector<double> link_wait_;
};

}  // namespace mec
