// What sim/engine.hpp promises, of every engine: SimGrid, the event heap, and the toy.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/distribution.hpp"
#include "core/random.hpp"
#include "tests/catch.hpp"
#include "tests/unit/sim/engine_play.hpp"

using namespace mec;
using namespace mec::test;

namespace {

const Note& of(const std::vector<Note>& notes, Token token) {
  for (const Note& note : notes) {
    if (note.token == token && note.what != Told::timer) {
      return note;
    }
  }
  throw std::out_of_range(fmt::format("service {} was not reported", token));
}

// "timer 1, done 2, ..."
std::string order_of(const std::vector<Note>& notes) {
  std::string text;
  for (const Note& note : notes) {
    const char* what = note.what == Told::timer  ? "timer"
                       : note.what == Told::done ? "done"
                                                 : "stuck";
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", what, note.token);
  }
  return text;
}

}  // namespace

TEST_CASE("A service at a constant rate ends at start plus amount over rate, to the last bit",
          "[sim][engines]") {
  const std::vector<double> starts{0.0, 1e-25, 1e-9, 0.3, 7.1, 1e5 + 0.1};
  const std::vector<double> amounts{1e-7, 0.1, 3.3, 1e4 / 3, 1e9 / 7, 1e13 / 3};
  for (const EngineKind kind : kEngines) {
    CAPTURE(name_of(kind));
    const auto notes = notes_of(kind, [&](Engine& engine, Script& script) {
      const auto servers = add_servers(engine, starts.size() * amounts.size());
      script.timer = [&, servers](Token i) {
        for (std::size_t j = 0; j < amounts.size(); ++j) {
          engine.start(servers[i * amounts.size() + j], amounts[j], 0.7, 100 * i + j);
        }
      };
      for (std::size_t i = 0; i < starts.size(); ++i) {
        engine.at(Seconds{starts[i]}, i);
      }
    });
    REQUIRE(notes.size() == starts.size() * (amounts.size() + 1));
    for (std::size_t i = 0; i < starts.size(); ++i) {
      for (std::size_t j = 0; j < amounts.size(); ++j) {
        CHECK(of(notes, 100 * i + j).served == amounts[j] / 0.7);
        CHECK(of(notes, 100 * i + j).date == starts[i] + amounts[j] / 0.7);
      }
    }
  }
}

TEST_CASE("Every event may be several times as late as the one before", "[sim][engines]") {
  // Where a date is more than twice the clock's reading, adding the difference to the clock may
  // miss it by a rounding, and what is due then may be lost. A timer starts a service, the end of
  // which asks for the next timer, and so on.
  RandomEngine random = RandomStreams(7, 0).stream("factors");
  for (int round = 0; round < 20; ++round) {
    std::vector<double> dates{sample(Uniform{0.0, 1e-9}, random)};
    std::vector<double> amounts;
    for (int i = 0; i < 20; ++i) {
      amounts.push_back(dates.back() * sample(Uniform{1.0, 3.0}, random));
      dates.push_back(dates.back() + amounts.back());
      dates.push_back(dates.back() * sample(Uniform{2.0, 4.0}, random));
    }
    for (const EngineKind kind : kEngines) {
      CAPTURE(name_of(kind), round);
      const auto notes = notes_of(kind, [&](Engine& engine, Script& script) {
        const ServerId server = engine.add_server("cpu");
        engine.at(Seconds{dates[0]}, 0);
        script.timer = [&, server](Token i) {
          if (i < amounts.size()) {
            engine.start(server, amounts[i], 1.0, i);
          }
        };
        script.done = [&](Token i) { engine.at(Seconds{dates[2 * i + 2]}, i + 1); };
      });
      REQUIRE(notes.size() == dates.size());
      for (std::size_t i = 0; i < notes.size(); ++i) {
        REQUIRE(notes[i].date == dates[i]);
      }
    }
  }
}

