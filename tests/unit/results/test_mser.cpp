#include <algorithm>
#include <boost/random/exponential_distribution.hpp>
#include <boost/random/normal_distribution.hpp>
#include <cmath>
#include <vector>

#include "core/random.hpp"
#include "results/mser.hpp"
#include "tests/catch.hpp"

using namespace mec;

namespace {

std::vector<double> repeated_five_times(const std::vector<double>& batch_means) {
  std::vector<double> series;
  for (const double mean : batch_means) {
    series.insert(series.end(), 5, mean);
  }
  return series;
}

// Waits of an M/M/1 queue of unit service rate that starts empty, by Lindley's recursion.
std::vector<double> waits(double load, std::size_t customers, RandomEngine& engine) {
  boost::random::exponential_distribution<double> arrival(load);
  boost::random::exponential_distribution<double> service(1.0);
  std::vector<double> waits(customers, 0.0);
  for (std::size_t i = 1; i < customers; ++i) {
    waits[i] = std::max(0.0, waits[i - 1] + service(engine) - arrival(engine));
  }
  return waits;
}

double mean_from(const std::vector<double>& series, std::size_t first) {
  double sum = 0.0;
  for (std::size_t i = first; i < series.size(); ++i) {
    sum += series[i];
  }
  return sum / static_cast<double>(series.size() - first);
}

}  // namespace

TEST_CASE("MSER-5 leaves out what raises the error of the mean, by hand", "[results][mser]") {
  // Batch means 12, 2, then 0, 1 five times over. MSER(0): 12 batches, mean 19 / 12, squares 153 -
  // 12 (19 / 12)^2 = 122.9, / 144 = 0.854. MSER(1): mean 7 / 11, squares 9 - 49 / 11 = 4.545, / 121
  // = 0.0376. MSER(2): squares 2.5, / 100 = 0.025. MSER(3): 5 / 9 less, squares 20 / 9, / 81 =
  // 0.0274.
  const std::vector<double> series = repeated_five_times({12, 2, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1});
  CHECK(mser5(series) == std::size_t{10});
  std::vector<double> longer = series;
  longer.insert(longer.end(), 4, 100.0);  // no whole batch
  CHECK(mser5(longer) == std::size_t{10});
}

TEST_CASE("A series that is steady from the start keeps all", "[results][mser]") {
  CHECK(mser5(std::vector<double>(100, 3.5)) == std::size_t{0});
  CHECK(mser5(repeated_five_times({0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1})) == std::size_t{0});
}

TEST_CASE("MSER-5 says nothing of a series that is too short or never steady", "[results][mser]") {
  CHECK_FALSE(mser5({}));
  CHECK_FALSE(mser5(std::vector<double>(49, 1.0)));
  CHECK(mser5(std::vector<double>(50, 1.0)) == std::size_t{0});
  // A jump at three quarters: 12 of 16 batches would have to go.
  CHECK_FALSE(
      mser5(repeated_five_times({0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 50, 51, 50, 51, 50, 51})));
}

TEST_CASE("MSER-5 agrees with its definition on random series", "[results][mser]") {
  RandomEngine engine = RandomStreams(1, 0).stream("mser");
  boost::random::normal_distribution<double> noise(0.0, 1.0);
  for (int repetition = 0; repetition < 200; ++repetition) {
    const std::size_t m = 10 + static_cast<std::size_t>(repetition) % 40;
    std::vector<double> series;
    for (std::size_t i = 0; i < 5 * m; ++i) {
      series.push_back(8 * std::exp(-static_cast<double>(i) / 25) + noise(engine));
    }
    std::vector<double> z;
    for (std::size_t i = 0; i < m; ++i) {
      double sum = 0.0;
      for (std::size_t j = 0; j < 5; ++j) {
        sum += series[5 * i + j];
      }
      z.push_back(sum / 5);
    }
    std::size_t best = 0;
    double least = INFINITY;
    for (std::size_t d = 0; d + 5 <= m; ++d) {
      const double mean = mean_from(z, d);
      double squares = 0.0;
      for (std::size_t j = d; j < m; ++j) {
        squares += (z[j] - mean) * (z[j] - mean);
      }
      const double error = squares / static_cast<double>((m - d) * (m - d));
      if (error < least) {
        least = error;
        best = d;
      }
    }
    const auto expected = 2 * best <= m ? std::optional(5 * best) : std::nullopt;
    CHECK(mser5(series) == expected);
  }
}

TEST_CASE("A transient of known length is left out, and not much more", "[results][mser]") {
  // Mean 10 and noise of deviation 1; at first 10 + 20 exp(-i / 40), which is within the noise from
  // 40 ln 20 = 120 on.
  RandomEngine engine = RandomStreams(2, 0).stream("mser");
  boost::random::normal_distribution<double> noise(10.0, 1.0);
  std::vector<double> series;
  for (int i = 0; i < 2'000; ++i) {
    series.push_back(20 * std::exp(-i / 40.0) + noise(engine));
  }
  const auto left_out = mser5(series);
  REQUIRE(left_out);
  CHECK(*left_out >= 80);
  CHECK(*left_out <= 300);
  CHECK(std::abs(mean_from(series, *left_out) - 10) < 0.1);
}

TEST_CASE("Leaving out the warm-up of a queue takes bias off its mean wait", "[results][mser]") {
  // M/M/1 at load 0.7 waits 0.7 / (1 - 0.7) = 2.33 in the long run, and forgets its start within
  // some 1 / (1 - sqrt(0.7))^2 = 38 s. The mean series of many runs starts at 0; enough of them
  // that the bias of its mean is several times the noise.
  const double truth = 0.7 / 0.3;
  const int runs = 6'000;
  RandomEngine engine = RandomStreams(3, 0).stream("mser");
  std::vector<double> mean(400, 0.0);
  for (int run = 0; run < runs; ++run) {
    const std::vector<double> series = waits(0.7, mean.size(), engine);
    for (std::size_t i = 0; i < mean.size(); ++i) {
      mean[i] += series[i] / runs;
    }
  }
  const auto left_out = mser5(mean);
  REQUIRE(left_out);
  INFO(*left_out << " left out: " << mean_from(mean, *left_out) << ", all: " << mean_from(mean, 0));
  CHECK(*left_out >= 20);
  CHECK(mean_from(mean, 0) < truth - 0.04);
  CHECK(std::abs(mean_from(mean, *left_out) - truth) < std::abs(mean_from(mean, 0) - truth) / 2);
}
