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
constexpr double kPi = 3.14159265358979323846;

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

double mean(const Distribution& distribution) {
  struct Mean {
    double operator()(const Constant& d) const { return d.value; }
    double operator()(const Uniform& d) const { return d.low + 0.5 * (d.high - d.low); }
    // mean + deviation (phi(a) - phi(b)) / Z, with a and b the standardised bounds.
    double operator()(const TruncatedNormal& d) const {
      const auto density = [&d](double bound) {
        const double z = (bound - d.mean) / d.deviation;
        return std::exp(-0.5 * z * z) / std::sqrt(2.0 * kPi);
      };
      return d.mean + d.deviation * (density(d.low) - density(d.high)) / acceptance(d);
    }
    double operator()(const Exponential& d) const { return d.mean; }
    double operator()(const LogNormal& d) const {
      return d.median * std::exp(0.5 * d.sigma * d.sigma);
    }
    double operator()(const Choice& d) const {
      double weights = 0.0;
      double sum = 0.0;
      for (std::size_t i = 0; i < d.values.size(); ++i) {
        weights += d.weights[i];
        sum += d.weights[i] * d.values[i];
      }
      return sum / weights;
    }
  };
  return std::visit(Mean{}, distribution);
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
