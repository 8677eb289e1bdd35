#include "tests/catch.hpp"
#include "tests/unit/scenarios/sweep_support.hpp"

using namespace mec;
using namespace mec::test;

namespace {

constexpr auto kAxes =
    "axes:\n"
    "  - {key: device.count, name: devices, values: [1, 5, 10]}\n"
    "  - {key: links.b1, values: [1 MB/s, 2 MB/s, \"uniform(1 MB/s, 2 MB/s)\"]}\n"
    "where:\n";

// The points that a condition leaves, as "devices/b1": b1 by its first letter or digit.
std::string left_by(const std::string& condition) {
  const Sweep sweep = SweepFolder().load(kAxes + ("  - " + condition + "\n"));
  std::string points;
  for (const Fields& point : sweep.grid.points) {
    points += (points.empty() ? "" : " ") + point[0] + "/" + point[1].substr(0, 1);
  }
  return points;
}

std::string fault_of(const std::string& condition) {
  const auto faults = SweepFolder().faults(kAxes + ("  - " + condition + "\n"));
  REQUIRE(faults.size() == 1);
  const std::string start = "sweep.yaml:6:5: where ";
  REQUIRE(faults[0].starts_with(start));
  return faults[0].substr(faults[0].find("\": ") + 3);
}

}  // namespace

TEST_CASE("A condition leaves the points that fulfil it", "[scenarios][sweep]") {
  CHECK(left_by("devices <= 5 and links_b1 == 1 MB/s") == "1/1 5/1");
  CHECK(left_by("devices < 5") == "1/1 1/2 1/u");
  CHECK(left_by("not devices >= 5") == "1/1 1/2 1/u");
  CHECK(left_by("devices > 5 or links_b1 > 1500 kB/s") == "1/2 5/2 10/1 10/2 10/u");
  CHECK(left_by("5 != devices and 1.5MB/s < links_b1") == "1/2 10/2");
  CHECK(left_by("links_b1 == 'uniform(1 MB/s, 2 MB/s)'") == "1/u 5/u 10/u");
}

TEST_CASE("And binds tighter than or, and parentheses tighter than both", "[scenarios][sweep]") {
  CHECK(left_by("devices == 1 or devices == 5 and links_b1 == 1 MB/s") == "1/1 1/2 1/u 5/1");
  CHECK(left_by("(devices == 1 or devices == 5) and links_b1 == 1 MB/s") == "1/1 5/1");
  CHECK(left_by("not (devices == 1 or devices == 5) and not links_b1 <= 2MB/s") == "10/u");
}

TEST_CASE("A value that is no number is neither less nor greater", "[scenarios][sweep]") {
  CHECK(left_by("links_b1 >= 0 B/s and devices == 1") == "1/1 1/2");
  CHECK(left_by("links_b1 <= 1 GB/s and devices == 1") == "1/1 1/2");
  CHECK(left_by("links_b1 != 1 MB/s and devices == 1") == "1/2 1/u");
}

TEST_CASE("All conditions must hold, and axes can be compared with each other",
          "[scenarios][sweep]") {
  const Sweep sweep = SweepFolder().load(
      "axes:\n"
      "  - {key: links.b1, values: [1 MB/s, 2 MB/s, 3 MB/s]}\n"
      "  - {key: links.b2, values: [1 MB/s, 2 MB/s, 3 MB/s]}\n"
      "  - {key: objective, values: [latency, energy]}\n"
      "where: [links_b1_Bps < links_b2_Bps, objective == energy]\n");
  CHECK(sweep.grid.points == Points{{"1000000", "2000000", "energy"},
                                    {"1000000", "3000000", "energy"},
                                    {"2000000", "3000000", "energy"}});
}

TEST_CASE("Points that are left out keep the others as they are", "[scenarios][sweep]") {
  const Sweep sweep = SweepFolder().load(
      "axes:\n"
      "  - {key: device.count, values: [1, 2, 3, 4]}\n"
      "where: device_count != 2 and device_count != 3\n");
  CHECK(column_of(sweep) == Fields{"1", "4"});
  CHECK(scenario_at(sweep, 1).network.devices == 4);
}

TEST_CASE("A condition that is none says why", "[scenarios][sweep]") {
  CHECK(fault_of("devises < 5") ==
        "unknown axis \"devises\"; expected devices or links_b1; did you mean \"devices\"?");
  CHECK(fault_of("1 < 2") == "unknown axis \"2\"; expected devices or links_b1");
  CHECK(fault_of("devices < b1") == "unknown axis \"b1\"; expected devices or links_b1");
  CHECK(fault_of("devices < 5 MB/s") ==
        "\"5 MB/s\": unexpected \"MB/s\" after the number; expected a number without a unit");
  CHECK(fault_of("links_b1 < 5") ==
        "\"5\": missing unit; expected B/s, kB/s, MB/s, GB/s, TB/s, KiB/s, MiB/s, GiB/s, bit/s, "
        "kbit/s, Mbit/s or Gbit/s");
  CHECK(fault_of("links_b1 < 'uniform(1 MB/s, 2 MB/s)'") ==
        "\"uniform(1 MB/s, 2 MB/s)\" is no number; expected == or != beside it");
  CHECK(fault_of("links_b1 == unifrom") == "\"unifrom\" is no value of links_b1; expected one");
  CHECK(fault_of("devices") == "it ends too early; expected <, <=, ==, !=, >= or >");
  CHECK(fault_of("devices <") ==
        "it ends too early; expected the name of an axis: devices or links_b1");
  CHECK(fault_of("devices = 5") == "unexpected \"=\"; expected <, <=, ==, !=, >= or >");
  CHECK(fault_of("5 > devices devices < 7") ==
        "unexpected \"devices\"; expected and, or, or the end");
  CHECK(fault_of("(devices < 5") == "it ends too early; expected and, or, or \")\"");
  CHECK(fault_of("devices == 'a") == "a quote is not closed; expected it before the end");
  CHECK(fault_of("devices < links_b1") ==
        "devices is a count and links_b1 is a data rate; expected two of one kind");
  CHECK(fault_of(std::string(60, '(') + "devices < 5") ==
        "nested too deeply; expected at most 50 levels");
  CHECK(
      SweepFolder().faults(kAxes + std::string("  - devices > 100\n")) ==
      std::vector<std::string>{"sweep.yaml:6:5: where: no point is left; expected conditions that "
                               "some point fulfils"});
}
