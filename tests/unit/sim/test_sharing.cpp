// Processor sharing: SimGrid against ends worked out by hand, and against the toy engine, which
// advances all shares from event to event.
#include <fmt/format.h>

#include <cmath>

#include "core/distribution.hpp"
#include "core/random.hpp"
#include "tests/catch.hpp"
#include "tests/unit/sim/engine_play.hpp"

using namespace mec;
using namespace mec::test;

namespace {

struct Job {
  double start;
  double amount;
  double rate = 1.0;
  std::vector<std::pair<double, double>> path = {};  // of rates and their ends, instead
};

// Services 0, 1, ... on a sharing server.
std::vector<Note> share(EngineKind kind, std::uint32_t cores, const std::vector<Job>& jobs) {
  std::vector<std::unique_ptr<RatePath>> paths;
  for (const Job& job : jobs) {
    paths.push_back(job.path.empty() ? nullptr : listed_path(job.path));
  }
  const auto notes = notes_of(kind, [&](Engine& engine, Script& script) {
    const ServerId server = engine.add_sharing_server("edge", cores);
    script.timer = [&, server](Token i) {
      engine.start(server, jobs[i].amount,
                   paths[i] ? ServiceRate(*paths[i]) : ServiceRate(jobs[i].rate), i);
    };
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      engine.at(Seconds{jobs[i].start}, i);
    }
  });
  std::vector<Note> ends;
  for (const Note& note : notes) {
    if (note.what != Told::timer) {
      ends.push_back(note);
    }
  }
  return ends;
}

struct End {
  Token token;
  double date;
  Told what = Told::done;
};

void check_ends(std::uint32_t cores, const std::vector<Job>& jobs,
                const std::vector<End>& expected) {
  for (const EngineKind kind : {EngineKind::simgrid, EngineKind::toy}) {
    CAPTURE(name_of(kind));
    const auto ends = share(kind, cores, jobs);
    REQUIRE(ends.size() == expected.size());
    for (std::size_t i = 0; i < ends.size(); ++i) {
      CAPTURE(i);
      CHECK(ends[i].token == expected[i].token);
      CHECK(ends[i].what == expected[i].what);
      CHECK(ends[i].date == Approx(expected[i].date).epsilon(1e-13));
      if (ends[i].what == Told::done) {
        CHECK(ends[i].served ==
              Approx(expected[i].date - jobs[ends[i].token].start).epsilon(1e-13));
      }
    }
  }
}

}  // namespace

TEST_CASE("A sharing server alone serves at the service's own rate", "[sim][sharing]") {
  check_ends(1, {{0.5, 3e6, 2e6}}, {{0, 2.0}});
  check_ends(4, {{0.5, 3e6, 2e6}}, {{0, 2.0}});
}

TEST_CASE("Two services on one core get half of it each", "[sim][sharing]") {
  // 1 unit takes until 2; the other one has 1 left then and the core to itself.
  check_ends(1, {{0.0, 1.0}, {0.0, 2.0}}, {{0, 2.0}, {1, 3.0}});
}

TEST_CASE("Three services on two cores get two thirds of one each", "[sim][sharing]") {
  // 1 unit takes until 1.5, twice; the third has 1 left and may use one core only.
  check_ends(2, {{0.0, 1.0}, {0.0, 2.0}, {0.0, 1.0}}, {{0, 1.5}, {2, 1.5}, {1, 2.5}});
}

TEST_CASE("A late arrival takes its share from then on", "[sim][sharing]") {
  // The first has 1 of 2 units left at 1 s, as much as the second brings: both end at 3 s.
  check_ends(1, {{0.0, 2.0}, {1.0, 1.0}}, {{0, 3.0}, {1, 3.0}});
}

TEST_CASE("A share is of the service's own rate", "[sim][sharing]") {
  // 4 units at 2/s and 1 unit at 1/s: 2 s and 1 s alone, as above.
  check_ends(1, {{0.0, 4.0, 2.0}, {0.0, 1.0, 1.0}}, {{1, 2.0}, {0, 3.0}});
}

TEST_CASE("A path that halves in mid-service halves the share", "[sim][sharing]") {
  // A: 4 units at 2/s, 1/s from 2 s on; B: 2 units at 1/s. By 2 s A has 2 left and B 1; both go at
  // 1/2 from then on, so B ends at 4 s, when A has 1 left: 5 s.
  check_ends(1, {{0.0, 4.0, 0.0, {{2.0, 2.0}, {1.0, 0.0}}}, {0.0, 2.0}}, {{1, 4.0}, {0, 5.0}});
}

