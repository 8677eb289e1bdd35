#include "policies/forecast/known_chain.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/random.hpp"
#include "policies/learning/arithmetic/vector_math.hpp"

namespace mec {

namespace {

MarkovRate chain_of(const RedrawnRate& model) {
  constexpr std::size_t kStates = 16;
  constexpr std::size_t kDraws = 4096;
  RandomEngine random = RandomStreams(0, 0).stream("forecast.redrawn");
  std::vector<double> draws(kDraws);
  std::generate(draws.begin(), draws.end(), [&] { return sample(model.rate, random); });
  std::sort(draws.begin(), draws.end());
  constexpr auto kPart = static_cast<std::ptrdiff_t>(kDraws / kStates);
  MarkovRate chain{model.slot, {}, {}};
  for (auto part = draws.begin(); part != draws.end(); part += kPart) {
    chain.rates.emplace_back(std::accumulate(part, part + kPart, 0.0) / static_cast<double>(kPart));
  }
  chain.transitions.assign(kStates, std::vector<double>(kStates, 1.0 / kStates));
  return chain;
}

// The state x ~ N(0, 1), x' = memory x + sqrt(1 - memory^2) z, on a grid finer than one step is
// wide.
MarkovRate chain_of(const GaussMarkovRate& model) {
  constexpr double kReach = 3.0;  // deviations
  constexpr double kFewest = 13.0;
  constexpr double kMost = 41.0;
  const double width = std::sqrt(1.0 - model.memory * model.memory);
  const auto states =
      static_cast<std::size_t>(std::clamp(std::ceil(2.0 * kReach / (0.6 * width)), kFewest, kMost));
  const double step = 2.0 * kReach / static_cast<double>(states - 1);
  const double spread = std::max(width, 0.6 * step);  // a grid too coarse would stand still
  const auto value = [&](std::size_t i) { return -kReach + step * static_cast<double>(i); };
  MarkovRate chain{model.slot, {}, {}};
  for (std::size_t i = 0; i < states; ++i) {
    const BytesPerSecond rate = model.mean + value(i) * model.deviation;
    chain.rates.push_back(std::clamp(rate, model.low, model.high));
    std::vector<double> row(states);
    for (std::size_t j = 0; j < states; ++j) {
      const double z = (value(j) - model.memory * value(i)) / spread;
      row[j] = static_cast<double>(learning::exponential(static_cast<float>(-0.5 * z * z)));
    }
    const double sum = std::accumulate(row.begin(), row.end(), 0.0);
    std::transform(row.begin(), row.end(), row.begin(), [sum](double p) { return p / sum; });
    chain.transitions.push_back(std::move(row));
  }
  return chain;
}

MarkovRate chain_of(const GilbertRate& model) {
  const double end_good = model.slot / model.good_time;
  const double end_bad = model.slot / model.bad_time;
  return {
      model.slot, {model.good, model.bad}, {{1.0 - end_good, end_good}, {end_bad, 1.0 - end_bad}}};
}

struct Known {
  std::optional<MarkovRate> operator()(const Distribution&) const { return std::nullopt; }
  std::optional<MarkovRate> operator()(const TraceRate&) const { return std::nullopt; }
  std::optional<MarkovRate> operator()(const MarkovRate& model) const { return model; }
  template <class Model>
  std::optional<MarkovRate> operator()(const Model& model) const {
    return chain_of(model);
  }
};

}  // namespace

std::optional<MarkovRate> known_chain(const ChannelModel& model) {
  return std::visit(Known{}, model);
}

}  // namespace mec
