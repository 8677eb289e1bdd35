// Plays scripts of engine calls on any of the engines, and notes all that the listener is told.
#pragma once

#include <fmt/format.h>

#include <atomic>
#include <functional>
#include <memory>
#include <ostream>
#include <utility>
#include <vector>

#include "core/rate_path.hpp"
#include "core/records.hpp"
#include "sim/event_engine.hpp"
#include "sim/isolated_run.hpp"
#include "sim/simgrid_engine.hpp"
#include "tests/unit/sim/toy_engine.hpp"

namespace mec::test {

enum class EngineKind { simgrid, event, toy };
inline constexpr EngineKind kEngines[] = {EngineKind::simgrid, EngineKind::event, EngineKind::toy};

inline const char* name_of(EngineKind kind) {
  return kind == EngineKind::simgrid ? "simgrid" : kind == EngineKind::event ? "event" : "toy";
}

enum class Told { timer, done, stuck };

struct Note {
  Told what;
  Token token;
  ServerId server;
  double date;
  double served;
};

inline std::ostream& operator<<(std::ostream& out, Told told) {
  return out << (told == Told::timer ? "timer" : told == Told::done ? "done" : "stuck");
}

/// `on_timer` and `on_done` are called with the token; a test that leaves one out does nothing
/// then.
class Script final : public EngineListener {
 public:
  Script(Engine& engine, std::function<void(const Note&)> note)
      : engine_(engine), note_(std::move(note)) {}

  std::function<void(Token)> timer = [](Token) {};
  std::function<void(Token)> done = [](Token) {};

  void on_timer(Token token) override {
    note_({Told::timer, token, 0, engine_.now().value(), 0.0});
    timer(token);
  }
  void on_service_done(ServerId server, Token token, Seconds served) override {
    note_({Told::done, token, server, engine_.now().value(), served.value()});
    done(token);
  }
  void on_service_stuck(ServerId server, Token token) override {
    note_({Told::stuck, token, server, engine_.now().value(), 0.0});
  }

 private:
  Engine& engine_;
  std::function<void(const Note&)> note_;
};

using Play = std::function<void(Engine&, Script&)>;

// A note travels from SimGrid's process as a record of a task.
class NoteReader final : public Observer {
 public:
  void task_finished(const TaskRecord& record) override {
    notes.push_back({static_cast<Told>(static_cast<int>(record.wait.value())), record.task,
                     record.device, record.finish.value(), record.exec.value()});
  }
  std::vector<Note> notes;
};

inline void run_script(Engine& engine, const Play& play, std::function<void(const Note&)> note) {
  Script script(engine, std::move(note));
  play(engine, script);
  engine.run(script);
}

/// `play` sets the script up; what it refers to must outlive the call. On SimGrid it runs in a
/// process of its own, so that what it changes is not changed here.
inline std::vector<Note> notes_of(EngineKind kind, const Play& play) {
  NoteReader reader;
  if (kind == EngineKind::simgrid) {
    const std::atomic<bool> no_stop{false};
    run_isolated(
        [&](Observer& observer, const std::atomic<bool>&) {
          const auto engine = make_simgrid_engine();
          run_script(*engine, play, [&](const Note& note) {
            TaskRecord record;
            record.task = note.token;
            record.device = note.server;
            record.finish = Seconds{note.date};
            record.exec = Seconds{note.served};
            record.wait = Seconds{static_cast<double>(note.what)};
            observer.task_finished(record);
          });
          return RunCounts{};
        },
        reader, no_stop);
    return reader.notes;
  }
  const std::unique_ptr<Engine> engine =
      kind == EngineKind::event ? make_event_engine() : std::make_unique<ToyEngine>();
  run_script(*engine, play, [&](const Note& note) { reader.notes.push_back(note); });
  return reader.notes;
}

inline std::vector<ServerId> add_servers(Engine& engine, std::size_t count) {
  std::vector<ServerId> servers;
  for (std::size_t i = 0; i < count; ++i) {
    servers.push_back(engine.add_server(fmt::format("s{}", i)));
  }
  return servers;
}

/// A path from a list.
class ListedRates final : public RateSource {
 public:
  explicit ListedRates(std::vector<RateSegment> segments) : segments_(std::move(segments)) {}
  RateSegment next() override { return segments_.at(next_++); }

 private:
  std::vector<RateSegment> segments_;
  std::size_t next_ = 0;
};

/// Rates and the dates that they end at; the last one never does.
inline std::unique_ptr<RatePath> listed_path(const std::vector<std::pair<double, double>>& list) {
  std::vector<RateSegment> segments;
  for (const auto& [rate, until] : list) {
    segments.push_back({rate, Seconds{until}});
  }
  segments.back().until = Seconds{std::numeric_limits<double>::infinity()};
  return std::make_unique<RatePath>(std::make_unique<ListedRates>(std::move(segments)));
}

}  // namespace mec::test