TEST_CASE("A service in an outage leaves its share to the others", "[sim][sharing]") {
  // A: 2 units at 1/s but for an outage from 1 to 3 s; B: 3 units. At 1 s A has 1.5 left and B 2.5,
  // at 3 s 1.5 and 0.5: B ends at 4 s, A with 1 left at 5 s.
  check_ends(1, {{0.0, 2.0, 0.0, {{1.0, 1.0}, {0.0, 3.0}, {1.0, 0.0}}}, {0.0, 3.0}},
             {{1, 4.0}, {0, 5.0}});
}

TEST_CASE("A stuck service leaves its share to the others for ever", "[sim][sharing]") {
  // A gets 1/2 until 1 s and is stuck; B has 2.5 of 3 left, and ends at 3.5 s.
  check_ends(1, {{0.0, 2.0, 0.0, {{1.0, 1.0}, {0.0, 0.0}}}, {0.0, 3.0}},
             {{0, 1.0, Told::stuck}, {1, 3.5}});
}

TEST_CASE("A path that changes as the service ends changes nothing", "[sim][sharing]") {
  // Both end at 2 s, where A's path goes down; B, started with it, would be late if A stayed.
  check_ends(1, {{0.0, 1.0, 0.0, {{1.0, 2.0}, {0.0, 7.0}, {1.0, 0.0}}}, {0.0, 1.0}},
             {{0, 2.0}, {1, 2.0}});
  // The same but for roundings: 3 * 0.1 is not 0.3 in doubles, and yet A must not wait for 7 s.
  check_ends(1, {{0.0, 0.1, 0.0, {{1.0, 0.3}, {0.0, 7.0}, {1.0, 0.0}}}, {0.0, 0.1}, {0.0, 0.1}},
             {{0, 0.3}, {1, 0.3}, {2, 0.3}});
}

TEST_CASE("A thousand equal services share one core and end together, in order", "[sim][sharing]") {
  const std::vector<Job> jobs(1000, Job{0.0, 1.0});
  const auto ends = share(EngineKind::simgrid, 1, jobs);
  REQUIRE(ends.size() == 1000);
  for (std::size_t i = 0; i < ends.size(); ++i) {
    REQUIRE(ends[i].token == i);
    REQUIRE(ends[i].date == Approx(1000.0).epsilon(1e-12));
  }
}

TEST_CASE("Stop ends a run with services in a sharing server", "[sim][sharing]") {
  for (const EngineKind kind : {EngineKind::simgrid, EngineKind::toy}) {
    CAPTURE(name_of(kind));
    const auto path = listed_path({{1.0, 3.0}, {0.0, 6.0}, {1.0, 0.0}});
    const auto notes = notes_of(kind, [&](Engine& engine, Script& script) {
      const ServerId server = engine.add_sharing_server("edge", 1);
      engine.start(server, 1.0, 1.0, 0);
      engine.start(server, 9.0, *path, 1);
      script.done = [&engine](Token) { engine.stop(); };
    });
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].date == Approx(2.0).epsilon(1e-13));
  }
}

TEST_CASE("Random services on sharing servers agree with the toy engine", "[sim][sharing]") {
  for (std::uint64_t round = 0; round < 20; ++round) {
    RandomEngine random = RandomStreams(8, round).stream("sharing");
    std::vector<Job> jobs;
    for (int i = 0; i < 40; ++i) {
      Job job{sample(Uniform{0.0, 20.0}, random), sample(Exponential{1.0}, random),
              sample(Uniform{0.5, 2.0}, random)};
      if (i % 2 == 0) {
        for (int k = 1; k < 200; ++k) {
          job.path.emplace_back(random() % 4 == 0 ? 0.0 : sample(Uniform{0.2, 2.0}, random),
                                0.37 * k);
        }
        job.path.emplace_back(1.0, 0.0);
      }
      jobs.push_back(job);
    }
    const auto cores = static_cast<std::uint32_t>(1 + round % 3);
    const auto on_simgrid = share(EngineKind::simgrid, cores, jobs);
    const auto on_toy = share(EngineKind::toy, cores, jobs);
    REQUIRE(on_simgrid.size() == jobs.size());
    REQUIRE(on_toy.size() == jobs.size());
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      CAPTURE(round, i);
      REQUIRE(on_simgrid[i].token == on_toy[i].token);
      REQUIRE(on_simgrid[i].date == Approx(on_toy[i].date).epsilon(1e-9));
      REQUIRE(on_simgrid[i].served == Approx(on_toy[i].served).epsilon(1e-9));
    }
  }
}
