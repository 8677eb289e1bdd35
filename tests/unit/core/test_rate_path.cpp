#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "core/rate_path.hpp"
#include "tests/catch.hpp"
#include "tests/support/random_problems.hpp"
#include "tests/support/rate_integral.hpp"

namespace mec {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

class ListSource final : public RateSource {
 public:
  explicit ListSource(std::vector<RateSegment> segments) : segments_(std::move(segments)) {}
  RateSegment next() override { return segments_.at(at_++); }

 private:
  std::vector<RateSegment> segments_;
  std::size_t at_ = 0;
};

// The last one must be infinite.
RatePath path_of(const std::vector<std::pair<double, double>>& rate_until) {
  std::vector<RateSegment> segments;
  for (const auto& [rate, until] : rate_until) {
    segments.push_back({rate, Seconds{until}});
  }
  return RatePath(std::make_unique<ListSource>(std::move(segments)));
}

double served_in(RatePath& path, double start, double amount) {
  return service_time(path, Seconds{start}, amount).value();
}

double amount_in(RatePath& path, double start, double end) {
  return served_amount(path, Seconds{start}, Seconds{end});
}

// Rates of every size, a third of them outages, in stretches of every length.
std::vector<std::pair<double, double>> random_path(RandomEngine& random, double start,
                                                   std::size_t count) {
  std::vector<std::pair<double, double>> all;
  double until = start;
  for (std::size_t i = 0; i < count; ++i) {
    until += std::pow(10.0, test::uniform(random, -4.0, 1.0));
    const bool outage = test::index_below(random, 3) == 0;
    all.emplace_back(outage ? 0.0 : std::pow(10.0, test::uniform(random, 2.0, 7.0)), until);
  }
  all.emplace_back(1e6, kInfinity);
  return all;
}

class EndlessSource final : public RateSource {
 public:
  explicit EndlessSource(double rate) : rate_(rate) {}
  RateSegment next() override { return {rate_, Seconds{++slots_}}; }

 private:
  double rate_;
  double slots_ = 0.0;
};

}  // namespace

TEST_CASE("A constant path is the same for ever", "[core][rate path]") {
  RatePath path(2e6);
  for (const double when : {-5.0, 0.0, 1e-300, 1e7, 1e300}) {
    REQUIRE(path.at(Seconds{when}).rate == 2e6);
    REQUIRE(path.at(Seconds{when}).until == Seconds{kInfinity});
  }
  REQUIRE(served_in(path, 1e7, 3e6) == 1.5);
  REQUIRE(amount_in(path, 1e7, 1e7 + 1.5) == 3e6);
  RatePath never(0.0);
  REQUIRE(served_in(never, 0.0, 1.0) == kInfinity);
  REQUIRE(amount_in(never, 0.0, 5.0) == 0.0);
}

TEST_CASE("A rate that changes in mid-transfer counts from its date on", "[core][rate path]") {
  // 3 MB: 1 MB in the first second, the other 2 MB at 2 MB/s.
  RatePath raised = path_of({{1e6, 1.0}, {2e6, kInfinity}});
  REQUIRE(served_in(raised, 0.0, 3e6) == 2.0);
  // From 0.5 s on: 0.5 MB until 1 s, 2.5 MB in 1.25 s.
  REQUIRE(served_in(raised, 0.5, 3e6) == 1.75);
  REQUIRE(amount_in(raised, 0.5, 2.25) == 3e6);
  RatePath dropped = path_of({{2e6, 1.0}, {1e6, 3.0}, {5e5, kInfinity}});
  // 2 MB, 2 MB and the fifth in two seconds.
  REQUIRE(served_in(dropped, 0.0, 5e6) == 5.0);
  REQUIRE(amount_in(dropped, 0.0, 5.0) == 5e6);
}

TEST_CASE("A transfer waits for the end of an outage, but not when it is done before it",
          "[core][rate path]") {
  RatePath path = path_of({{1e6, 2.0}, {0.0, 10.0}, {4e6, kInfinity}});
  REQUIRE(served_in(path, 1.0, 1e6) == 1.0);   // just done: the least time that will do
  REQUIRE(served_in(path, 1.0, 2e6) == 9.25);  // 1 s, 8 s of outage, a quarter second
  REQUIRE(served_in(path, 2.0, 4e6) == 9.0);   // starts with the outage
  REQUIRE(served_in(path, 5.0, 4e6) == 6.0);   // in the middle of it
  REQUIRE(served_in(path, 10.0, 4e6) == 1.0);  // with its end
  REQUIRE(amount_in(path, 2.0, 10.0) == 0.0);
  REQUIRE(served_in(path, 5.0, 0.0) == 0.0);
}

TEST_CASE("What an endless outage cuts off never ends", "[core][rate path]") {
  RatePath path = path_of({{1e6, 2.0}, {0.0, kInfinity}});
  REQUIRE(served_in(path, 0.0, 2e6) == 2.0);
  REQUIRE(served_in(path, 0.0, 2e6 + 1.0) == kInfinity);
  REQUIRE(served_in(path, 3.0, 1.0) == kInfinity);
}

