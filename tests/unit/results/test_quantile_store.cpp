#include <algorithm>
#include <boost/random/lognormal_distribution.hpp>
#include <cmath>
#include <limits>

#include "core/random.hpp"
#include "results/quantile_store.hpp"
#include "tests/catch.hpp"

using namespace mec;

TEST_CASE("Quantiles interpolate between order statistics", "[results][quantile]") {
  QuantileStore store;
  for (const double value : {40.0, 10.0, 30.0, 20.0}) {
    store.add(value);
  }
  // Position 1 + 3 * 0.5 = 2.5: half-way from 20 to 30. At 0.95, 1 + 3 * 0.95 = 3.85: 30 + 0.85 *
  // 10.
  CHECK(*store.quantile(0.5).value == Approx(25));
  CHECK(*store.quantile(0.95).value == Approx(38.5));
  CHECK(*store.quantile(0).value == Approx(10));
  CHECK(*store.quantile(1).value == Approx(40));
}

TEST_CASE("No value has no quantile, and one value has no interval", "[results][quantile]") {
  QuantileStore store;
  CHECK_FALSE(store.quantile(0.5).value);
  store.add(3);
  CHECK(store.quantile(0.5).value == 3.0);
  CHECK_FALSE(store.quantile(0.5).low);
  CHECK_THROWS_AS(store.at_rank(0), std::out_of_range);
  CHECK_THROWS_AS(store.at_rank(2), std::out_of_range);
}

TEST_CASE("The interval of a quantile ends at binomial ranks", "[results][quantile]") {
  // Tables of Binomial(100, 0.5): P(<= 39) = 0.0176, P(<= 40) = 0.0284; P(<= 59) = 0.9716,
  // P(<= 60) = 0.9824. So 40 is the first with 2.5 %, 60 the first with 97.5 %.
  CHECK(quantile_ranks(100, 0.5).low == 40);
  CHECK(quantile_ranks(100, 0.5).high == 61);
  // Binomial(100, 0.95): P(<= 89) = 0.0115, P(<= 90) = 0.0282; P(<= 98) = 0.9629, P(<= 99) =
  // 0.9941.
  CHECK(quantile_ranks(100, 0.95).low == 90);
  CHECK(quantile_ranks(100, 0.95).high == 100);
  // 0.95^71 = 0.026 > 2.5 % of the time all of 71 values lie below p95: no rank is high enough.
  CHECK(quantile_ranks(71, 0.95).high == 71);
  CHECK(quantile_ranks(2, 0.5).low == 1);
  CHECK(quantile_ranks(2, 0.5).high == 2);
  // Large n: n/2 -+ 1.96 * sqrt(n)/2 = 5e7 -+ 9,800, to a rank or two.
  CHECK(quantile_ranks(100'000'000, 0.5).low == Approx(49'990'200).margin(2));
  CHECK(quantile_ranks(100'000'000, 0.5).high == Approx(50'009'801).margin(2));
}

TEST_CASE("The interval of a median covers it 95 % of the time", "[results][quantile]") {
  // 100 values: exact coverage P(40 <= Bin(100, 1/2) <= 60) = 96.5 %; over 1,000 repetitions the
  // deviation is sqrt(0.965 * 0.035 / 1000) = 0.6 %.
  RandomEngine engine = RandomStreams(1, 0).stream("median coverage");
  boost::random::lognormal_distribution<double> heavy(0.0, 2.0);  // median exp(0) = 1
  int covered = 0;
  for (int repetition = 0; repetition < 1'000; ++repetition) {
    QuantileStore store;
    for (int i = 0; i < 100; ++i) {
      store.add(heavy(engine));
    }
    const Estimate median = store.quantile(0.5);
    covered += *median.low <= 1.0 && 1.0 <= *median.high ? 1 : 0;
  }
  CHECK(covered > 945);
  CHECK(covered < 985);
}

TEST_CASE("The histogram is within 0.05 % of the exact order statistics", "[results][quantile]") {
  // 14 powers of ten and more: sigma 4 puts values from e^-18 to e^18.
  RandomEngine engine = RandomStreams(1, 0).stream("histogram");
  boost::random::lognormal_distribution<double> wide(0.0, 4.0);
  QuantileStore store;
  std::vector<double> exact;
  for (int i = 0; i < 200'000; ++i) {
    exact.push_back(wide(engine));
    store.add(exact.back());
  }
  std::sort(exact.begin(), exact.end());
  double worst = 0;
  for (std::uint64_t rank = 1; rank <= exact.size(); rank += 997) {
    worst = std::max(worst, std::abs(store.at_rank(rank) / exact[rank - 1] - 1));
  }
  CHECK(worst <= 0.0005);
  CHECK(worst > 0);  // it is the histogram that has been tested
}

TEST_CASE("The last exact value and the first histogram agree", "[results][quantile]") {
  QuantileStore store;
  for (std::size_t i = 1; i <= QuantileStore::kExactValues; ++i) {
    store.add(static_cast<double>(i));
  }
  CHECK(store.at_rank(12'345) == 12'345.0);
  store.add(static_cast<double>(QuantileStore::kExactValues + 1));
  CHECK(store.count() == QuantileStore::kExactValues + 1);
  CHECK(store.at_rank(12'345) == Approx(12'345).epsilon(0.0005));
  CHECK(store.at_rank(1) == 1.0);  // clamped to what has been seen
}

TEST_CASE("The histogram takes zeros, tiny and huge values", "[results][quantile]") {
  QuantileStore store;
  for (std::size_t i = 0; i < QuantileStore::kExactValues; ++i) {
    store.add(2.0);
  }
  store.add(0.0);
  store.add(1e-300);
  store.add(1e300);
  store.add(std::numeric_limits<double>::max());
  CHECK(store.at_rank(1) == 0.0);
  CHECK(store.at_rank(2) == 0.0);
  CHECK(store.at_rank(3) == Approx(2.0).epsilon(0.0005));
  CHECK(store.at_rank(store.count()) == std::numeric_limits<double>::max());
}
