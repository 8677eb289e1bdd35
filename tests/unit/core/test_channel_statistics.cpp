#include <algorithm>
#include <cmath>

#include "core/channel.hpp"
#include "tests/catch.hpp"
#include "tests/support/rate_integral.hpp"
#include "tests/unit/core/channel_models.hpp"

namespace mec {

using namespace test;

namespace {

// Statistics are at most this many standard errors from theory; the seeds are fixed, and of chance
// alone one in 16,000 would be further away.
constexpr double kSigmas = 4.0;

void require_share(double found, double expected, double draws) {
  CAPTURE(found, expected);
  REQUIRE(std::abs(found - expected) <= kSigmas * std::sqrt(expected * (1.0 - expected) / draws));
}

}  // namespace

TEST_CASE("A Gilbert channel is good and bad for the given times and shares", "[core][channel]") {
  // Durations are geometric: with p = slot / time their mean is 1 / p slots, their variance
  // (1 - p) / p^2. The share of good slots of n has the variance of independent ones times
  // (1 + c) / (1 - c), c = 1 - p_good - p_bad being the correlation of neighbours.
  constexpr double kSlots = 400'000.0;
  const double leave_good = 0.1;
  const double leave_bad = 0.25;
  const auto path = path_of(gilbert(1.0, 1.0 / leave_good, 1.0 / leave_bad), "gilbert times");
  double slots[2] = {};
  double runs[2] = {};
  for (const test::Piece& run : test::pieces(*path, 0.0, kSlots)) {
    const std::size_t good = run.rate == 2e6 ? 1U : 0U;
    slots[good] += run.until - run.since;
    runs[good] += 1.0;
  }
  const double share = 1.0 / leave_good / (1.0 / leave_good + 1.0 / leave_bad);
  const double correlation = 1.0 - leave_good - leave_bad;
  require_share(slots[1] / (slots[0] + slots[1]), share,
                kSlots * (1.0 - correlation) / (1.0 + correlation));
  const double leave[2] = {leave_bad, leave_good};
  for (const std::size_t good : {0U, 1U}) {
    const double p = leave[good];
    const double error = std::sqrt((1.0 - p) / (p * p) / runs[good]);
    CAPTURE(good, runs[good]);
    REQUIRE(std::abs(slots[good] / runs[good] - 1.0 / p) <= kSigmas * error);
  }
}

TEST_CASE("A Markov channel moves by its rows", "[core][channel]") {
  const MarkovRate model = birth_death();
  const auto path = path_of(model, "markov rows");
  double counts[3][3] = {};
  const auto state_at = [&](int slot) {
    const BytesPerSecond rate{rate_at(*path, slot + 0.5)};
    return std::find(model.rates.begin(), model.rates.end(), rate) - model.rates.begin();
  };
  for (int k = 0; k < 200'000; ++k) {
    counts[state_at(k)][state_at(k + 1)] += 1.0;
  }
  for (std::size_t i = 0; i < 3; ++i) {
    const double all = counts[i][0] + counts[i][1] + counts[i][2];
    for (std::size_t j = 0; j < 3; ++j) {
      require_share(counts[i][j] / all, model.transitions[i][j], all);
    }
  }
}

TEST_CASE("Slotted channels start as they go on", "[core][channel]") {
  // Shares over independent paths, at the start and 25 slots later.
  constexpr std::uint64_t kPaths = 10'000;
  for (const double when : {0.5, 25.5}) {
    double states[3] = {};
    double good = 0.0;
    for (std::uint64_t i = 0; i < kPaths; ++i) {
      const double rate = rate_at(*path_of(birth_death(), "markov start", i), when);
      states[rate == 2e5 ? 0 : rate == 1e6 ? 1 : 2] += 1.0 / kPaths;
      good += rate_at(*path_of(gilbert(1.0, 9.0, 3.0), "gilbert start", i), when) == 2e6
                  ? 1.0 / kPaths
                  : 0.0;
    }
    require_share(states[0], 0.25, kPaths);
    require_share(states[1], 0.5, kPaths);
    require_share(states[2], 0.25, kPaths);
    require_share(good, 0.75, kPaths);
  }
}

TEST_CASE("A Gauss-Markov rate remembers by memory^k", "[core][channel]") {
  // Over independent paths, in deviations from the mean; the bounds are ten deviations away. Under
  // the stationary law N(0, 1) the mean of x0 xk over n paths has the variance (1 + r^2) / n, r
  // being its expectation, that of xk^2 has 2 / n.
  constexpr std::uint64_t kPaths = 10'000;
  constexpr double kMemory = 0.8;
  for (const int k : {1, 2, 5, 20}) {
    double mean = 0.0;
    double square = 0.0;
    double product = 0.0;
    for (std::uint64_t i = 0; i < kPaths; ++i) {
      const auto path = path_of(gauss_markov(kMemory, 0.0, 2e6), "gauss-markov", i);
      const double first = (rate_at(*path, 0.5) - 1e6) / 1e5;
      const double later = (rate_at(*path, k + 0.5) - 1e6) / 1e5;
      mean += later / kPaths;
      square += later * later / kPaths;
      product += first * later / kPaths;
    }
    const double expected = std::pow(kMemory, k);
    CAPTURE(k, mean, square, product);
    REQUIRE(std::abs(mean) <= kSigmas * std::sqrt(1.0 / kPaths));
    REQUIRE(std::abs(square - 1.0) <= kSigmas * std::sqrt(2.0 / kPaths));
    REQUIRE(std::abs(product - expected) <=
            kSigmas * std::sqrt((1.0 + expected * expected) / kPaths));
  }
}

TEST_CASE("A Gauss-Markov rate is clipped, not redrawn", "[core][channel]") {
  // One deviation below the mean and two above: Phi(-1) = 0.158655 and Phi(-2) = 0.022750 of the
  // slots are at the bounds. Without memory they are independent.
  constexpr int kSlots = 100'000;
  const auto path = path_of(gauss_markov(0.0, 0.9e6, 1.2e6), "clipped");
  double low = 0.0;
  double high = 0.0;
  for (int k = 0; k < kSlots; ++k) {
    const double rate = rate_at(*path, k + 0.5);
    REQUIRE((rate >= 0.9e6 && rate <= 1.2e6));
    low += rate == 0.9e6 ? 1.0 / kSlots : 0.0;
    high += rate == 1.2e6 ? 1.0 / kSlots : 0.0;
  }
  require_share(low, 0.158655254, kSlots);
  require_share(high, 0.022750132, kSlots);
}

TEST_CASE("A chain's limit from even odds", "[core][channel]") {
  const auto require_law = [](const MarkovRate& model, const std::vector<double>& expected) {
    const std::vector<double> law = limit_law(model);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      CAPTURE(i);
      REQUIRE(law[i] == Approx(expected[i]).margin(1e-12));
    }
  };
  require_law(birth_death(), {0.25, 0.5, 0.25});
  require_law(chain_of({1}, {{1}}), {1.0});
  // Two states in turn, for ever: a period of two.
  require_law(chain_of({1, 2}, {{0, 1}, {1, 0}}), {0.5, 0.5});
  // A transient state that goes to one of two traps: 1/3 + 1/3 * 0.25 and 1/3 + 1/3 * 0.75.
  require_law(chain_of({1, 2, 3}, {{0, 0.25, 0.75}, {0, 1, 0}, {0, 0, 1}}),
              {0.0, 1.25 / 3.0, 1.75 / 3.0});
  // Nearly two chains: 3e-9 against 1e-9, over a billion slots.
  const std::vector<double> slow =
      limit_law(chain_of({1, 2}, {{1 - 1e-9, 1e-9}, {3e-9, 1 - 3e-9}}));
  REQUIRE(slow[0] == Approx(0.75).epsilon(1e-6));
}

TEST_CASE("A trace that starts anywhere starts evenly", "[core][channel]") {
  // 1.25 of 2.7 s are at 1 MB/s, 0.75 s an outage.
  constexpr std::uint64_t kPaths = 10'000;
  TraceRate model = repeated();
  model.start = TraceRate::Start::random;
  double slow = 0.0;
  double none = 0.0;
  for (std::uint64_t i = 0; i < kPaths; ++i) {
    const double rate = rate_at(*path_of(model, "anywhere", i), 0.0);
    slow += rate == 1e6 ? 1.0 / kPaths : 0.0;
    none += rate == 0.0 ? 1.0 / kPaths : 0.0;
  }
  require_share(slow, 1.25 / 2.7, kPaths);
  require_share(none, 0.75 / 2.7, kPaths);
}

}  // namespace mec