TEST_CASE("A path's first rate holds before it starts", "[core][rate path]") {
  RatePath path = path_of({{1e6, 1.0}, {2e6, kInfinity}});
  REQUIRE(path.at(Seconds{-3.0}).rate == 1e6);
  REQUIRE(served_in(path, -3.0, 6e6) == 5.0);  // 4 MB in 4 s, 2 MB in 1 s
}

TEST_CASE("A segment begins with its date and ends before its end", "[core][rate path]") {
  RatePath path = path_of({{1.0, 1.0}, {2.0, 3.0}, {3.0, kInfinity}});
  REQUIRE(path.at(Seconds{std::nextafter(1.0, 0.0)}).rate == 1.0);
  REQUIRE(path.at(Seconds{1.0}).rate == 2.0);
  REQUIRE(path.at(Seconds{1.0}).until == Seconds{3.0});
  REQUIRE(path.at(Seconds{3.0}).rate == 3.0);
}

TEST_CASE("Equal neighbours are one segment", "[core][rate path]") {
  RatePath path = path_of({{1.0, 1.0}, {1.0, 2.0}, {1.0, 4.0}, {0.0, 5.0}, {0.0, kInfinity}});
  REQUIRE(path.at(Seconds{0.5}).until == Seconds{4.0});
  REQUIRE(path.at(Seconds{4.5}).until == Seconds{kInfinity});
}

TEST_CASE("A rate that does not change is cut into runs", "[core][rate path]") {
  RatePath path(std::make_unique<EndlessSource>(2.0));
  constexpr double kRun = RatePath::kLongestRun;
  REQUIRE(path.at(Seconds{0.0}).until == Seconds{kRun});
  REQUIRE(path.at(Seconds{kRun}).until == Seconds{2.0 * kRun});
  REQUIRE(served_in(path, 0.5, 5.0 * kRun) == 2.5 * kRun);
}

TEST_CASE("Look-ups in any order find what a scan finds", "[core][rate path]") {
  RandomEngine random = test::engine("rate path look-ups");
  const auto all = random_path(random, 0.0, 500);
  RatePath path = path_of(all);
  const double end = all[499].second;
  for (int i = 0; i < 20'000; ++i) {
    // Uniform in the index, so that short stretches are met as well.
    const std::size_t at = test::index_below(random, 500);
    const double since = at == 0 ? 0.0 : all[at - 1].second;
    const double when = i % 3 == 0   ? since
                        : i % 3 == 1 ? since + 0.5 * (all[at].second - since)
                                     : test::uniform(random, 0.0, end);
    const auto scan = std::find_if(all.begin(), all.end(),
                                   [&](const auto& segment) { return segment.second > when; });
    const RateSegment found = path.at(Seconds{when});
    REQUIRE(found.rate == scan->first);
    REQUIRE(found.until.value() >= scan->second);
  }
}

TEST_CASE("Forgetting changes nothing from its date on", "[core][rate path]") {
  RandomEngine random = test::engine("rate path forgets");
  const auto all = random_path(random, 0.0, 2000);
  RatePath whole = path_of(all);
  RatePath pruned = path_of(all);
  double when = 0.0;
  while (when < all[1999].second) {
    const bool ahead = test::index_below(random, 4) == 0;  // forgets what nobody has looked at yet
    when += test::uniform(random, 0.0, ahead ? 100.0 : 1.0);
    pruned.forget_before(Seconds{when});
    for (int i = 0; i < 3; ++i) {
      const Seconds later{when + test::uniform(random, 0.0, 20.0)};
      REQUIRE(pruned.at(later).rate == whole.at(later).rate);
      REQUIRE(pruned.at(later).until == whole.at(later).until);
    }
    REQUIRE(pruned.at(Seconds{when}).until == whole.at(Seconds{when}).until);
  }
}

TEST_CASE("The oldest rate remembered stands for all that is forgotten", "[core][rate path]") {
  RatePath path = path_of({{1.0, 1.0}, {2.0, 2.0}, {3.0, 3.0}, {4.0, kInfinity}});
  path.forget_before(Seconds{2.5});
  REQUIRE(path.at(Seconds{2.5}).rate == 3.0);
  REQUIRE(path.at(Seconds{0.5}).rate == 3.0);
}

TEST_CASE("Service times are those of a plain sum over breakpoints", "[core][rate path]") {
  RandomEngine random = test::engine("rate path integrals");
  for (const double origin : {0.0, 1e7}) {
    const auto all = random_path(random, origin, 400);
    RatePath path = path_of(all);
    const double end = all[399].second;
    const auto breakpoints = test::pieces(path, 0.0, end + 1e9);
    const auto total = static_cast<double>(test::integral(breakpoints, origin, end));
    for (int i = 0; i < 5'000; ++i) {
      const double start = test::uniform(random, origin, end);
      const double amount = total * std::pow(10.0, test::uniform(random, -9.0, 0.0));
      const double time = served_in(path, start, amount);
      const auto expected = static_cast<double>(test::time_to_serve(breakpoints, start, amount));
      REQUIRE(std::abs(time - expected) <= 8.0 * kEpsilon * expected);
      const double until = test::uniform(random, start, end);
      const auto sum = static_cast<double>(test::integral(breakpoints, start, until));
      REQUIRE(std::abs(amount_in(path, start, until) - sum) <= 8.0 * kEpsilon * sum);
    }
  }
}

