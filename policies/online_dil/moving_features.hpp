// What a decision before a subtask rests on where bandwidths move: plans for what is left of the
// task, and what was measured. Of three sites.
//
// A plan says, for each site that the next subtask may go to, when all will be over if the rest
// follows the plan: once on forecast bandwidths (policies/forecast: from dynamics that are
// estimated, or from a mean of the window that knows nothing of dynamics), and for each of six
// rates that links might keep for ever. The forecast of least latency, m [s], is the unit of all
// others:
//
//   forecast: to SITE          latency / m - 1, capped
//   forecast: least            log2(m / step of the window), scaled
//   LEVEL: to SITE             latency / least of the level - 1, capped
//   LEVEL: least               least of the level / m, capped
//   d0, e0/p1, e0/p2, e0/p3    next input at the usual rate of the first link; next subtask on each
//                              site, by m, capped
//   age                        of the newest measurement, in steps, capped
//   channel C, probe I         rate of the window by the channel's usual rate, capped
//
// The usual rate of a channel is the mean of its model; of a trace, whose mean is not known in
// advance, that of the window. So all values are without unit, and do not grow with the task.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/network.hpp"
#include "core/policy.hpp"
#include "core/solvers.hpp"
#include "policies/forecast/network_forecast.hpp"
#include "policies/learning/features/feature_schema.hpp"

namespace mec::online {

inline constexpr std::size_t kSites = 3;
using SiteValues = std::array<double, kSites>;

/// Of the features of a scenario with this network and this window.
[[nodiscard]] learning::FeatureSchema moving_schema(const Network& network, std::size_t window);

class MovingFeatures {
 public:
  /// `network` has three sites, and must outlive this. `plan`: one of forecast_dynamics().
  MovingFeatures(const Network& network, const std::string& plan);

  /// Fills `values`, of the size of the schema. Something was measured
  /// (`request.observed.history`), and something of the task is left.
  void look(const DecisionRequest& request, std::span<float> values);

  /// The forecast plan of the latest request: relative latency by the site of the next subtask,
  /// 0 for the best, capped.
  [[nodiscard]] const SiteValues& excess() const { return excess_; }
  /// What is left of the latest request's task, as the forecast plans it from there on.
  [[nodiscard]] const Placement& plan(SiteIndex first) const { return plans_[first].placement; }

 private:
  struct MovingChannel {
    std::size_t link = 0;  // the first one that follows it
    double mean = 0.0;     // bytes/s; 0: not known in advance
    double usual = 0.0;    // of the latest request
  };

  void check_window(const Observation& seen, std::size_t values) const;
  double make_plans(const DecisionRequest& request);
  void put_levels(const DecisionRequest& request, double least, float*& out);
  [[nodiscard]] double rate_of(const DecisionRequest& request, std::size_t link,
                               std::size_t level) const;

  const Network& network_;
  NetworkForecast forecast_;
  std::vector<MovingChannel> channels_;
  std::array<std::size_t, 4> channel_of_{};  // of a link, in channels_; its size: does not move
  std::array<Solution, kSites> plans_;       // by the site of the next subtask
  SiteValues excess_{};
};

}  // namespace mec::online
