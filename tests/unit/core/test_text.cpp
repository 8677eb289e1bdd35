#include <limits>
#include <string>
#include <vector>

#include "core/text.hpp"
#include "tests/catch.hpp"

namespace mec {

namespace {

const std::vector<std::string> kNames = {"local", "edge", "cloud", "greedy", "best-constant"};

}  // namespace

TEST_CASE("A name is its own nearest", "[core][text]") {
  REQUIRE(nearest_name("greedy", kNames) == "greedy");
}

TEST_CASE("Two swapped letters are one typing error", "[core][text]") {
  REQUIRE(nearest_name("egde", kNames) == "edge");
  REQUIRE(nearest_name("lcoal", kNames) == "local");
}

TEST_CASE("Letter case does not count", "[core][text]") {
  REQUIRE(nearest_name("GREEDY", kNames) == "greedy");
  REQUIRE(nearest_name("Best-Constnat", kNames) == "best-constant");
}

TEST_CASE("A third of the letters may differ and no more", "[core][text]") {
  REQUIRE(nearest_name("greeby", kNames) == "greedy");  // 1 of 6
  REQUIRE(nearest_name("freeby", kNames) == "greedy");  // 2 of 6
  REQUIRE_FALSE(nearest_name("freebz", kNames));        // 3 of 6
  REQUIRE(nearest_name("edg", kNames) == "edge");       // one is always allowed
  REQUIRE_FALSE(nearest_name("xy", kNames));
  REQUIRE(nearest_name("bst-constnt", kNames) == "best-constant");
}

TEST_CASE("The nearer of two names wins, and the first of equals", "[core][text]") {
  REQUIRE(nearest_name("clouds", {"cloudy", "cloud"}) == "cloudy");
  REQUIRE(nearest_name("cloudsx", {"cloudy", "clouds"}) == "clouds");
}

TEST_CASE("Nothing is near an empty name or an endless one", "[core][text]") {
  REQUIRE_FALSE(nearest_name("", kNames));
  REQUIRE_FALSE(nearest_name("edge", {}));
  REQUIRE_FALSE(nearest_name(std::string(101, 'a'), {std::string(101, 'a')}));
}

TEST_CASE("A suggestion is a clause of its own or nothing", "[core][text]") {
  REQUIRE(did_you_mean("egde", kNames) == "; did you mean \"edge\"?");
  REQUIRE(did_you_mean("mist", kNames).empty());
}

TEST_CASE("Items are joined by the separator", "[core][text]") {
  REQUIRE(join({}).empty());
  REQUIRE(join({"a"}) == "a");
  REQUIRE(join({"a", "b", "c"}) == "a, b, c");
  REQUIRE(join({"a", "b"}, " | ") == "a | b");
}

TEST_CASE("A number is read whole or not at all", "[core][text]") {
  REQUIRE(parse_double("1.5") == 1.5);
  REQUIRE(parse_double("-2") == -2.0);
  REQUIRE(parse_double("+3e6") == 3e6);
  REQUIRE(parse_double(".5") == 0.5);
  REQUIRE(parse_double("0.1") == 0.1);
  REQUIRE(parse_double("inf") == std::numeric_limits<double>::infinity());
  for (const char* text : {"", "+", "-", "+-1", "++1", " 1", "1 ", "1,5", "0x10", "1MB", "one"}) {
    CAPTURE(text);
    REQUIRE_FALSE(parse_double(text));
  }
}

TEST_CASE("A number beyond a double is no number", "[core][text]") {
  REQUIRE_FALSE(parse_double("1e400"));
  REQUIRE(parse_double("1e308") == 1e308);
}

}  // namespace mec