TEST_CASE("A late date costs no accuracy", "[core][rate path]") {
  // Dates that are multiples of 2^-10 are exact at 1e7 s as well: both paths have the same shape.
  RandomEngine random = test::engine("rate path late");
  constexpr double kLate = 1e7;
  std::vector<std::pair<double, double>> early = {{1e6, 1.0}};
  for (int i = 0; i < 300; ++i) {
    const double step = static_cast<double>(1 + test::index_below(random, 2048)) * 0x1p-10;
    const bool outage = test::index_below(random, 3) == 0;
    early.emplace_back(outage ? 0.0 : test::uniform(random, 1.0, 1e6), early.back().second + step);
  }
  early.emplace_back(1e6, kInfinity);
  auto late = early;
  for (auto& segment : late) {
    segment.second += kLate;
  }
  RatePath now = path_of(early);
  RatePath then = path_of(late);
  for (int i = 0; i < 5'000; ++i) {
    const double start = static_cast<double>(test::index_below(random, 1U << 18U)) * 0x1p-10;
    const double amount = std::pow(10.0, test::uniform(random, -3.0, 8.0));
    const double expected = served_in(now, start, amount);
    REQUIRE(std::abs(served_in(then, kLate + start, amount) - expected) <=
            2.0 * kEpsilon * expected);
  }
}

TEST_CASE("What remains for a slow stretch is not lost beside what was fast", "[core][rate path]") {
  // After the fast stretch is left 1 byte less what 2^-51 s have served. The product alone is
  // rounded to 6e-11 bytes, 5e-11 of the time that the slow rate makes of what is left.
  const double fast = 1e5;
  const double slow = 1e-6;
  const double until = 3.0000000000000004;  // 3 + 2^-51
  RatePath path = path_of({{fast, until}, {slow, kInfinity}});
  const long double left = 1.0L - static_cast<long double>(fast) * 0x1p-51L;
  const long double expected = until + left / slow;
  REQUIRE(std::abs(served_in(path, 0.0, 300'001.0) - static_cast<double>(expected)) <=
          2.0 * kEpsilon * static_cast<double>(expected));
}

TEST_CASE("What is served in a service time is the amount", "[core][rate path]") {
  RandomEngine random = test::engine("rate path inverse");
  const auto all = random_path(random, 0.0, 400);
  RatePath path = path_of(all);
  const double end = all[399].second;
  for (int i = 0; i < 5'000; ++i) {
    const double start = test::uniform(random, 0.0, end);
    const double amount = std::pow(10.0, test::uniform(random, 0.0, 9.0));
    const double done = start + served_in(path, start, amount);
    // The end is rounded to a double: half a unit of it at the highest rate.
    REQUIRE(std::abs(amount_in(path, start, done) - amount) <=
            16.0 * kEpsilon * amount + kEpsilon * done * 1e7);
  }
}

TEST_CASE("Nonsense is refused", "[core][rate path]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double rate : {-1.0, nan, kInfinity}) {
    REQUIRE_THROWS_AS(RatePath(rate), std::invalid_argument);
    REQUIRE_THROWS_AS(path_of({{rate, 1.0}, {1.0, kInfinity}}).at(Seconds{0.0}),
                      std::invalid_argument);
  }
  REQUIRE_THROWS_AS(RatePath(std::unique_ptr<RateSource>()), std::invalid_argument);
  RatePath path(1.0);
  for (const double date : {nan, kInfinity, -kInfinity}) {
    REQUIRE_THROWS_AS(path.at(Seconds{date}), std::invalid_argument);
    REQUIRE_THROWS_AS(served_in(path, date, 1.0), std::invalid_argument);
    REQUIRE_THROWS_AS(amount_in(path, date, 1.0), std::invalid_argument);
    REQUIRE_THROWS_AS(amount_in(path, 0.0, date), std::invalid_argument);
  }
  for (const double amount : {-1.0, nan, kInfinity}) {
    REQUIRE_THROWS_AS(served_in(path, 0.0, amount), std::invalid_argument);
  }
  REQUIRE_THROWS_AS(amount_in(path, 2.0, 1.0), std::invalid_argument);
}

TEST_CASE("A source whose dates do not increase is refused", "[core][rate path]") {
  RatePath still = path_of({{1.0, 1.0}, {2.0, 1.0}, {3.0, kInfinity}});
  REQUIRE_THROWS_AS(still.at(Seconds{2.0}), std::invalid_argument);
  RatePath back = path_of({{1.0, 1.0}, {2.0, 0.5}, {3.0, kInfinity}});
  REQUIRE_THROWS_AS(back.at(Seconds{2.0}), std::invalid_argument);
  REQUIRE_THROWS_AS(path_of({{1.0, 0.0}, {2.0, kInfinity}}).at(Seconds{0.0}),
                    std::invalid_argument);
}

}  // namespace mec