TEST_CASE("At one date timers come first and then ends by start", "[sim][engines]") {
  // Services 10, 11, 12 start at 0, 0 and 0.5 on servers 2, 0, 1 and all end at 1, when timers 1
  // and 2 fire; these were asked for out of order with timer 0 at 0.5. Timer 1 asks for timer 3 at
  // this very date and starts service 13, of 1e-20 s: it ends at this date, too, last of all. The
  // end of 10 asks for timer 4 at this date, which precedes the end of 11.
  for (const EngineKind kind : kEngines) {
    CAPTURE(name_of(kind));
    const auto notes = notes_of(kind, [](Engine& engine, Script& script) {
      const auto servers = add_servers(engine, 4);
      engine.at(Seconds{1.0}, 1);
      engine.at(Seconds{0.5}, 0);
      engine.at(Seconds{1.0}, 2);
      engine.at(Seconds{0.0}, 9);
      script.timer = [&engine, servers](Token token) {
        if (token == 9) {
          engine.start(servers[2], 3.0, 3.0, 10);
          engine.start(servers[0], 2.0, 2.0, 11);
        } else if (token == 0) {
          engine.start(servers[1], 2.0, 4.0, 12);
        } else if (token == 1) {
          engine.at(Seconds{1.0}, 3);
          engine.start(servers[3], 1e-20, 1.0, 13);
        }
      };
      script.done = [&engine](Token token) {
        if (token == 10) {
          engine.at(Seconds{1.0}, 4);
        }
      };
    });
    CHECK(order_of(notes) ==
          "timer 9, timer 0, timer 1, timer 2, timer 3, done 10, timer 4, done 11, done 12, "
          "done 13");
    CHECK(notes.back().date == 1.0);
  }
}

TEST_CASE("Fifty timers of one date fire in the order in which they were asked for",
          "[sim][engines]") {
  for (const EngineKind kind : kEngines) {
    CAPTURE(name_of(kind));
    const auto notes = notes_of(kind, [](Engine& engine, Script&) {
      for (Token i = 0; i < 50; ++i) {
        engine.at(Seconds{i % 2 == 0 ? 1.0 : 0.1 + 0.2}, i);
      }
    });
    REQUIRE(notes.size() == 50);
    for (Token i = 0; i < 50; ++i) {
      CHECK(notes[i].token == (i < 25 ? 2 * i + 1 : 2 * (i - 25)));
      CHECK(notes[i].date == (i < 25 ? 0.1 + 0.2 : 1.0));
    }
  }
}

TEST_CASE("A rate that changes in mid-service holds for what is left of it", "[sim][engines]") {
  // 3 MB at 1 MB/s, 2 MB/s from 1 s on: ends at 2 s; SimGrid's own links would say 3 s.
  // 4 MB at 2 MB/s, 0.5 MB/s from 1 s on: 2 MB left, ends at 5 s.
  // 2 MB of the latter from 0.5 s on: 1 MB by 1 s, ends at 3 s.
  for (const EngineKind kind : kEngines) {
    CAPTURE(name_of(kind));
    const auto up = listed_path({{1e6, 1.0}, {2e6, 0.0}});
    const auto down = listed_path({{2e6, 1.0}, {0.5e6, 0.0}});
    const auto notes = notes_of(kind, [&](Engine& engine, Script& script) {
      const auto servers = add_servers(engine, 3);
      engine.start(servers[0], 3e6, *up, 0);
      engine.start(servers[1], 4e6, *down, 1);
      engine.at(Seconds{0.5}, 0);
      script.timer = [&, servers](Token) { engine.start(servers[2], 2e6, *down, 2); };
    });
    CHECK(of(notes, 0).date == 2.0);
    CHECK(of(notes, 1).date == 5.0);
    CHECK(of(notes, 2).date == 3.0);
    CHECK(of(notes, 2).served == 2.5);
  }
}

