// Many services at once, on every engine: SimGrid, the event heap, and the toy.
#include <algorithm>
#include <cmath>

#include "core/distribution.hpp"
#include "core/random.hpp"
#include "tests/catch.hpp"
#include "tests/unit/sim/engine_play.hpp"

using namespace mec;
using namespace mec::test;

namespace {

// Segments of random rates, one in four an outage, over `length` seconds from date 0, then 1 for
// ever.
std::vector<std::pair<double, double>> random_segments(RandomEngine& random, double length) {
  std::vector<std::pair<double, double>> segments;
  double date = 0.0;
  while (date < length) {
    date += sample(Exponential{0.7}, random);
    const bool outage = random() % 4 == 0;
    segments.emplace_back(outage ? 0.0 : sample(Uniform{0.1, 3.0}, random), date);
  }
  segments.emplace_back(1.0, date + 1.0);
  return segments;
}

}  // namespace

TEST_CASE("Services on random paths take what the path says, early and late", "[sim][engines]") {
  // 300 servers in a row of services each, many more than SimGrid is given at a time, from date 0
  // or 1e7 s on. The expected durations are service_time's, which has tests of its own; ends must
  // come in order of dates, and at start + served.
  const double origin = GENERATE(0.0, 1e7);
  static constexpr std::size_t kServers = 300;
  static constexpr std::size_t kEach = 8;
  RandomEngine random = RandomStreams(4, 0).stream("paths");
  std::vector<std::vector<std::pair<double, double>>> lists;
  std::vector<double> amounts;
  for (std::size_t i = 0; i < kServers; ++i) {
    lists.push_back(random_segments(random, 40.0));
    for (auto& [rate, until] : lists.back()) {
      until += origin;
    }
    for (std::size_t j = 0; j < kEach; ++j) {
      amounts.push_back(sample(Exponential{2.0}, random));
    }
  }
  for (const EngineKind kind : kEngines) {
    CAPTURE(name_of(kind), origin);
    std::vector<std::unique_ptr<RatePath>> paths;
    for (const auto& list : lists) {
      paths.push_back(listed_path(list));
    }
    const auto notes = notes_of(kind, [&](Engine& engine, Script& script) {
      const auto servers = add_servers(engine, kServers);
      const auto begin = [&, servers](Token token) {
        engine.start(servers[token / kEach], amounts[token], *paths[token / kEach], token);
      };
      script.timer = begin;
      script.done = [begin](Token token) {
        if ((token + 1) % kEach != 0) {
          begin(token + 1);
        }
      };
      for (std::size_t i = 0; i < kServers; ++i) {
        engine.at(Seconds{origin + 0.01 * static_cast<double>(i)}, i * kEach);
      }
    });
    REQUIRE(notes.size() == kServers * (kEach + 1));
    std::vector<double> started(kServers);
    double worst = 0.0;
    double clock = 0.0;
    for (const Note& note : notes) {
      REQUIRE(note.date >= clock);
      clock = note.date;
      const std::size_t server = note.token / kEach;
      if (note.what == Told::done) {
        const auto path = listed_path(lists[server]);
        const double expected =
            service_time(*path, Seconds{started[server]}, amounts[note.token]).value();
        worst = std::max(worst, std::fabs(note.served - expected) / expected);
        REQUIRE(note.date == started[server] + note.served);
      }
      started[server] = note.date;
    }
    CHECK(worst < 1e-9);
  }
}

TEST_CASE("Five thousand services at once all end, in order", "[sim][engines]") {
  // Every tenth one ends at 2 s, at the same date as all of its kind; the others where they may.
  constexpr Token kCount = 5000;
  RandomEngine random = RandomStreams(5, 0).stream("amounts");
  std::vector<double> amounts;
  for (Token i = 0; i < kCount; ++i) {
    amounts.push_back(i % 10 == 0 ? 2.0 : sample(Uniform{0.5, 3.0}, random));
  }
  std::vector<Token> expected(kCount);
  for (Token i = 0; i < kCount; ++i) {
    expected[i] = i;
  }
  std::stable_sort(expected.begin(), expected.end(),
                   [&](Token a, Token b) { return amounts[a] < amounts[b]; });
  for (const EngineKind kind : {EngineKind::simgrid, EngineKind::event}) {
    CAPTURE(name_of(kind));
    const auto notes = notes_of(kind, [&](Engine& engine, Script&) {
      const auto servers = add_servers(engine, kCount);
      for (Token i = 0; i < kCount; ++i) {
        engine.start(servers[i], amounts[i], 1.0, i);
      }
    });
    REQUIRE(notes.size() == kCount);
    for (Token i = 0; i < kCount; ++i) {
      REQUIRE(notes[i].token == expected[i]);
      REQUIRE(notes[i].date == amounts[expected[i]]);
    }
  }
}

