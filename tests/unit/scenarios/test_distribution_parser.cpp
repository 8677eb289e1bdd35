#include <cmath>

#include "scenarios/distribution_parser.hpp"
#include "scenarios/value_error.hpp"
#include "tests/catch.hpp"

using namespace mec;

namespace {

const DistributionRule kCpuSpeed{Dimension::speed, true};
const DistributionRule kCloudSpeed{Dimension::speed, true, Infinite::allowed};
const DistributionRule kData{Dimension::data};
const DistributionRule kCount{Dimension::count, false, Infinite::refused, 1.0, 10'000.0};

std::string fault(const std::string& text, const DistributionRule& rule) {
  try {
    (void)parse_distribution(text, rule);
    return "no fault";
  } catch (const ValueError& error) {
    return error.what();
  }
}

std::string arrivals_fault(const std::string& text) {
  try {
    (void)parse_arrivals(text);
    return "no fault";
  } catch (const ValueError& error) {
    return error.what();
  }
}

template <class T>
T parse(const std::string& text, const DistributionRule& rule) {
  return std::get<T>(parse_distribution(text, rule));
}

}  // namespace

TEST_CASE("Each form of a distribution is read in SI units", "[scenarios][distribution]") {
  CHECK(parse<Constant>("3 MB", kData).value == 3e6);
  CHECK(parse<Constant>("0", kData).value == 0.0);
  CHECK(parse<Uniform>("uniform(1 kB, 2 MB)", kData).low == 1e3);
  CHECK(parse<Uniform>(" uniform ( 1 kB ,2 MB ) ", kData).high == 2e6);
  const auto normal = parse<TruncatedNormal>("normal(2 GHz, 500 MHz, 0, 4 GHz)", kCpuSpeed);
  CHECK(normal.mean == 2e9);
  CHECK(normal.deviation == 5e8);
  CHECK(normal.low == 0.0);
  CHECK(normal.high == 4e9);
  CHECK(parse<Exponential>("exponential(2 MB)", kData).mean == 2e6);
  CHECK(parse<LogNormal>("lognormal(2 MB, 0.5)", kData).median == 2e6);
  CHECK(parse<LogNormal>("lognormal(2 MB, 0.5)", kData).sigma == 0.5);
  CHECK(parse<Choice>("choice(1 MB, 2 MB)", kData).values == std::vector<double>{1e6, 2e6});
  CHECK(parse<Choice>("choice(1 MB, 2 MB)", kData).weights == std::vector<double>{1, 1});
  CHECK(parse<Choice>("choice(1 MB: 3, 2 MB:0.5)", kData).weights == std::vector<double>{3, 0.5});
}

TEST_CASE("Only the cloud may be infinitely fast", "[scenarios][distribution]") {
  CHECK(std::isinf(parse<Constant>("infinite", kCloudSpeed).value));
  CHECK(fault("infinite", kCpuSpeed) ==
        "not a finite number; expected a number and a unit: Hz, kHz, MHz or GHz");
  CHECK(fault("inf", kCloudSpeed) ==
        "not a finite number; expected a number and a unit: Hz, kHz, MHz or GHz, or infinite");
}

TEST_CASE("Speeds are above 0 in all that can be drawn", "[scenarios][distribution]") {
  CHECK(fault("uniform(0, 1 GHz)", kCpuSpeed) == "no fault");  // on (0, 1 GHz]
  CHECK(fault("0", kCpuSpeed) == "0 is no value here; expected more than 0");
  CHECK(fault("choice(1 GHz, 0)", kCpuSpeed) == "0 is no value here; expected more than 0");
  CHECK(fault("uniform(0, 0)", kCpuSpeed) ==
        "0 is no value here; expected a high bound of more than 0");
  CHECK(fault("uniform(-1 MHz, 1 MHz)", kCpuSpeed) ==
        "argument \"-1 MHz\": negative; expected at least 0");
  CHECK(fault("0", kData) == "no fault");
  CHECK(fault("uniform(0, 0)", kData) == "no fault");
}

TEST_CASE("Bounds in the wrong order are refused", "[scenarios][distribution]") {
  const std::string expected = "the low bound is above the high one; expected low <= high";
  CHECK(fault("uniform(5 MB, 2 MB)", kData) == expected);
  CHECK(fault("uniform(1 MB, 500 kB)", kData) == expected);
  CHECK(fault("normal(1 MB, 1 MB, 3 MB, 2 MB)", kData) == expected);
  CHECK(fault("uniform(2 MB, 2 MB)", kData) == "no fault");
}

TEST_CASE("A normal that hardly ever falls between its bounds is refused",
          "[scenarios][distribution]") {
  // P(Z > 3.0) = 0.00135 and P(Z > 3.2) = 0.00069 of the standard normal: the limit is 0.001.
  CHECK(fault("normal(0, 1 MB, 3 MB, 100 MB)", kData) == "no fault");
  CHECK(fault("normal(0, 1 MB, 3.2 MB, 100 MB)", kData) ==
        "less than 0.001 of the normal distribution lies between its bounds; expected bounds "
        "nearer to the mean");
  CHECK(fault("normal(1 MB, 0, 0, 2 MB)", kData) ==
        "the standard deviation is 0; expected more than 0, or a constant");
}

TEST_CASE("Parameters that make no distribution are refused", "[scenarios][distribution]") {
  CHECK(fault("exponential(0)", kData) == "the mean is 0; expected more than 0");
  CHECK(fault("lognormal(0, 1)", kData) == "the median is 0; expected more than 0");
  CHECK(fault("lognormal(1 MB, 11)", kData) == "sigma is 11; expected 0 to 10");
  CHECK(fault("lognormal(1 MB, 1 MB)", kData) ==
        "argument \"1 MB\": unexpected \"MB\" after the number; expected a number without a unit");
  CHECK(fault("choice(1 MB: 0)", kData) == "all weights are 0; expected at least one above 0");
  CHECK(fault("choice(1 MB: 1, 2 MB)", kData) ==
        "some values have a weight and some have none; expected value: weight of each");
  CHECK(fault("uniform(5, 2 GHz)", kCpuSpeed) ==
        "argument \"5\": missing unit; expected Hz, kHz, MHz or GHz");
}

TEST_CASE("A malformed distribution says what it should look like", "[scenarios][distribution]") {
  CHECK(fault("unifrom(1 MB, 2 MB)", kData) ==
        "unknown distribution \"unifrom\"; expected uniform, normal, exponential, lognormal or "
        "choice; did you mean \"uniform\"?");
  CHECK(fault("uniform(1 MB)", kData) == "1 argument; expected uniform(low, high)");
  CHECK(fault("choice()", kData) == "0 arguments; expected choice(value, ...)");
  CHECK(fault("uniform(1 MB", kData) ==
        "missing \")\"; expected name(argument, ...), in quotes inside { } or [ ]");
  CHECK(fault("uniform(1 MB, 2 MB) MB", kData) ==
        "unexpected text after \")\"; expected name(argument, ...)");
  CHECK(fault("uniform(1 MB,, 2 MB)", kData) ==
        "an argument is empty; expected name(argument, ...)");
  CHECK(fault("uniform(1 MB,)", kData) == "an argument is empty; expected name(argument, ...)");
}

TEST_CASE("Counts are whole numbers in range, and bounded", "[scenarios][distribution]") {
  CHECK(parse<Constant>("6", kCount).value == 6.0);
  CHECK(parse<Uniform>("uniform(1, 12)", kCount).high == 12.0);
  CHECK(parse<Choice>("choice(4:3, 8:1)", kCount).values == std::vector<double>{4, 8});
  CHECK(fault("10000", kCount) == "no fault");
  CHECK(fault("0", kCount) == "0 is out of range; expected whole numbers from 1 to 10000");
  CHECK(fault("10001", kCount) == "10001 is out of range; expected whole numbers from 1 to 10000");
  CHECK(fault("6.5", kCount) == "6.5 is out of range; expected whole numbers from 1 to 10000");
  CHECK(fault("uniform(0, 5)", kCount) ==
        "0 is out of range; expected whole numbers from 1 to 10000");
  CHECK(fault("exponential(6)", kCount) ==
        "exponential has no upper bound; expected whole numbers from 1 to 10000");
  CHECK(fault("lognormal(6, 1)", kCount) ==
        "lognormal has no upper bound; expected whole numbers from 1 to 10000");
}

TEST_CASE("Arrivals are read, and refused with all that would do", "[scenarios][arrivals]") {
  CHECK(std::holds_alternative<ClosedLoop>(parse_arrivals("closed-loop")));
  CHECK(std::holds_alternative<FileArrivals>(parse_arrivals("from-file")));
  CHECK(std::get<PoissonArrivals>(parse_arrivals("poisson(30 /min)")).rate.value() == 0.5);
  CHECK(std::get<PeriodicArrivals>(parse_arrivals("periodic(250 ms)")).period.value() == 0.25);
  const std::string expected =
      "unknown arrivals; expected closed-loop, poisson(0.5 /s), periodic(2 s) or from-file";
  CHECK(arrivals_fault("often") == expected);
  CHECK(arrivals_fault("poisson") == expected + "; did you mean \"poisson\"?");
  CHECK(arrivals_fault("posson(1 /s)") == expected + "; did you mean \"poisson\"?");
  CHECK(arrivals_fault("closed-loop()") == expected + "; did you mean \"closed-loop\"?");
  CHECK(arrivals_fault("poisson(0)") == "0 is no value here; expected more than 0");
  CHECK(arrivals_fault("poisson(2 s)") ==
        "argument \"2 s\": unit s is not a rate; expected /s, /min or /h");
  CHECK(arrivals_fault("periodic(2)") ==
        "argument \"2\": missing unit; expected ns, us, ms, s, min or h");
  CHECK(arrivals_fault("periodic()") == "0 arguments; expected periodic(period)");
}
