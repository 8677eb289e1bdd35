#include <string>
#include <vector>

#include "scenarios/sweep_ranges.hpp"
#include "scenarios/value_error.hpp"
#include "tests/catch.hpp"

using namespace mec;

namespace {

using Texts = std::vector<std::string>;

constexpr NumberRule kRate{Dimension::rate, BareNumber::only_zero, false};
constexpr NumberRule kWeight{Dimension::weight, BareNumber::only_zero, false};
constexpr NumberRule kCount{Dimension::count, BareNumber::only_zero, true};
constexpr NumberRule kTime{Dimension::time, BareNumber::only_zero, false};

Texts texts_of(const NumberRange& range) {
  Texts texts;
  for (std::uint64_t i = 0; i < range.count; ++i) {
    texts.push_back(range.text_of(i));
  }
  return texts;
}

Texts steps(const std::string& from, const std::string& to, const std::string& step,
            const NumberRule& rule) {
  return texts_of(linear_range({from, to, step, std::nullopt}, rule));
}
Texts spread(const std::string& from, const std::string& to, std::uint64_t count,
             const NumberRule& rule) {
  return texts_of(linear_range({from, to, std::nullopt, count}, rule));
}
Texts log_spread(const std::string& from, const std::string& to, std::uint64_t count,
                 const NumberRule& rule) {
  return texts_of(log_range({from, to, std::nullopt, count}, rule));
}

template <class Range>
std::string fault_of(Range range) {
  try {
    (void)range();
    return "no fault";
  } catch (const ValueError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("Steps of a range are exact in decimals", "[scenarios][sweep]") {
  // 3 * 0.1 is 0.30000000000000004 in doubles.
  CHECK(steps("0", "0.5", "0.1", kWeight) == Texts{"0", "0.1", "0.2", "0.3", "0.4", "0.5"});
  CHECK(steps("0.1 MB/s", "0.35 MB/s", "0.1 MB/s", kRate) ==
        Texts{"0.1 MB/s", "0.2 MB/s", "0.3 MB/s"});
  CHECK(steps("1e-3", "2e-3", "5e-4", kWeight) == Texts{"0.001", "0.0015", "0.002"});
  CHECK(steps("1.50", "2", ".25", kWeight) == Texts{"1.5", "1.75", "2"});
}

TEST_CASE("A range may fall, and end before its end", "[scenarios][sweep]") {
  CHECK(steps("25", "4", "-10", kCount) == Texts{"25", "15", "5"});
  CHECK(steps("5", "24", "5", kCount) == Texts{"5", "10", "15", "20"});
  CHECK(steps("5", "5", "1", kCount) == Texts{"5"});
}

TEST_CASE("A range has the unit of its first number that has one", "[scenarios][sweep]") {
  CHECK(steps("0", "2 MB/s", "500 kB/s", kRate) ==
        Texts{"0 MB/s", "0.5 MB/s", "1 MB/s", "1.5 MB/s", "2 MB/s"});
  CHECK(steps("900 ms", "1 s", "50 ms", kTime) == Texts{"900 ms", "950 ms", "1000 ms"});
  CHECK(steps("1 min", "3 min", "1 min", kTime) == Texts{"1 min", "2 min", "3 min"});
  CHECK(fault_of([] { return steps("1 min", "200 s", "1 min", kTime); }) ==
        "s and min in one range; expected one unit");
  CHECK(fault_of([] { return steps("1 MiB/s", "3 MB/s", "1 MB/s", kRate); }) ==
        "MB/s and MiB/s in one range; expected one unit");
}

TEST_CASE("A number of values is spread evenly, rounded only where it must be",
          "[scenarios][sweep]") {
  CHECK(spread("5", "25", 5, kCount) == Texts{"5", "10", "15", "20", "25"});
  CHECK(spread("1 MB/s", "2 MB/s", 5, kRate) ==
        Texts{"1 MB/s", "1.25 MB/s", "1.5 MB/s", "1.75 MB/s", "2 MB/s"});
  // Thirds, to the sixth digit after the first of the larger end.
  CHECK(spread("0", "1", 4, kWeight) == Texts{"0", "0.333333", "0.666667", "1"});
  CHECK(spread("2", "1", 4, kWeight) == Texts{"2", "1.666667", "1.333333", "1"});
  // Whole numbers: 1, 3.25, 5.5 and so on to the nearest, halves up.
  CHECK(spread("1", "10", 5, kCount) == Texts{"1", "3", "6", "8", "10"});
  CHECK(spread("7", "7", 1, kCount) == Texts{"7"});
}

TEST_CASE("A logarithmic range has one ratio, to six digits", "[scenarios][sweep]") {
  CHECK(log_spread("1", "16", 5, kWeight) == Texts{"1", "2", "4", "8", "16"});
  // 10^(1/2) = 3.16227766, 10^(3/2) = 31.6227766.
  CHECK(log_spread("100 kB/s", "10 MB/s", 5, kRate) ==
        Texts{"100 kB/s", "316.228 kB/s", "1000 kB/s", "3162.28 kB/s", "10000 kB/s"});
  CHECK(log_spread("1", "1000", 7, kCount) == Texts{"1", "3", "10", "32", "100", "316", "1000"});
  CHECK(log_spread("100", "1", 3, kWeight) == Texts{"100", "10", "1"});
}

TEST_CASE("A range that is none says why", "[scenarios][sweep]") {
  CHECK(fault_of([] { return steps("1", "5", "0", kCount); }) ==
        "a step of 0; expected a step from `from` to `to`");
  CHECK(fault_of([] { return steps("1", "5", "-1", kCount); }) ==
        "the step leads away from `to`; expected one above 0");
  CHECK(fault_of([] { return steps("5", "1", "1", kCount); }) ==
        "the step leads away from `to`; expected one below 0");
  CHECK(fault_of([] { return spread("1", "5", 1, kCount); }) ==
        "a count of 1 between two numbers; expected at least 2");
  CHECK(fault_of([] { return log_spread("0", "5", 3, kCount); }) ==
        "0 has no logarithm; expected from and to above 0");
  CHECK(fault_of([] { return log_spread("-1", "5", 3, kCount); }) ==
        "from \"-1\": negative; expected at least 0");
  CHECK(fault_of([] { return steps("nan", "5", "1", kCount); }) ==
        "from \"nan\": not a finite number; expected a number");
  CHECK(fault_of([] { return steps("1", "inf", "1", kCount); }) ==
        "to \"inf\": not a finite number; expected a number");
  CHECK(fault_of([] { return steps("1 MB/s", "2", "1 MB/s", kRate); }) ==
        "to \"2\": missing unit; expected B/s, kB/s, MB/s, GB/s, TB/s, KiB/s, MiB/s, GiB/s, bit/s, "
        "kbit/s, Mbit/s or Gbit/s");
  CHECK(fault_of([] { return steps("1e-20", "1", "1e-20", kWeight); }) ==
        "the numbers of the range have too many digits; expected at most 18 from the first of the "
        "largest to the last of the smallest");
}

TEST_CASE("A range longer than any memory is counted", "[scenarios][sweep]") {
  const NumberRange range = linear_range({"0", "1e17", "1", std::nullopt}, kWeight);
  CHECK(range.count == 100'000'000'000'000'001U);
  CHECK(range.text_of(99'999'999'999'999'999U) == "99999999999999999");
}