TEST_CASE("A crowd of long services does not hide a short one", "[sim][engines]") {
  // 1,000 services of 1e6 s and then, one after the other, services of 1e-3 s.
  for (const EngineKind kind : {EngineKind::simgrid, EngineKind::event}) {
    CAPTURE(name_of(kind));
    const auto notes = notes_of(kind, [](Engine& engine, Script& script) {
      const auto servers = add_servers(engine, 1001);
      for (Token i = 0; i < 1000; ++i) {
        engine.start(servers[i], 1e6, 1.0, i);
      }
      engine.at(Seconds{1.0}, 0);
      script.timer = [&, servers](Token) { engine.start(servers[1000], 1e-3, 1.0, 1000); };
      script.done = [&, servers](Token token) {
        if (token >= 1000 && token < 1099) {
          engine.start(servers[1000], 1e-3, 1.0, token + 1);
        }
      };
    });
    REQUIRE(notes.size() == 1101);
    double date = 1.0;
    for (Token i = 0; i < 100; ++i) {
      date += 1e-3;
      REQUIRE(notes[i + 1].token == 1000 + i);
      REQUIRE(notes[i + 1].date == date);
    }
    CHECK(notes.back().date == 1e6);
  }
}

TEST_CASE("Three engines tell the same story of a busy world", "[sim][engines]") {
  // 150 servers in closed loops, half of them at constant rates, half along paths with outages; all
  // numbers are multiples of 1/8, so that dozens of things happen at the same date, and sums are
  // exact: the stories must be equal to the last bit.
  constexpr Token kServers = 150;
  const auto play = [](std::vector<std::unique_ptr<RatePath>>& paths) -> Play {
    return [&paths](Engine& engine, Script& script) {
      const auto servers = add_servers(engine, kServers);
      const auto random = std::make_shared<RandomEngine>(RandomStreams(6, 0).stream("jobs"));
      const auto left = std::make_shared<int>(6000);
      const auto begin = [&engine, &paths, servers, random, left](Token server) {
        if (--*left < 0) {
          return;
        }
        const double amount = 0.125 * static_cast<double>(1 + (*random)() % 16);
        if (server % 2 == 0) {
          engine.start(servers[server], amount, 0.5, server);
        } else {
          engine.start(servers[server], amount, *paths[server], server);
        }
      };
      script.timer = begin;
      script.done = [&engine, begin, random](Token server) {
        if ((*random)() % 4 == 0) {  // think
          engine.at(engine.now() + Seconds{0.125 * static_cast<double>((*random)() % 3)}, server);
        } else {
          begin(server);
        }
      };
      for (Token i = 0; i < kServers; ++i) {
        engine.at(Seconds{0.0}, i);
      }
    };
  };
  std::vector<std::vector<Note>> stories;
  for (const EngineKind kind : kEngines) {
    RandomEngine random = RandomStreams(6, 0).stream("paths");
    std::vector<std::unique_ptr<RatePath>> paths;
    for (Token i = 0; i < kServers; ++i) {
      std::vector<std::pair<double, double>> list;
      for (int k = 1; k <= 400; ++k) {
        list.emplace_back(0.5 * static_cast<double>(random() % 3), 0.5 * k);
        // Rates 0, 1/2 and 1: what is left is divided by powers of two only.
      }
      list.emplace_back(1.0, 0.0);
      paths.push_back(listed_path(list));
    }
    stories.push_back(notes_of(kind, play(paths)));
  }
  REQUIRE(stories[0].size() > 6000);
  for (std::size_t k = 1; k < stories.size(); ++k) {
    REQUIRE(stories[k].size() == stories[0].size());
    for (std::size_t i = 0; i < stories[0].size(); ++i) {
      CAPTURE(k, i, stories[0][i].date, stories[0][i].token, stories[k][i].token);
      REQUIRE(stories[k][i].what == stories[0][i].what);
      REQUIRE(stories[k][i].token == stories[0][i].token);
      REQUIRE(stories[k][i].date == stories[0][i].date);
      REQUIRE(stories[k][i].served == stories[0][i].served);
    }
  }
}