TEST_CASE("An outage is waited for, before a service and in the middle of it", "[sim][engines]") {
  // 2 units/s until 1 s, nothing until 4 s, then 1 unit/s. 5 units from 0: 2 by 1 s, 3 more by 7 s.
  // 3 units asked for at 2 s: by 7 s. 2 units from 0 end with the stretch, at 1 s, not after the
  // outage.
  for (const EngineKind kind : kEngines) {
    CAPTURE(name_of(kind));
    const auto path = listed_path({{2.0, 1.0}, {0.0, 4.0}, {1.0, 0.0}});
    const auto notes = notes_of(kind, [&](Engine& engine, Script& script) {
      const auto servers = add_servers(engine, 3);
      engine.start(servers[0], 5.0, *path, 0);
      engine.start(servers[1], 2.0, *path, 1);
      engine.at(Seconds{2.0}, 0);
      script.timer = [&, servers](Token) { engine.start(servers[2], 3.0, *path, 2); };
    });
    CHECK(order_of(notes) == "done 1, timer 0, done 0, done 2");
    CHECK(of(notes, 0).date == 7.0);
    CHECK(of(notes, 0).served == 7.0);
    CHECK(of(notes, 1).date == 1.0);
    CHECK(of(notes, 2).date == 7.0);
    CHECK(of(notes, 2).served == 5.0);
  }
}

TEST_CASE("A service is stuck from the date on which its path is at zero for ever",
          "[sim][engines]") {
  // 1 unit/s until 2 s, then nothing. 3 units from 0 are stuck at 2 s, where a service that was
  // started before it (10) and one that was started after it (12) end; one that starts at 3 s is
  // stuck at once. Others go on, and the run ends.
  for (const EngineKind kind : kEngines) {
    CAPTURE(name_of(kind));
    const auto path = listed_path({{1.0, 2.0}, {0.0, 0.0}});
    const auto notes = notes_of(kind, [&](Engine& engine, Script& script) {
      const auto servers = add_servers(engine, 5);
      engine.start(servers[2], 2.0, *path, 10);
      engine.start(servers[0], 3.0, *path, 11);
      engine.start(servers[1], 4.0, 2.0, 12);
      engine.start(servers[4], 9.0, 1.0, 13);
      engine.at(Seconds{3.0}, 0);
      script.timer = [&, servers](Token token) {
        if (token != 0) {
          return;
        }
        engine.start(servers[3], 1.0, *path, 14);
        try {
          engine.start(servers[0], 1.0, 1.0, 15);
        } catch (const std::logic_error&) {
          engine.at(engine.now(), 1);  // it is taken, as it should be
        }
      };
    });
    CHECK(order_of(notes) == "done 10, stuck 11, done 12, timer 0, timer 1, stuck 14, done 13");
    CHECK(of(notes, 11).date == 2.0);
    CHECK(of(notes, 14).date == 3.0);
    CHECK(of(notes, 13).date == 9.0);
  }
}

TEST_CASE("After stop the listener hears nothing more and the run returns", "[sim][engines]") {
  // At 1 s two timers and three ends are due, and a fourth service is on its way along a path.
  for (const EngineKind kind : kEngines) {
    for (const bool at_timer : {true, false}) {
      CAPTURE(name_of(kind), at_timer);
      const auto path = listed_path({{1.0, 0.75}, {0.0, 5.0}, {1.0, 0.0}});
      const auto notes = notes_of(kind, [&](Engine& engine, Script& script) {
        const auto servers = add_servers(engine, 5);
        for (std::size_t i = 0; i < 3; ++i) {
          engine.start(servers[i], 1.0, 1.0, i);
        }
        engine.start(servers[3], 8.0, *path, 3);
        engine.start(servers[4], 8.0, 1.0, 4);
        engine.at(Seconds{1.0}, 0);
        engine.at(Seconds{1.0}, 1);
        engine.at(Seconds{2.0}, 2);
        script.timer = [&, at_timer](Token) {
          if (at_timer) {
            engine.stop();
          }
        };
        script.done = [&](Token token) {
          if (token == 1) {
            engine.stop();
          }
        };
      });
      CHECK(order_of(notes) == (at_timer ? "timer 0" : "timer 0, timer 1, done 0, done 1"));
    }
  }
}

