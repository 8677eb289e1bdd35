#include "core/channel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "core/channel_sources.hpp"
#include "core/hash.hpp"
#include "core/text.hpp"

namespace mec {

namespace {

using Matrix = std::vector<std::vector<double>>;

constexpr double kRowTolerance = 1e-9;

void require(bool condition, const char* message) {
  if (!condition) {
    throw std::invalid_argument(message);
  }
}

bool is_rate(BytesPerSecond rate) { return std::isfinite(rate.value()) && rate.value() >= 0.0; }

void check(const MarkovRate& model) {
  const std::size_t n = model.rates.size();
  require(n > 0, "a Markov channel without states");
  require(std::all_of(model.rates.begin(), model.rates.end(), is_rate),
          "the rate of a state is negative or not finite");
  require(model.transitions.size() == n, "a Markov channel needs a row of transitions per state");
  for (const std::vector<double>& row : model.transitions) {
    require(row.size() == n, "a row of transitions is not as long as there are states");
    require(std::all_of(row.begin(), row.end(), [](double p) { return p >= 0.0; }),
            "a transition's probability is negative");
    require(std::abs(std::accumulate(row.begin(), row.end(), 0.0) - 1.0) <= kRowTolerance,
            "a row of transitions does not sum to 1");
  }
}

// FNV-1a of the numbers' bytes, lowest first, whatever the machine's own order.
std::uint64_t hash_number(double value, std::uint64_t hash) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  for (unsigned shift = 0; shift < 64; shift += 8) {
    const char byte = static_cast<char>((bits >> shift) & 0xFFU);
    hash = fnv1a64(std::string_view(&byte, 1), hash);
  }
  return hash;
}

std::uint64_t hash_of(const Trace& trace) {
  std::uint64_t hash = kFnvStart;
  for (std::size_t i = 0; i < trace.times.size(); ++i) {
    hash = hash_number(trace.times[i].value(), hash);
    hash = hash_number(trace.rates[i].value(), hash);
  }
  return hash_number(trace.end.value(), hash);
}

struct Describe {
  std::string operator()(const Distribution& model) const { return describe(model); }
  std::string operator()(const RedrawnRate& model) const {
    return fmt::format("every({}, {})", model.slot.value(), describe(model.rate));
  }
  std::string operator()(const GaussMarkovRate& m) const {
    return fmt::format("gauss-markov({}, {}, {}, {}, {}, {})", m.slot.value(), m.mean.value(),
                       m.deviation.value(), m.memory, m.low.value(), m.high.value());
  }
  std::string operator()(const GilbertRate& m) const {
    return fmt::format("gilbert({}, {}, {}, {}, {})", m.slot.value(), m.good.value(), m.bad.value(),
                       m.good_time.value(), m.bad_time.value());
  }
  std::string operator()(const MarkovRate& model) const {
    std::vector<std::string> states;
    for (std::size_t i = 0; i < model.rates.size(); ++i) {
      states.push_back(
          fmt::format("{}: {}", model.rates[i].value(), fmt::join(model.transitions[i], " ")));
    }
    return fmt::format("markov({}, {})", model.slot.value(), join(states));
  }
  std::string operator()(const TraceRate& model) const {
    const std::string start = model.start == TraceRate::Start::random
                                  ? std::string("random")
                                  : fmt::format("{}", model.offset.value());
    return fmt::format("trace({:016x}, {}, {})", hash_of(*model.trace),
                       model.at_end == TraceRate::AtEnd::hold ? "hold" : "repeat", start);
  }
};

// E[clip(X)] = low Phi(a) + high (1 - Phi(b)) + mean (Phi(b) - Phi(a)) - deviation (phi(b) -
// phi(a)), X ~ N(mean, deviation) and a, b the standardised bounds.
double clipped_mean(const GaussMarkovRate& model) {
  if (model.deviation.value() == 0.0) {
    return std::clamp(model.mean, model.low, model.high).value();
  }
  const auto below = [](double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); };
  const auto density = [](double z) {
    return std::exp(-0.5 * z * z) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
  };
  const double a = (model.low - model.mean) / model.deviation;
  const double b = (model.high - model.mean) / model.deviation;
  const double mean = model.low.value() * below(a) + model.high.value() * below(-b) +
                      model.mean.value() * (below(b) - below(a)) -
                      model.deviation.value() * (density(b) - density(a));
  return std::clamp(mean, model.low.value(), model.high.value());
}

struct MeanRate {
  double operator()(const Distribution& model) const { return mean(model); }
  double operator()(const RedrawnRate& model) const { return (*this)(model.rate); }
  double operator()(const GaussMarkovRate& model) const { return clipped_mean(model); }
  double operator()(const GilbertRate& model) const {
    const double good = good_share(model);
    return good * model.good.value() + (1.0 - good) * model.bad.value();
  }
  double operator()(const MarkovRate& model) const {
    const std::vector<double> law = limit_law(model);
    double mean = 0.0;
    for (std::size_t i = 0; i < law.size(); ++i) {
      mean += law[i] * model.rates[i].value();
    }
    return mean;
  }
  double operator()(const TraceRate& model) const {
    const TraceRate pass{model.file, model.trace, TraceRate::AtEnd::hold};
    const std::unique_ptr<RatePath> once = make_path(pass, RandomEngine{}, 0);
    return served_amount(*once, Seconds{0.0}, model.trace->end) / model.trace->end.value();
  }
};

// P P, its rows summing to 1 again: without that the error would double with each squaring.
Matrix squared(const Matrix& p) {
  const std::size_t n = p.size();
  Matrix product(n, std::vector<double>(n, 0.0));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < n; ++k) {
      for (std::size_t j = 0; j < n; ++j) {
        product[i][j] += p[i][k] * p[k][j];
      }
    }
    const double sum = std::accumulate(product[i].begin(), product[i].end(), 0.0);
    for (double& probability : product[i]) {
      probability /= sum;
    }
  }
  return product;
}

}  // namespace

std::vector<double> limit_law(const MarkovRate& model) {
  constexpr int kSquarings = 64;
  check(model);
  const std::size_t n = model.rates.size();
  Matrix lazy = model.transitions;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      lazy[i][j] = 0.5 * (lazy[i][j] + (i == j ? 1.0 : 0.0));
    }
  }
  for (int step = 0; step < kSquarings; ++step) {
    Matrix next = squared(lazy);
    if (next == lazy) {
      break;
    }
    lazy = std::move(next);
  }
  std::vector<double> law(n, 0.0);
  for (const std::vector<double>& row : lazy) {
    for (std::size_t j = 0; j < n; ++j) {
      law[j] += row[j] / static_cast<double>(n);
    }
  }
  return law;
}

std::string describe(const ChannelModel& model) { return std::visit(Describe{}, model); }

std::unique_ptr<RatePath> make_path(const ChannelModel& model, RandomEngine random,
                                    std::uint32_t device) {
  return std::make_unique<RatePath>(make_source(model, std::move(random), device));
}

BytesPerSecond mean_rate(const ChannelModel& model) {
  return BytesPerSecond{std::visit(MeanRate{}, model)};
}

}  // namespace mec
