#include "sim/backlog.hpp"

#include <cmath>

namespace mec {

Backlog::Backlog(const Network& network, const ObservationModel& model, const Stations& stations)
    : network_(network), model_(model), stations_(stations) {
  if (is_published()) {
    published_.assign(stations.size(), 0.0);
    for (StationId station = 0; station < stations.size(); ++station) {
      if (stations.is_shared(station)) {
        shared_.push_back(station);
      }
    }
  }
}

bool Backlog::is_published() const {
  return model_.backlog == ObservationModel::Backlog::all && model_.backlog_period.value() > 0.0;
}

void Backlog::publish_until(Seconds now) {
  const double periods = is_published() ? std::floor(now / model_.backlog_period) : 0.0;
  if (periods <= periods_) {
    return;
  }
  periods_ = periods;
  for (const StationId station : shared_) {
    published_[station] = stations_.wait(station, model_.backlog_period * periods).value();
  }
}

double Backlog::seen(StationId station, Seconds now) const {
  if (!stations_.is_shared(station)) {
    return stations_.wait(station, now).value();
  }
  if (model_.backlog == ObservationModel::Backlog::own) {
    return 0.0;
  }
  return published_.empty() ? stations_.wait(station, now).value() : published_[station];
}

void Backlog::observe(std::uint32_t device, Seconds now, Observation& observation) {
  if (!is_seen()) {
    return;
  }
  publish_until(now);
  const DeviceGroup& group = network_.group_of(device);
  site_wait_.resize(network_.sites());
  for (std::size_t k = 0; k < site_wait_.size(); ++k) {
    site_wait_[k] = seen(stations_.of_site(k, device), now);
  }
  link_wait_.resize(group.medium.size());
  for (std::size_t l = 0; l < link_wait_.size(); ++l) {
    link_wait_[l] = seen(stations_.of_medium(group.medium[l], device), now);
  }
  observation.site_wait = site_wait_;
  observation.link_wait = link_wait_;
}

}  // namespace mec
