// Forecasts of moving rates, against times worked out by hand.
#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "policies/forecast/known_chain.hpp"
#include "policies/forecast/link_forecast.hpp"
#include "policies/forecast/service_chain.hpp"
#include "policies/forecast/transition_samples.hpp"
#include "tests/catch.hpp"
#include "tests/support/moving_world.hpp"
#include "tests/support/policy_variants.hpp"
#include "tests/support/random_problems.hpp"

namespace mec {

namespace {

// Good 3 MB/s, bad 1 MB/s; a slot of 1 s ends either with probability 1/4.
GilbertRate two_states() {
  return {Seconds{1}, BytesPerSecond{3e6}, BytesPerSecond{1e6}, Seconds{4}, Seconds{4}};
}

LinkWindow window_of(const std::vector<double>& history, double now, double age = 0.0) {
  return {history, Seconds{1}, Seconds{age}, Seconds{now}};
}

double mean_latency(const PolicySpec& spec, const Scenario& scenario, int tasks) {
  RollOutWorld world(scenario, RandomStreams(3, 0));
  const auto policy = policy_registry().make(spec, RandomStreams(3, 0), 3, &world.network());
  return test::ratio_to_clairvoyant(*policy, world, tasks, scenario.decision.when);
}

}  // namespace

TEST_CASE("The expected time of a transfer on a chain of two states", "[policy][forecast]") {
  const ServiceChain chain(known_chain(two_states()).value());
  const std::size_t good = chain.state_of(3e6);
  const std::size_t bad = chain.state_of(1e6);
  // Within the slot: D over the rate.
  REQUIRE(chain.service_time(good, 0, 1.0, 1.5e6) == Approx(0.5));
  REQUIRE(chain.service_time(bad, 0, 0.25, 0.25e6) == Approx(0.25));
  // 2 MB from a bad state with a whole slot left: 1 MB in it, the other MB in 1/3 s with
  // probability 1/4, in 1 s with 3/4: 1 + 1/12 + 3/4.
  REQUIRE(chain.service_time(bad, 0, 1.0, 2e6) == Approx(1.0 + 1.0 / 12.0 + 0.75));
  // 5 MB from a good one with half a slot left: 1.5 MB in it. The other 3.5 MB: in a good slot
  // 3 MB, then 0.5 MB in (3/4)/6 + (1/4)/2 = 1/4 s: 1.25 s; in a bad slot 1 MB, then 2.5 MB: good
  // (1/4): 2.5/3 s; bad (3/4): 1 s and then 1.5 MB: good (1/4): 1/2 s, bad (3/4): 1 s and then
  // 0.5 MB in (1/4)/6 + (3/4)/2 = 5/12 s.
  const double last = 0.25 * 0.5 + 0.75 * (1.0 + 5.0 / 12.0);
  const double from_bad = 1.0 + 0.25 * (2.5 / 3.0) + 0.75 * (1.0 + last);
  const double expected = 0.5 + 0.75 * 1.25 + 0.25 * from_bad;
  REQUIRE(chain.service_time(good, 0, 0.5, 5e6) == Approx(expected));
  // Two slots after a good one: good with probability (1 + (1/2)^2) / 2 = 5/8.
  REQUIRE(chain.probability(good, 2, good) == Approx(0.625));
  REQUIRE(chain.service_time(good, 2, 1.0, 1e6) == Approx(0.625 / 3.0 + 0.375));
}

TEST_CASE("The expected time of a transfer is the mean over many channels", "[policy][forecast]") {
  // The mean of n = 4,000 times lies within 4.5 standard errors.
  const auto model = std::get<MarkovRate>(test::restless_scenario().network.b1);
  const ServiceChain chain(model);
  for (const double bytes : {0.4e6, 2e6, 9e6, 60e6}) {
    for (std::size_t state = 0; state < model.rates.size(); ++state) {
      double sum = 0.0;
      double squares = 0.0;
      int count = 0;
      for (std::uint64_t i = 0; count < 4000; ++i) {
        const auto path = make_path(model, RandomStreams(11, 0).stream("paths", i), 0);
        if (path->at(Seconds{0.2}).rate == model.rates[state].value()) {
          const double time = service_time(*path, Seconds{0.2}, bytes).value();
          sum += time;
          squares += time * time;
          ++count;
        }
      }
      const double mean = sum / count;
      const double variance = std::max(0.0, squares / count - mean * mean);
      const double error = std::sqrt(variance / count);
      CAPTURE(bytes, state);
      REQUIRE(std::abs(chain.service_time(state, 0, 0.5, bytes) - mean) <
              4.5 * error + 0.003 * mean);
    }
  }
}

TEST_CASE("The known forecast counts slots from the measurement's", "[policy][forecast]") {
  KnownForecast forecast(known_chain(two_states()).value());
  // Measured at 7.9 s, good; now it is 10.4 s: three slots on, 0.6 s of this one left.
  forecast.look(window_of({3e6, 1e6}, 10.4, 2.5));
  const double good = 0.5 * (1.0 + 0.125);  // (1/2)^3
  REQUIRE(forecast.end_of(0.6e6, 0.0) == Approx(good * 0.2 + (1.0 - good) * 0.6));
  // From 1.1 s on: one slot later, in the middle of it.
  const double later = 0.5 * (1.0 + 0.0625);
  REQUIRE(forecast.end_of(0.3e6, 1.1) == Approx(1.1 + later * 0.1 + (1.0 - later) * 0.3));
}

TEST_CASE("A mean of the window is a rate for ever", "[policy][forecast]") {
  const std::vector<double> history = {4e6, 2e6, 1e6};
  ConstantForecast arithmetic(WindowMean::arithmetic, 0.5);
  arithmetic.look(window_of(history, 5));
  REQUIRE(arithmetic.end_of(7e6, 1.0) == Approx(1.0 + 3.0));
  ConstantForecast harmonic(WindowMean::harmonic, 0.5);
  harmonic.look(window_of(history, 5));
  REQUIRE(harmonic.end_of(7e6, 0.0) == Approx(7.0 * 1.75 / 3.0));
  // 1, then 1 + (2 - 1) / 2 = 1.5, then 1.5 + (4 - 1.5) / 2 = 2.75 MB/s.
  ConstantForecast exponential(WindowMean::exponential, 0.5);
  exponential.look(window_of(history, 5));
  REQUIRE(exponential.end_of(2.75e6, 0.0) == Approx(1.0));
}

TEST_CASE("Transitions are counted once, however often windows show them", "[policy][forecast]") {
  // The rates of seconds 0, 1, 2...: 1 1 2 1 2 2 MB/s.
  const std::vector<double> rates = {1e6, 1e6, 2e6, 1e6, 2e6, 2e6};
  TransitionSamples samples;
  for (std::size_t now = 0; now < rates.size(); ++now) {
    std::vector<double> history(4, rates[0]);
    for (std::size_t i = 0; i < 4 && i <= now; ++i) {
      history[i] = rates[now - i];
    }
    samples.add(history, Seconds{static_cast<double>(now)}, Seconds{1});
    samples.add(history, Seconds{static_cast<double>(now)}, Seconds{1});
  }
  REQUIRE(samples.count() == 5);
  // 1 to 1 once, 1 to 2 twice, 2 to 1 once, 2 to 2 once; with a stay and half a move to each.
  const MarkovRate chain = samples.chain(Seconds{1});
  REQUIRE(chain.rates == std::vector<BytesPerSecond>{BytesPerSecond{1e6}, BytesPerSecond{2e6}});
  REQUIRE(chain.transitions[0][0] == Approx(2.5 / 5.0));
  REQUIRE(chain.transitions[0][1] == Approx(2.5 / 5.0));
  REQUIRE(chain.transitions[1][0] == Approx(1.5 / 4.0));
  REQUIRE(chain.transitions[1][1] == Approx(2.5 / 4.0));
}

TEST_CASE("The estimated chain comes near the true one", "[policy][forecast]") {
  // 4,000 transitions of a two-state chain that stays with probability 3/4: an estimate from about
  // 2,000 of each lies within 4 sqrt(3/16 / 2000) = 0.039.
  const auto path = make_path(two_states(), RandomStreams(5, 0).stream("path"), 0);
  TransitionSamples samples;
  for (int now = 1; now <= 4000; ++now) {
    const std::vector<double> history = {path->at(Seconds{now + 0.3}).rate,
                                         path->at(Seconds{now - 0.7}).rate};
    samples.add(history, Seconds{now + 0.3}, Seconds{1});
  }
  REQUIRE(samples.count() == 4000);
  const MarkovRate chain = samples.chain(Seconds{1});
  REQUIRE(chain.rates.size() == 2);
  REQUIRE(std::abs(chain.transitions[0][0] - 0.75) < 0.039);
  REQUIRE(std::abs(chain.transitions[1][1] - 0.75) < 0.039);
}

TEST_CASE("Rates of a continuum become a few states", "[policy][forecast]") {
  RandomEngine random = test::engine("forecast: continuum");
  std::vector<double> history(401);
  for (double& rate : history) {
    rate = test::uniform(random, 0.0, 1e6);
  }
  TransitionSamples samples;
  samples.add(history, Seconds{1000}, Seconds{1});
  const MarkovRate chain = samples.chain(Seconds{1});
  REQUIRE(samples.count() == 400);
  REQUIRE(chain.rates.size() == 12);
  // Uniform: the mean of part s of 12 is about (s + 1/2) / 12 MB/s, to four standard errors of
  // its bounds (sqrt(1/4 / 400)) and its own mean.
  for (std::size_t s = 0; s < 12; ++s) {
    REQUIRE(std::abs(chain.rates[s].value() / 1e6 - (static_cast<double>(s) + 0.5) / 12.0) < 0.1);
  }
  REQUIRE_NOTHROW(ServiceChain(chain));
}

TEST_CASE("Other models become chains of their mean and their memory", "[policy][forecast]") {
  const GaussMarkovRate gauss{Seconds{1}, BytesPerSecond{5e6}, BytesPerSecond{1e6},
                              0.8,        BytesPerSecond{0.0}, BytesPerSecond{10e6}};
  const MarkovRate chain = known_chain(gauss).value();
  REQUIRE(mean_rate(chain).value() == Approx(5e6).epsilon(1e-3));
  // One deviation above the mean comes down to memory of it (between two grid points at worst).
  const std::size_t from = ServiceChain(chain).state_of(6e6);
  double next = 0.0;
  for (std::size_t j = 0; j < chain.rates.size(); ++j) {
    next += chain.transitions[from][j] * chain.rates[j].value();
  }
  REQUIRE(next - 5e6 == Approx(0.8 * (chain.rates[from].value() - 5e6)).epsilon(0.02));
  const MarkovRate redrawn = known_chain(RedrawnRate{Seconds{1}, Uniform{1e6, 3e6}}).value();
  REQUIRE(mean_rate(redrawn).value() == Approx(2e6).epsilon(0.02));
  REQUIRE_FALSE(known_chain(Distribution{Constant{1e6}}).has_value());
}

TEST_CASE("Nobody knows the dynamics of a trace", "[policy][forecast]") {
  auto trace = std::make_shared<Trace>();
  trace->times = {Seconds{0}, Seconds{1}};
  trace->rates = {BytesPerSecond{1e6}, BytesPerSecond{2e6}};
  trace->end = Seconds{2};
  Scenario scenario = test::gilbert_scenario();
  scenario.network.b1 = TraceRate{"a file", trace};
  const Network network = build_network(scenario.network, 1);
  REQUIRE_THROWS_AS(policy_registry().make({"forecast", {{"dynamics", "known"}}},
                                           RandomStreams(1, 0), 3, &network),
                    PolicyError);
  REQUIRE_NOTHROW(policy_registry().make({"forecast", {}}, RandomStreams(1, 0), 3, &network));
}

TEST_CASE("Where nothing moves, a forecast plans as the optimum does", "[policy][forecast]") {
  RandomEngine random = test::engine("forecast: still");
  for (const char* dynamics : {"known", "estimated", "mean", "harmonic", "ewma"}) {
    const auto policy = test::make({"forecast", {{"dynamics", dynamics}}});
    for (int i = 0; i < 200; ++i) {
      const SystemState state(test::paper_state(random));
      const ChainTask task = test::paper_task(random);
      const Placement placement = test::decide(*policy, task, state);
      REQUIRE(evaluate(state.seconds(), task.view(), view(placement)).total() ==
              Approx(optimal_cost(state.seconds(), task.view())).epsilon(1e-12));
    }
  }
}

TEST_CASE("Forecasts beat the snapshot on a Gilbert channel, the known one most",
          "[policy][forecast]") {
  // Ratios to the clairvoyant policy over 1,500 tasks: the differences are many standard errors
  // (about 0.004 each).
  const Scenario scenario = test::gilbert_scenario();
  const double snapshot = mean_latency({"optimal", {}}, scenario, 1500);
  const double known = mean_latency({"forecast", {{"dynamics", "known"}}}, scenario, 1500);
  const double estimated = mean_latency({"forecast", {}}, scenario, 1500);
  const double ewma = mean_latency({"forecast", {{"dynamics", "ewma"}}}, scenario, 1500);
  REQUIRE(snapshot > 1.12);
  REQUIRE(ewma < snapshot - 0.06);
  REQUIRE(known < ewma - 0.01);
  REQUIRE(known < 1.05);
  REQUIRE(estimated < known + 0.005);
}

}  // namespace mec
