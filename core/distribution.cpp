#include "core/distribution.hpp"

#include <fmt/format.h>

#include <boost/random/exponential_distribution.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_01.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/text.hpp"

namespace mec {

namespace {

double unit(RandomEngine& engine) { return boost::random::uniform_01<double>()(engine); }

struct Sampler {
  RandomEngine& engine;

  double operator()(const Constant& d) const { return d.value; }
  double operator()(const Uniform& d) const { return d.high - (d.high - d.low) * unit(engine); }
  double operator()(const TruncatedNormal& d) const {
    boost::random::normal_distribution<double> normal(d.mean, d.deviation);
    for (;;) {
      const double value = normal(engine);
      if (value > d.low && value <= d.high) {
        return value;
      }
    }
  }
  double operator()(const Exponential& d) const {
    return boost::random::exponential_distribution<double>(1.0 / d.mean)(engine);
  }
  double operator()(const LogNormal& d) const {
    return d.median * std::exp(d.sigma * boost::random::normal_distribution<double>()(engine));
  }
  double operator()(const Choice& d) const {
    double left = unit(engine) * std::accumulate(d.weights.begin(), d.weights.end(), 0.0);
    std::size_t last = 0;
    for (std::size_t i = 0; i < d.values.size(); ++i) {
      if (d.weights[i] <= 0.0) {
        continue;
      }
      last = i;
      left -= d.weights[i];
      if (left < 0.0) {
        break;
      }
    }
    return d.values[last];
  }
};

struct SupportOf {
  static constexpr double kInfinity = std::numeric_limits<double>::infinity();

  Support operator()(const Constant& d) const { return {d.value, d.value}; }
  Support operator()(const Uniform& d) const { return {d.low, d.high}; }
  Support operator()(const TruncatedNormal& d) const { return {d.low, d.high}; }
  Support operator()(const Exponential&) const { return {0.0, kInfinity}; }
  Support operator()(const LogNormal&) const { return {0.0, kInfinity}; }
  Support operator()(const Choice& d) const {
    Support range{kInfinity, -kInfinity};
    for (std::size_t i = 0; i < d.values.size(); ++i) {
      if (d.weights[i] > 0.0) {
        range.low = std::min(range.low, d.values[i]);
        range.high = std::max(range.high, d.values[i]);
      }
    }
    return range;
  }
};

}  // namespace

double sample(const Distribution& distribution, RandomEngine& engine) {
  return std::visit(Sampler{engine}, distribution);
}

Support support(const Distribution& distribution) { return std::visit(SupportOf{}, distribution); }

double acceptance(const TruncatedNormal& d) {
  if (d.deviation == 0.0) {
    return d.low < d.mean && d.mean <= d.high ? 1.0 : 0.0;
  }
  const double scale = d.deviation * std::sqrt(2.0);
  return 0.5 * (std::erfc((d.low - d.mean) / scale) - std::erfc((d.high - d.mean) / scale));
}

std::string describe(const Distribution& distribution) {
  struct Describe {
    std::string operator()(const Constant& d) const { return fmt::format("{}", d.value); }
    std::string operator()(const Uniform& d) const {
      return fmt::format("uniform({}, {})", d.low, d.high);
    }
    std::string operator()(const TruncatedNormal& d) const {
      return fmt::format("normal({}, {}, {}, {})", d.mean, d.deviation, d.low, d.high);
    }
    std::string operator()(const Exponential& d) const {
      return fmt::format("exponential({})", d.mean);
    }
    std::string operator()(const LogNormal& d) const {
      return fmt::format("lognormal({}, {})", d.median, d.sigma);
    }
    std::string operator()(const Choice& d) const {
      std::vector<std::string> items;
      for (std::size_t i = 0; i < d.values.size(); ++i) {
        items.push_back(fmt::format("{}:{}", d.values[i], d.weights[i]));
      }
      return fmt::format("choice({})", join(items));
    }
  };
  return std::visit(Describe{}, distribution);
}

}  // namespace mec
