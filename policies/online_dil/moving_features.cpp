#include "policies/online_dil/moving_features.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/probes.hpp"
#include "core/timed_dp.hpp"
#include "policies/learning/arithmetic/vector_math.hpp"

namespace mec::online {

namespace {

constexpr double kCap = 4.0;
constexpr double kWeight = 0.25;  // of a measurement in the average
enum Level : std::size_t { kLatest, kAverage, kUsual, kMiddle, kLow, kHigh, kLevels };

double capped(double value) {
  return value < kCap ? value : kCap;  // NaN and infinity too
}

double ratio(double value, double unit) { return value > 0.0 ? capped(value / unit) : 0.0; }

double average_of(std::span<const double> history) {
  double mean = history.back();
  for (std::size_t i = history.size() - 1; i-- > 0;) {
    mean += kWeight * (history[i] - mean);
  }
  return mean;
}

double mean_of(std::span<const double> history) {
  return std::accumulate(history.begin(), history.end(), 0.0) / static_cast<double>(history.size());
}

// Latency of what is left by the site of the next subtask, where nothing moves: from the end to the
// beginning, so that one pass serves all of them.
SiteValues latencies(const SiteCosts& costs, ChainView task, SiteIndex at) {
  const std::size_t n = task.size();
  SiteValues rest{};
  for (std::size_t i = 0; i < kSites; ++i) {
    rest[i] = task.data[n].value() * costs.per_byte(i, kDevice);
  }
  for (std::size_t t = n; t-- > 1;) {
    SiteValues before{};
    for (std::size_t i = 0; i < kSites; ++i) {
      before[i] = std::numeric_limits<double>::infinity();
      for (std::size_t j = 0; j < kSites; ++j) {
        const double cost = task.data[t].value() * costs.per_byte(i, j) +
                            task.work[t].value() * costs.per_cycle(j) + rest[j];
        before[i] = cost < before[i] ? cost : before[i];
      }
    }
    rest = before;
  }
  for (std::size_t j = 0; j < kSites; ++j) {
    rest[j] +=
        task.data[0].value() * costs.per_byte(at, j) + task.work[0].value() * costs.per_cycle(j);
  }
  return rest;
}

double least_of(const SiteValues& values) {
  return *std::min_element(values.begin(), values.end());
}

// By how much each exceeds the least, relative to it.
SiteValues excess_of(const SiteValues& values, double least) {
  SiteValues excess{};
  for (std::size_t k = 0; k < kSites; ++k) {
    excess[k] = values[k] > least ? capped(values[k] / least - 1.0) : 0.0;
  }
  return excess;
}

void put(double value, float*& out) { *out++ = static_cast<float>(value); }

void put(const SiteValues& values, float*& out) {
  for (const double value : values) {
    put(value, out);
  }
}

}  // namespace

MovingFeatures::MovingFeatures(const Network& network, const std::string& plan)
    : network_(network), forecast_(&network, plan, kWeight) {
  const DeviceGroup& group = network_.groups.front();
  std::vector<std::size_t> seen;
  for (std::size_t l = 0; l < channel_of_.size(); ++l) {
    const ChannelModel& model = network_.channels[group.channel[l]].model;
    const auto found = std::find(seen.begin(), seen.end(), group.channel[l]);
    channel_of_[l] = static_cast<std::size_t>(found - seen.begin());
    if (found == seen.end() && moves(model)) {
      seen.push_back(group.channel[l]);
      const bool is_trace = std::holds_alternative<TraceRate>(model);
      channels_.push_back({l, is_trace ? 0.0 : mean_rate(model).value(), 0.0});
    } else if (found == seen.end()) {
      channel_of_[l] = channel_of_.size();
    }
  }
}

learning::FeatureSchema moving_schema(const Network& network, std::size_t window) {
  std::vector<std::size_t> moving;
  for (const std::size_t channel : network.groups.front().channel) {
    if (moves(network.channels[channel].model) &&
        std::find(moving.begin(), moving.end(), channel) == moving.end()) {
      moving.push_back(channel);
    }
  }
  learning::FeatureSchema schema;
  schema.kind = learning::FeatureKind::moving;
  schema.window = window;
  schema.channels = moving.size();
  return schema;
}

double MovingFeatures::rate_of(const DecisionRequest& request, std::size_t link,
                               std::size_t level) const {
  constexpr double kLowShare = 0.4;
  constexpr double kHighShare = 1.8;
  if (channel_of_[link] == channel_of_.size()) {
    return request.state.link_rate(link).value();
  }
  const double usual = channels_[channel_of_[link]].usual;
  const auto history = request.observed.history_of(link);
  const double rate = level == kLatest    ? history.front()
                      : level == kAverage ? average_of(history)
                      : level == kUsual   ? usual
                      : level == kMiddle  ? 0.5 * (history.front() + usual)
                      : level == kLow     ? kLowShare * usual
                                          : kHighShare * usual;
  return std::max(rate, kLeastMeasuredRate.value());
}

void MovingFeatures::put_levels(const DecisionRequest& request, double least, float*& out) {
  SiteCosts costs = request.state.seconds();
  for (std::size_t level = 0; level < kLevels; ++level) {
    for (std::size_t from = 0; from < kSites; ++from) {
      for (std::size_t to = 0; to < kSites; ++to) {
        double seconds = 0.0;
        for (const LinkIndex link : request.topology.route(from, to)) {
          seconds += 1.0 / rate_of(request, link, level);
        }
        costs.set_per_byte(from, to, seconds);
      }
    }
    const SiteValues values = latencies(costs, request.task, request.at);
    put(excess_of(values, least_of(values)), out);
    put(ratio(least_of(values), least), out);
  }
}

void MovingFeatures::check_window(const Observation& seen, std::size_t values) const {
  learning::FeatureSchema schema;
  schema.kind = learning::FeatureKind::moving;
  schema.window = seen.window;
  schema.channels = channels_.size();
  if (values != schema.size()) {
    throw UserError(fmt::format("a model of {} features; with observation.window {} there are {}",
                                values, seen.window, schema.size()));
  }
}

// Plans for each site of the next subtask; returns the least latency of the three.
double MovingFeatures::make_plans(const DecisionRequest& request) {
  forecast_.look(request);
  const ForecastCarrier forecast = forecast_.carrier(request.state);
  SiteValues expected{};
  for (std::size_t k = 0; k < kSites; ++k) {
    plans_[k] = solve_timed_dp_via(forecast, request.topology, request.task, request.at,
                                   static_cast<SiteIndex>(k));
    expected[k] = plans_[k].cost;
  }
  excess_ = excess_of(expected, least_of(expected));
  return least_of(expected);
}

void MovingFeatures::look(const DecisionRequest& request, std::span<float> values) {
  constexpr double kScales = 64.0;
  const Observation& seen = request.observed;
  check_window(seen, values.size());
  for (MovingChannel& channel : channels_) {
    const double rate = channel.mean > 0.0 ? channel.mean : mean_of(seen.history_of(channel.link));
    channel.usual = std::max(rate, kLeastMeasuredRate.value());
  }
  const double least = make_plans(request);

  float* out = values.data();
  for (std::size_t k = 0; k < kSites; ++k) {
    put(request.at == k ? 1.0 : 0.0, out);
  }
  const auto left = static_cast<double>(request.task.size());
  put(left / (left + 6.0), out);
  put(excess_, out);
  const double scale = std::clamp(least / seen.step.value(), 1.0 / kScales, kScales);
  put(learning::logarithm(scale) / learning::logarithm(kScales), out);
  put_levels(request, least, out);
  const double usual = rate_of(request, request.topology.route(kDevice, kEdge).front(), kUsual);
  put(ratio(request.task.data[0].value() / usual, least), out);
  for (std::size_t k = 0; k < kSites; ++k) {
    put(ratio(request.task.work[0].value() / request.state.speed(k).value(), least), out);
  }
  put(ratio(seen.age.value(), seen.step.value()), out);
  for (const MovingChannel& channel : channels_) {
    for (const double rate : seen.history_of(channel.link)) {
      put(ratio(rate, channel.usual), out);
    }
  }
}

}  // namespace mec::online