TEST_CASE("A thousand rate changes agree with an exact integrator", "[sim][engines]") {
  RandomEngine random = RandomStreams(3, 0).stream("rates");
  std::vector<std::pair<double, double>> segments;
  std::vector<double> dates{0.0};
  for (int i = 0; i < 1000; ++i) {
    dates.push_back(dates.back() + sample(Exponential{0.3}, random));
    segments.emplace_back(sample(Uniform{0.0, 10.0}, random), dates.back());
  }
  double amount = 0.0;  // served by the 600th change and half of the interval after it
  for (std::size_t i = 0; i < 600; ++i) {
    amount += segments[i].first * (dates[i + 1] - dates[i]);
  }
  const double half = 0.5 * (dates[601] - dates[600]);
  amount += segments[600].first * half;
  for (const EngineKind kind : kEngines) {
    CAPTURE(name_of(kind));
    const auto path = listed_path(segments);
    const auto notes = notes_of(kind, [&](Engine& engine, Script&) {
      engine.start(engine.add_server("link"), amount, *path, 0);
    });
    CHECK(of(notes, 0).date == Approx(dates[600] + half).epsilon(1e-12));
  }
}

TEST_CASE("Services shorter than an ulp of the clock neither move it nor get lost",
          "[sim][engines]") {
  // Doubles near 1e7 are 1.9e-9 apart.
  for (const EngineKind kind : kEngines) {
    CAPTURE(name_of(kind));
    const auto path = listed_path({{1.0, 1e8}, {2.0, 0.0}});
    const auto notes = notes_of(kind, [&](Engine& engine, Script& script) {
      const auto servers = add_servers(engine, 2);
      engine.at(Seconds{1e7}, 0);
      script.timer = [&, servers](Token) {
        engine.start(servers[0], 1e-12, *path, 0);
        engine.start(servers[1], 1.0, 1.0, 1000);
      };
      script.done = [&, servers](Token token) {
        if (token + 1 < 500) {
          engine.start(servers[0], 1e-12, *path, token + 1);
        }
      };
    });
    REQUIRE(notes.size() == 502);
    for (Token i = 0; i < 500; ++i) {
      REQUIRE(notes[i + 1].token == i);
      REQUIRE(notes[i + 1].date == 1e7);
      REQUIRE(notes[i + 1].served == 1e-12);
    }
    CHECK(of(notes, 1000).date == 1e7 + 1.0);
  }
}

TEST_CASE("Calls that break the contract are refused", "[sim][engines]") {
  for (const EngineKind kind : kEngines) {
    CAPTURE(name_of(kind));
    // The checks count in the process that makes them, hence the note at the end.
    const auto notes = notes_of(kind, [](Engine& engine, Script& script) {
      const ServerId server = engine.add_server("cpu");
      engine.at(Seconds{1.0}, 0);
      script.timer = [&engine, server](Token token) {
        if (token != 0) {
          return;
        }
        constexpr double kInfinity = std::numeric_limits<double>::infinity();
        Token refused = 0;
        const auto try_out = [&refused](const auto& call) {
          try {
            call();
          } catch (const std::logic_error&) {
            ++refused;
          }
        };
        try_out([&] { engine.at(Seconds{0.5}, 1); });
        try_out([&] { engine.at(Seconds{kInfinity}, 1); });
        try_out([&] { engine.at(Seconds{std::nan("")}, 1); });
        try_out([&] { engine.start(server, 0.0, 1.0, 1); });
        try_out([&] { engine.start(server, -1.0, 1.0, 1); });
        try_out([&] { engine.start(server, kInfinity, 1.0, 1); });
        try_out([&] { engine.start(server, 1.0, 0.0, 1); });
        try_out([&] { engine.start(server, 1e300, 1e-300, 1); });
        engine.start(server, 1.0, 1.0, 7);
        try_out([&] { engine.start(server, 1.0, 1.0, 1); });
        engine.at(engine.now(), 100 + refused);
      };
    });
    CHECK(order_of(notes) == "timer 0, timer 109, done 7");
  }
}

TEST_CASE("The event engine refuses sharing servers and says what to do", "[sim][engines]") {
  const auto engine = make_event_engine();
  CHECK_THROWS_AS(engine->add_sharing_server("edge.cpu", 2), UnsupportedByEngine);
  CHECK_THROWS_WITH(engine->add_sharing_server("edge.cpu", 2),
                    "edge.cpu: the event engine has no processor sharing: use --engine simgrid");
}
