// What a device expects of a link: when a transfer will end that starts some time from now. Each
// way of forecasting is a class of its own; forecast.cpp makes them.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "core/channel.hpp"
#include "core/units.hpp"
#include "policies/forecast/service_chain.hpp"
#include "policies/forecast/transition_samples.hpp"

namespace mec {

/// What was measured of one link.
struct LinkWindow {
  std::span<const double> history;  // bytes/s, newest first
  Seconds step;                     // between two of them
  Seconds age;                      // of the newest
  Seconds now;
};

class LinkForecast {
 public:
  virtual ~LinkForecast() = default;
  /// Called at every decision, before `end_of`.
  virtual void look(const LinkWindow& window) = 0;
  /// Expected end of a transfer, `start` and it in seconds from the decision; not decreasing in
  /// either argument.
  [[nodiscard]] virtual double end_of(double bytes, double start) const = 0;
};

/// A rate for ever: a mean of the window.
enum class WindowMean { arithmetic, harmonic, exponential };
class ConstantForecast final : public LinkForecast {
 public:
  /// `weight` of each measurement against the mean of those before it; of the exponential one.
  ConstantForecast(WindowMean mean, double weight) : mean_(mean), weight_(weight) {}
  void look(const LinkWindow& window) override;
  [[nodiscard]] double end_of(double bytes, double start) const override;

 private:
  WindowMean mean_;
  double weight_;
  double rate_ = 0.0;
};

/// The channel's own chain, its slots, and the newest measurement.
class KnownForecast final : public LinkForecast {
 public:
  explicit KnownForecast(const MarkovRate& model) : chain_(model) {}
  void look(const LinkWindow& window) override;
  [[nodiscard]] double end_of(double bytes, double start) const override;

 private:
  ServiceChain chain_;
  std::size_t state_ = 0;
  std::size_t slots_ = 0;  // between the newest measurement's slot and the present one
  double left_ = 0.0;      // of the present one
};

/// A chain estimated from what was measured since the run began; a mean of the window until there
/// is enough of that. When slots end is not known: on average half a step after a measurement.
class EstimatedForecast final : public LinkForecast {
 public:
  explicit EstimatedForecast(double weight) : at_first_(WindowMean::exponential, weight) {}
  void look(const LinkWindow& window) override;
  [[nodiscard]] double end_of(double bytes, double start) const override;

 private:
  static constexpr std::uint64_t kFewestPairs = 20;
  static constexpr std::uint64_t kMostBetweenFits = 1024;

  TransitionSamples samples_;
  std::uint64_t next_fit_ = kFewestPairs;
  ConstantForecast at_first_;
  std::optional<ServiceChain> chain_;
  std::size_t state_ = 0;
  std::size_t slots_ = 0;
  double left_ = 0.0;
};

}  // namespace mec
