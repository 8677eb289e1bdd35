// Channels for tests, and their paths from streams of the tests' own.
#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "core/channel.hpp"

namespace mec::test {

inline RandomEngine seeded(std::string_view name, std::uint64_t index = 0) {
  return RandomStreams(20'201, 0).stream(name, index);
}

inline std::unique_ptr<RatePath> path_of(const ChannelModel& model, std::string_view name,
                                         std::uint64_t index = 0, std::uint32_t device = 0) {
  return make_path(model, seeded(name, index), device);
}

inline double rate_at(RatePath& path, double when) { return path.at(Seconds{when}).rate; }

inline GilbertRate gilbert(double slot, double good_time, double bad_time) {
  return {Seconds{slot}, BytesPerSecond{2e6}, BytesPerSecond{2e5}, Seconds{good_time},
          Seconds{bad_time}};
}

// Birth and death: 1/4, 1/2, 1/4 balance it (1/4 * 0.1 = 1/2 * 0.05).
inline MarkovRate birth_death(double slot = 1.0) {
  return {Seconds{slot},
          {BytesPerSecond{2e5}, BytesPerSecond{1e6}, BytesPerSecond{2e6}},
          {{0.9, 0.1, 0.0}, {0.05, 0.9, 0.05}, {0.0, 0.1, 0.9}}};
}

inline MarkovRate chain_of(std::vector<double> rates,
                           std::vector<std::vector<double>> transitions) {
  MarkovRate model{Seconds{1.0}, {}, std::move(transitions)};
  for (const double rate : rates) {
    model.rates.emplace_back(rate);
  }
  return model;
}

inline GaussMarkovRate gauss_markov(double memory, double low, double high) {
  return {Seconds{1.0}, BytesPerSecond{1e6}, BytesPerSecond{1e5},
          memory,       BytesPerSecond{low}, BytesPerSecond{high}};
}

inline std::shared_ptr<const Trace> trace_of(const std::vector<std::pair<double, double>>& rows,
                                             double end) {
  Trace trace;
  for (const auto& [time, rate] : rows) {
    trace.times.emplace_back(time);
    trace.rates.emplace_back(rate);
  }
  trace.end = Seconds{end};
  return std::make_shared<const Trace>(std::move(trace));
}

inline TraceRate repeated(double offset = 0.0) {
  return {"a.log", trace_of({{0.5, 1e6}, {1.25, 0.0}, {2.0, 3e6}}, 2.7), TraceRate::AtEnd::repeat,
          TraceRate::Start::offset, Seconds{offset}};
}

inline std::vector<ChannelModel> one_of_each() {
  TraceRate held = repeated();
  held.at_end = TraceRate::AtEnd::hold;
  TraceRate anywhere = repeated();
  anywhere.start = TraceRate::Start::random;
  return {RedrawnRate{Seconds{0.7}, Uniform{0.0, 2e6}},
          RedrawnRate{Seconds{0.1}, Choice{{0.0, 1e6}, {1.0, 2.0}}},
          gauss_markov(0.9, 0.0, 1.2e6),
          gilbert(0.3, 3.0, 2.0),
          birth_death(0.25),
          repeated(),
          held,
          anywhere};
}

}  // namespace mec::test
