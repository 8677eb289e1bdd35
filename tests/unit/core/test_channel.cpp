#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>

#include "core/channel.hpp"
#include "tests/catch.hpp"
#include "tests/support/random_problems.hpp"
#include "tests/support/rate_integral.hpp"
#include "tests/unit/core/channel_models.hpp"

namespace mec {

using namespace test;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("Slot boundaries are multiples of the slot, however late", "[core][channel]") {
  // Adding up 0.1 a million times ends 1.3e-6 beside 1e5.
  const auto path = path_of(RedrawnRate{Seconds{0.1}, Uniform{0.0, 1.0}}, "slots");
  for (const double k : {0.0, 1.0, 2.0, 7.0, 999'999.0, 1'000'000.0}) {
    path->forget_before(Seconds{k * 0.1});
    REQUIRE(path->at(Seconds{(k + 0.5) * 0.1}).until.value() == (k + 1.0) * 0.1);
  }
}

TEST_CASE("A redrawn rate is a draw of its distribution in each slot", "[core][channel]") {
  const Distribution rate = Uniform{0.0, 2e6};
  const auto path = path_of(RedrawnRate{Seconds{2.0}, rate}, "redrawn");
  RandomEngine random = seeded("redrawn");
  for (int k = 0; k < 1000; ++k) {
    REQUIRE(rate_at(*path, 2.0 * k + 1.0) == sample(rate, random));
  }
}

TEST_CASE("One uniform draw a slot decides a Gilbert channel, the first by the long-run share",
          "[core][channel]") {
  // The engine's words divided by 2^64 are the draws. Good for 3 s on average, bad for 2: good
  // first if u < 0.6; then a slot of 0.5 s ends good times with 1/6, bad ones with 1/4. Of the row
  // {1 - p, p} the first part of [0, 1) stays; of {q, 1 - q} the first part leaves.
  const auto path = path_of(gilbert(0.5, 3.0, 2.0), "gilbert pin");
  RandomEngine words = seeded("gilbert pin");
  const auto uniform = [&] { return static_cast<double>(words()) * 0x1p-64; };
  bool good = uniform() < 0.6;
  for (int k = 0; k < 1000; ++k) {
    REQUIRE(rate_at(*path, 0.5 * k + 0.25) == (good ? 2e6 : 2e5));
    const double u = uniform();
    good = good ? u < 1.0 - 0.5 / 3.0 : u < 0.25;
  }
}

TEST_CASE("One uniform draw a slot decides a Markov channel, the first by its limit",
          "[core][channel]") {
  const MarkovRate model = birth_death();
  const auto path = path_of(model, "markov pin");
  RandomEngine words = seeded("markov pin");
  std::vector<double> row = {0.25, 0.5, 0.25};
  for (int k = 0; k < 1000; ++k) {
    const double u = static_cast<double>(words()) * 0x1p-64;
    const std::size_t state = u < row[0] ? 0U : u < row[0] + row[1] ? 1U : 2U;
    REQUIRE(rate_at(*path, k + 0.5) == model.rates[state].value());
    row = model.transitions[state];
  }
}

TEST_CASE("A Gilbert state whose mean time is the slot lasts one slot", "[core][channel]") {
  const auto path = path_of(gilbert(1.0, 1.0, 1.0), "gilbert turns");
  const double first = rate_at(*path, 0.5);
  for (int k = 1; k < 100; ++k) {
    REQUIRE((rate_at(*path, k + 0.5) == first) == (k % 2 == 0));
  }
}

TEST_CASE("A chain that is left with one rate holds it for ever", "[core][channel]") {
  // The first state is transient, but even odds leave nothing of it: all starts are in the trap of
  // two states at rate 0.
  const auto dead =
      path_of(chain_of({1e6, 0, 0}, {{0.5, 0.25, 0.25}, {0, 0.5, 0.5}, {0, 1, 0}}), "dead chain");
  REQUIRE(dead->at(Seconds{0.0}).rate == 0.0);
  REQUIRE(service_time(*dead, Seconds{0.0}, 1.0).value() == kInfinity);
  const ChannelModel models[] = {
      RedrawnRate{Seconds{1.0}, Uniform{5.0, 5.0}},
      RedrawnRate{Seconds{1.0}, Constant{5.0}},
      RedrawnRate{Seconds{1.0}, Choice{{1.0, 5.0}, {0.0, 1.0}}},
      gauss_markov(0.5, 5.0, 5.0),
      GaussMarkovRate{Seconds{1.0}, BytesPerSecond{5.0}, BytesPerSecond{0.0}, 0.5,
                      BytesPerSecond{0.0}, BytesPerSecond{9.0}},
      GilbertRate{Seconds{1.0}, BytesPerSecond{5.0}, BytesPerSecond{5.0}, Seconds{2.0},
                  Seconds{2.0}},
      chain_of({5, 5}, {{0.5, 0.5}, {0.5, 0.5}}),
      TraceRate{"a.log", trace_of({{0.0, 5.0}, {1.0, 5.0}}, 2.0)},
      TraceRate{"a.log", trace_of({{3.0, 5.0}}, 4.0)},
  };
  for (const ChannelModel& model : models) {
    CAPTURE(describe(model));
    const RateSegment all = path_of(model, "still")->at(Seconds{1e9});
    REQUIRE(all.rate == 5.0);
    REQUIRE(all.until.value() == kInfinity);
  }
}

TEST_CASE("A repeated trace goes round without drift", "[core][channel]") {
  for (const std::uint32_t device : {0U, 1U, 2U, 3U, 1000U}) {
    const TraceRate model = repeated(0.6);
    const auto path = path_of(model, "round", 0, device);
    const double offset = std::fmod(0.6 * device, 2.7);
    RandomEngine random = seeded("round dates", device);
    double when = 0.0;
    for (int i = 0; i < 20'000; ++i) {
      when += test::uniform(random, 0.0, 20.0);
      const double in_trace = std::fmod(when + offset, 2.7);
      const double to_change = std::min({std::abs(in_trace - 1.25), std::abs(in_trace - 2.0),
                                         std::abs(in_trace - 2.7), in_trace});
      if (to_change > 1e-9) {
        REQUIRE(rate_at(*path, when) == (in_trace < 1.25 ? 1e6 : in_trace < 2.0 ? 0.0 : 3e6));
      }
      path->forget_before(Seconds{when});
    }
  }
  // The end of pass 1,000,000 is a multiple, not a sum.
  const auto path = path_of(repeated(), "round");
  path->forget_before(Seconds{2.7e6});
  REQUIRE(path->at(Seconds{2.7e6 + 1.0}).until.value() == 1e6 * 2.7 + 1.25);
}

TEST_CASE("A held trace ends with its last rate", "[core][channel]") {
  TraceRate model = repeated(2.0);
  model.at_end = TraceRate::AtEnd::hold;
  const auto first = path_of(model, "held");
  REQUIRE(first->at(Seconds{0.0}).until.value() == 1.25);
  REQUIRE(first->at(Seconds{1.5}).rate == 0.0);
  REQUIRE(first->at(Seconds{2.0}).rate == 3e6);
  REQUIRE(first->at(Seconds{2.0}).until.value() == kInfinity);
  const auto second = path_of(model, "held", 0, 1);
  REQUIRE(second->at(Seconds{0.0}).until.value() == kInfinity);
  // 2 * 2 s are 1.3 s after the end of 2.7 s: in the outage.
  REQUIRE(path_of(model, "held", 0, 2)->at(Seconds{0.0}).rate == 0.0);
}

TEST_CASE("A path depends on its stream alone", "[core][channel]") {
  for (const ChannelModel& model : one_of_each()) {
    CAPTURE(describe(model));
    const auto asked = path_of(model, "same");
    const auto idle = path_of(model, "same");
    RandomEngine random = test::engine("same dates");
    for (int i = 0; i < 200; ++i) {
      (void)asked->at(Seconds{test::uniform(random, 0.0, 100.0)});
    }
    for (double when = 0.0; when < 100.0; when += 0.05) {
      REQUIRE(asked->at(Seconds{when}).rate == idle->at(Seconds{when}).rate);
    }
  }
}

TEST_CASE("Service times on every model are those of a plain sum", "[core][channel]") {
  // Also at 1e5 s, where dates have lost five digits.
  RandomEngine random = test::engine("channel integrals");
  for (const ChannelModel& model : one_of_each()) {
    CAPTURE(describe(model));
    for (const double origin : {0.0, 1e5}) {
      const auto path = path_of(model, "integrals");
      path->forget_before(Seconds{origin});
      const auto breakpoints = test::pieces(*path, origin, origin + 200.0);
      for (int i = 0; i < 2'000; ++i) {
        const double start = origin + test::uniform(random, 0.0, 20.0);
        const double amount = std::pow(10.0, test::uniform(random, 0.0, 7.0));
        const double time = service_time(*path, Seconds{start}, amount).value();
        const auto expected = static_cast<double>(test::time_to_serve(breakpoints, start, amount));
        REQUIRE(std::abs(time - expected) <= 1e-14 * expected);
        const double end = start + test::uniform(random, 0.0, 20.0);
        const auto sum = static_cast<double>(test::integral(breakpoints, start, end));
        REQUIRE(std::abs(served_amount(*path, Seconds{start}, Seconds{end}) - sum) <= 1e-14 * sum);
      }
    }
  }
}

TEST_CASE("The long-run mean rate", "[core][channel]") {
  const auto mean = [](const ChannelModel& model) { return mean_rate(model).value(); };
  CHECK(mean(Distribution{Constant{5.0}}) == 5.0);
  CHECK(mean(Distribution{Uniform{1e6, 2e6}}) == 1.5e6);
  CHECK(mean(Distribution{Exponential{4.0}}) == 4.0);
  CHECK(mean(Distribution{Choice{{1.0, 5.0}, {3.0, 1.0}}}) == 2.0);
  CHECK(mean(Distribution{LogNormal{2.0, 1.0}}) == Approx(2.0 * std::sqrt(std::exp(1.0))));
  // By symmetry.
  CHECK(mean(Distribution{TruncatedNormal{5.0, 1.0, 4.0, 6.0}}) == Approx(5.0).epsilon(1e-14));
  CHECK(mean(RedrawnRate{Seconds{1.0}, Uniform{0.0, 3.0}}) == 1.5);
  // Bounds ten deviations of 1e5 away cut off nothing; one at the mean moves it by half of
  // E|X - mean| = deviation sqrt(2 / pi).
  const double half = 0.5e5 * 0.79788456080286536;
  CHECK(mean(gauss_markov(0.5, 0.0, 2e6)) == Approx(1e6).epsilon(1e-14));
  CHECK(mean(gauss_markov(0.5, 0.0, 1e6)) == Approx(1e6 - half).epsilon(1e-12));
  CHECK(mean(gauss_markov(0.5, 1e6, 2e6)) == Approx(1e6 + half).epsilon(1e-12));
  CHECK(mean(gauss_markov(0.5, 7e5, 7e5)) == Approx(7e5).epsilon(1e-14));
  // (2e6 * 3 + 2e5 * 1) / 4
  CHECK(mean(gilbert(1.0, 9.0, 3.0)) == Approx(1.55e6).epsilon(1e-14));
  // 2e5 / 4 + 1e6 / 2 + 2e6 / 4
  CHECK(mean(birth_death()) == Approx(1.05e6).epsilon(1e-12));
  // The first rate for 1.25 s, nothing for 0.75 s, 3 MB/s for 0.7 s: 3.35 MB in 2.7 s.
  CHECK(mean(repeated()) == Approx(3.35e6 / 2.7).epsilon(1e-14));
}

TEST_CASE("A description tells channels apart", "[core][channel]") {
  std::vector<ChannelModel> models = one_of_each();
  models.emplace_back(Distribution{Uniform{0.0, 2e6}});
  models.emplace_back(RedrawnRate{Seconds{0.8}, Uniform{0.0, 2e6}});
  models.emplace_back(RedrawnRate{Seconds{0.7}, Uniform{0.0, 3e6}});
  models.emplace_back(gauss_markov(0.8, 0.0, 1.2e6));
  models.emplace_back(gauss_markov(0.9, 1.0, 1.2e6));
  models.emplace_back(gauss_markov(0.9, 0.0, 1.3e6));
  models.emplace_back(gilbert(0.2, 3.0, 2.0));
  models.emplace_back(gilbert(0.3, 2.0, 3.0));
  models.emplace_back(birth_death(0.5));
  models.emplace_back(chain_of({2e5, 1e6}, {{0.9, 0.1}, {0.1, 0.9}}));
  models.emplace_back(chain_of({2e5, 1e6}, {{0.9, 0.1}, {0.2, 0.8}}));
  models.emplace_back(repeated(0.5));
  models.emplace_back(TraceRate{"a.log", trace_of({{0.5, 1e6}, {1.25, 0.0}, {2.0, 3e6}}, 2.8)});
  models.emplace_back(TraceRate{"a.log", trace_of({{0.5, 1e6}, {1.25, 1.0}, {2.0, 3e6}}, 2.7)});
  models.emplace_back(TraceRate{"a.log", trace_of({{0.5, 1e6}, {1.3, 0.0}, {2.0, 3e6}}, 2.7)});
  std::set<std::string> texts;
  for (const ChannelModel& model : models) {
    texts.insert(describe(model));
  }
  REQUIRE(texts.size() == models.size());
  CHECK(describe(gilbert(0.3, 3.0, 2.0)) == "gilbert(0.3, 2000000, 200000, 3, 2)");
  TraceRate copy = repeated();
  copy.file = "b.log";
  CHECK(describe(copy) == describe(repeated()));
}

TEST_CASE("Only what moves has a path", "[core][channel]") {
  CHECK_FALSE(moves(Distribution{Constant{1.0}}));
  CHECK_THROWS_AS(path_of(Distribution{Constant{1.0}}, "none"), std::invalid_argument);
  for (const ChannelModel& model : one_of_each()) {
    CHECK(moves(model));
  }
}

TEST_CASE("A model that is none has no path", "[core][channel]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto refuse = [](const ChannelModel& model) {
    CAPTURE(model.index());
    REQUIRE_THROWS_AS(path_of(model, "nonsense")->at(Seconds{100.0}), std::invalid_argument);
  };
  for (const double slot : {0.0, -1.0, nan, kInfinity}) {
    refuse(RedrawnRate{Seconds{slot}, Uniform{0.0, 1.0}});
    refuse(gilbert(slot, 3.0, 3.0));
    refuse(birth_death(slot));
  }
  refuse(RedrawnRate{Seconds{1.0}, Uniform{-2.0, -1.0}});
  for (const double memory : {-0.1, 1.0, nan}) {
    refuse(gauss_markov(memory, 0.0, 1e6));
  }
  refuse(gauss_markov(0.5, 2.0, 1.0));
  refuse(gauss_markov(0.5, -1.0, 1.0));
  for (const double time : {0.5, nan, kInfinity}) {
    refuse(gilbert(1.0, time, 3.0));
    refuse(gilbert(1.0, 3.0, time));
  }
  refuse(chain_of({}, {}));
  refuse(chain_of({1, 2}, {{0.5, 0.5}}));
  refuse(chain_of({1, 2}, {{0.5, 0.5}, {1.0}}));
  refuse(chain_of({1, 2}, {{0.5, 0.5}, {0.5, 0.4999}}));
  refuse(chain_of({1, 2}, {{0.5, 0.5}, {1.5, -0.5}}));
  refuse(chain_of({1, -2}, {{0.5, 0.5}, {0.5, 0.5}}));
  refuse(TraceRate{"a.log", trace_of({}, 1.0)});
  refuse(TraceRate{"a.log", trace_of({{0.0, 1.0}, {2.0, 2.0}, {1.0, 3.0}}, 4.0)});
  refuse(TraceRate{"a.log", trace_of({{0.0, 1.0}, {1.0, -2.0}}, 4.0)});
  refuse(TraceRate{"a.log", trace_of({{0.0, 1.0}, {1.0, 2.0}}, 1.0)});
  refuse(TraceRate{"a.log", trace_of({{-1.0, 1.0}, {1.0, 2.0}}, 3.0)});
  refuse(repeated(-1.0));
}

}  // namespace mec
