#include <limits>

#include "scenarios/quantity.hpp"
#include "scenarios/value_error.hpp"
#include "tests/catch.hpp"

using namespace mec;

namespace {

std::string fault(const std::string& text, Dimension dimension) {
  try {
    return "value " + std::to_string(parse_quantity(text, dimension));
  } catch (const ValueError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("A quantity is its number times its unit", "[scenarios][quantity]") {
  CHECK(parse_quantity("100 MHz", Dimension::speed) == 1e8);
  CHECK(parse_quantity("2.5GHz", Dimension::speed) == 2.5e9);
  CHECK(parse_quantity("  7 Hz ", Dimension::speed) == 7.0);
  CHECK(parse_quantity("1e6 cycles", Dimension::work) == 1e6);
  CHECK(parse_quantity("3 Mcycles", Dimension::work) == 3e6);
  CHECK(parse_quantity("+.5 kB", Dimension::data) == 500.0);
  CHECK(parse_quantity("8 bit", Dimension::data) == 1.0);
  CHECK(parse_quantity("8 Mbit/s", Dimension::rate) == 1e6);        // 8e6 / 8
  CHECK(parse_quantity("1 KiB", Dimension::data) == 1024.0);        // 2^10
  CHECK(parse_quantity("1 GiB", Dimension::data) == 1073741824.0);  // 2^30
  CHECK(parse_quantity("5 us", Dimension::time) == 5e-6);
  CHECK(parse_quantity("3 min", Dimension::time) == 180.0);
  CHECK(parse_quantity("6 /min", Dimension::frequency) == 0.1);  // 6 / 60
  CHECK(parse_quantity("0.5 /s", Dimension::frequency) == 0.5);
  CHECK(parse_quantity("300 mW", Dimension::power) == 0.3);
  CHECK(parse_quantity("1e-28 J*s^2/cycle^3", Dimension::capacitance) == 1e-28);
}

TEST_CASE("A quantity is the double nearest to what is written", "[scenarios][quantity]") {
  // In doubles 2.01 * 1e6 is 2009999.9999999998, and 0.91 / 1e6 is 9.100000000000001e-07.
  CHECK(parse_quantity("2.01 MB/s", Dimension::rate) == 2010000.0);
  CHECK(parse_quantity("2.3e1 GHz", Dimension::speed) == 23e9);
  CHECK(parse_quantity("2.3E+1 GHz", Dimension::speed) == 23e9);
  CHECK(parse_quantity("0.91 us", Dimension::time) == 9.1e-7);
  CHECK(parse_quantity("2.01 Mbit/s", Dimension::rate) == 251250.0);
  CHECK(parse_quantity("16.6 ns", Dimension::time) == 1.66e-8);
}

TEST_CASE("Zero needs no unit and other bare numbers do, unless allowed", "[scenarios][quantity]") {
  CHECK(parse_quantity("0", Dimension::speed) == 0.0);
  CHECK(parse_quantity("-0.0", Dimension::data) == 0.0);
  CHECK(fault("3", Dimension::speed) == "missing unit; expected Hz, kHz, MHz or GHz");
  CHECK(parse_quantity("1e6", Dimension::work, BareNumber::allowed) == 1e6);
  CHECK(parse_quantity("2", Dimension::weight) == 2.0);
}

TEST_CASE("A wrong or unknown unit is named with those that fit", "[scenarios][quantity]") {
  CHECK(fault("3 MB", Dimension::speed) ==
        "unit MB is not a frequency; expected Hz, kHz, MHz or GHz");
  CHECK(fault("3 mhz", Dimension::speed) ==
        "unknown unit \"mhz\"; expected Hz, kHz, MHz or GHz; did you mean \"MHz\"?");
  CHECK(fault("3 GHzz", Dimension::speed) ==
        "unknown unit \"GHzz\"; expected Hz, kHz, MHz or GHz; did you mean \"GHz\"?");
  CHECK(fault("3 parsec", Dimension::speed) ==
        "unknown unit \"parsec\"; expected Hz, kHz, MHz or GHz");
  CHECK(fault("2 MHz", Dimension::data) ==
        "unit MHz is not an amount of data; expected B, kB, MB, GB, TB, KiB, MiB, GiB, bit, kbit, "
        "Mbit or Gbit");
  CHECK(fault("2 s", Dimension::weight) ==
        "unexpected \"s\" after the number; expected a number without a unit");
}

TEST_CASE("What is no finite number of at least 0 is refused", "[scenarios][quantity]") {
  const std::string expected = "; expected a number and a unit: Hz, kHz, MHz or GHz";
  CHECK(fault("fast", Dimension::speed) == "not a number" + expected);
  CHECK(fault("", Dimension::speed) == "not a number" + expected);
  CHECK(fault("-", Dimension::speed) == "not a number" + expected);
  CHECK(fault("- 3 Hz", Dimension::speed) == "not a number" + expected);
  CHECK(fault("--3 Hz", Dimension::speed) == "not a number" + expected);
  CHECK(fault(".", Dimension::speed) == "not a number" + expected);
  CHECK(fault("nan Hz", Dimension::speed) == "not a finite number" + expected);
  CHECK(fault("-inf", Dimension::speed) == "not a finite number" + expected);
  CHECK(fault(".INF", Dimension::speed) == "not a finite number" + expected);
  CHECK(fault("nan", Dimension::weight) == "not a finite number; expected a number");
  CHECK(fault("-1 Hz", Dimension::speed) == "negative; expected at least 0");
}

TEST_CASE("A value outside 1e-60 to 1e60 is refused, after its unit", "[scenarios][quantity]") {
  const std::string expected = "out of range; expected 0 or a value from 1e-60 to 1e+60";
  CHECK(fault("1e999 Hz", Dimension::speed) == expected);
  CHECK(fault("1e308 GHz", Dimension::speed) == expected);
  CHECK(fault("1e-320 B", Dimension::data) == expected);
  CHECK(fault("1e-999 B", Dimension::data) == expected);
  CHECK(fault("1e52 GHz", Dimension::speed) == expected);  // 1e61
  CHECK(parse_quantity("1e51 GHz", Dimension::speed) == 1e60);
}
