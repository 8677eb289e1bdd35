#include <cstdint>
#include <limits>
#include <set>

#include "core/random.hpp"
#include "tests/catch.hpp"

namespace mec {

namespace {

struct Pin {
  std::uint64_t seed;
  std::uint64_t replication;
  const char* name;
  std::uint64_t index;
  std::uint64_t first;
  std::uint64_t second;
};

// From an implementation of FNV-1a, SplitMix64 and MT19937-64 that is not this project's nor
// Boost's. They are for ever: published figures were drawn from these streams.
const Pin kPins[] = {
    {1, 0, "task", 0, 11132226773518180968U, 8280872385104500096U},
    {1, 0, "task", 1, 6713811805333748812U, 15669003854224075809U},
    {1, 1, "task", 0, 18314594316010428858U, 13171812239496765669U},
    {2, 0, "task", 0, 13900169911099725983U, 18264751445199013626U},
    {1, 0, "arrivals", 0, 16588007207268330539U, 4758417389334748075U},
    {1, 0, "policy.random", 0, 6921160124026821154U, 15909162417143846596U},
    {std::numeric_limits<std::uint64_t>::max(), 4294967295U, "state.device", 999,
     16364054435822604960U, 10054038694006642U},
};

}  // namespace

TEST_CASE("The first draws of a stream are what they always were", "[core][random]") {
  for (const Pin& pin : kPins) {
    CAPTURE(pin.seed, pin.replication, pin.name, pin.index);
    RandomEngine engine = RandomStreams(pin.seed, pin.replication).stream(pin.name, pin.index);
    REQUIRE(engine() == pin.first);
    REQUIRE(engine() == pin.second);
  }
}

TEST_CASE("A stream is the same however often and in whatever order it is asked for",
          "[core][random]") {
  const RandomStreams streams(7, 3);
  const std::uint64_t first = streams.stream("a")();
  RandomEngine other = streams.stream("b");
  other.discard(1000);
  REQUIRE(streams.stream("a")() == first);
  REQUIRE(RandomStreams(7, 3).stream("a")() == first);
}

TEST_CASE("Streams of another name, index, replication or seed differ", "[core][random]") {
  std::set<std::uint64_t> firsts;
  std::size_t count = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    for (std::uint64_t replication = 0; replication < 10; ++replication) {
      for (const char* name : {"task", "tasks", "", "state.device", "arrivals"}) {
        for (std::uint64_t index = 0; index < 10; ++index) {
          firsts.insert(RandomStreams(seed, replication).stream(name, index)());
          ++count;
        }
      }
    }
  }
  REQUIRE(firsts.size() == count);
}

TEST_CASE("The default index is zero", "[core][random]") {
  const RandomStreams streams(1, 0);
  REQUIRE(streams.stream("task") == streams.stream("task", 0));
}

}  // namespace mec
