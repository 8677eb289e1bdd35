#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "results/timeline.hpp"
#include "tests/catch.hpp"
#include "tests/support/paper_scenario.hpp"
#include "tests/support/random_problems.hpp"
#include "tests/support/scratch.hpp"

using namespace mec;
using namespace mec::test;
using nlohmann::json;

namespace {

ActivityRecord activity_of(std::uint64_t task, ActivityKind kind, double begin, double end) {
  ActivityRecord record;
  record.task = task;
  record.order = task;
  record.kind = kind;
  record.where = kEdge;
  record.begin = Seconds{begin};
  record.end = Seconds{end};
  return record;
}

TaskRecord finished(std::uint64_t task, double finish) {
  TaskRecord record;
  record.task = task;
  record.finish = Seconds{finish};
  record.exec = Seconds{finish};
  record.placement = {kEdge};
  return record;
}

// A timeline of one run, which the function plays.
template <class Play>
json timeline_of(const Scenario& scenario, std::uint64_t tasks, Play play) {
  const Scratch scratch;
  OutputFile file(scratch / "timeline.json");
  Timeline timeline(file, scenario, nullptr, tasks);
  timeline.begin_run({"s", "a \"policy\"\n", 1, 0});
  play(timeline);
  timeline.finish();
  file.commit();
  return json::parse(read_file(scratch / "timeline.json"));
}

std::vector<json> events_of(const json& trace, const std::string& phase) {
  std::vector<json> events;
  for (const json& event : trace.at("traceEvents")) {
    if (event.at("ph") == phase) {
      events.push_back(event);
    }
  }
  return events;
}

std::string name_of_thread(const json& trace, const json& event) {
  for (const json& meta : events_of(trace, "M")) {
    if (meta.at("name") == "thread_name" && meta.at("tid") == event.at("tid")) {
      return meta.at("args").at("name");
    }
  }
  return {};
}

}  // namespace

TEST_CASE("A stamp reads back as its nanosecond, whatever a reader does", "[results][timeline]") {
  RandomEngine random(5);
  std::int64_t ns = 0;
  for (int i = 0; i < 100'000; ++i) {
    // Every nanosecond at first, then anything up to 50 days: below 2^42 us, where the doubles of
    // microseconds lie at most half a nanosecond apart.
    ns = i < 50'000 ? i : std::llround(4.32e15 * std::exp2(uniform(random, -52.0, 0.0)));
    const Stamp stamp = stamp_of_ns(ns);
    REQUIRE(stamp.ns == ns);
    REQUIRE(static_cast<std::int64_t>(stamp.microseconds * 1000.0) == ns);
    REQUIRE(std::llround(stamp.microseconds * 1000.0) == ns);
  }
  CHECK(stamp_of(Seconds{1.001e-6}).ns == 1001);
  CHECK(stamp_of(Seconds{0.4e-9}).ns == 0);
  CHECK(stamp_of(Seconds{0.6e-9}).ns == 1);
  // A year of 365 days is 31,536,000 s: known to 4 ns, the last place of 3.2e16.
  CHECK(std::abs(stamp_of(Seconds{31'536'000.0}).ns - 31'536'000'000'000'000) <= 4);
  CHECK(stamp_of(Seconds{1e30}).ns > 9'000'000'000'000'000'000);
}

TEST_CASE("A run without tasks is a valid trace", "[results][timeline]") {
  const json trace = timeline_of(paper_scenario(1), 10, [](Timeline&) {});
  CHECK(trace.at("displayTimeUnit") == "ns");  // else chrome://tracing nests what is short
  CHECK(trace.at("otherData").at("all bandwidth changes shown") == true);
  CHECK(events_of(trace, "X").empty());
  const json process = events_of(trace, "M").at(0);
  CHECK(process.at("name") == "process_name");
  CHECK(process.at("args").at("name") == "a \"policy\"\n");
}

TEST_CASE("What overlaps at a place goes to threads of its own", "[results][timeline]") {
  // In service at once: 0 and 1 over [1, 2], then 2 alone, then 2 and 3.
  const json trace = timeline_of(paper_scenario(1), 10, [](Timeline& timeline) {
    timeline.activity(activity_of(0, ActivityKind::compute, 0, 2));
    timeline.activity(activity_of(1, ActivityKind::compute, 1, 3));
    timeline.activity(activity_of(2, ActivityKind::compute, 3, 5));
    timeline.activity(activity_of(3, ActivityKind::compute, 2, 6));
  });
  const std::vector<json> services = events_of(trace, "X");
  REQUIRE(services.size() == 4);
  std::vector<std::string> threads;
  for (const json& service : services) {
    threads.push_back(name_of_thread(trace, service));
  }
  CHECK(threads ==
        std::vector<std::string>{"server edge", "server edge #2", "server edge #2", "server edge"});
  CHECK(services[1].at("ts") == 1e6);
  CHECK(services[1].at("dur") == 2e6);
}

TEST_CASE("A place needs no more threads than are in service at once", "[results][timeline]") {
  RandomEngine random(77);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::pair<double, double>> spans;
    for (int i = 0; i < 60; ++i) {
      const double begin = std::floor(uniform(random, 0, 100));
      spans.emplace_back(begin + std::floor(uniform(random, 1, 20)), begin);  // end, begin
    }
    std::sort(spans.begin(), spans.end());
    std::size_t most = 0;
    for (double at = 0.5; at < 120; ++at) {
      const auto busy = std::count_if(spans.begin(), spans.end(), [at](const auto& span) {
        return span.second < at && at < span.first;
      });
      most = std::max(most, static_cast<std::size_t>(busy));
    }
    const json trace = timeline_of(paper_scenario(1), 100, [&spans](Timeline& timeline) {
      for (std::size_t i = 0; i < spans.size(); ++i) {
        timeline.activity(activity_of(i, ActivityKind::compute, spans[i].second, spans[i].first));
      }
    });
    std::set<int> threads;
    for (const json& service : events_of(trace, "X")) {
      threads.insert(service.at("tid").get<int>());
    }
    CHECK(threads.size() == most);
  }
}

TEST_CASE("Arrows lead a task through the places of its services", "[results][timeline]") {
  const json trace = timeline_of(paper_scenario(1), 10, [](Timeline& timeline) {
    ActivityRecord record = activity_of(4, ActivityKind::compute, 0, 2);
    for (const std::uint32_t where : {kDevice, kEdge, kCloud}) {
      record.where = where;
      timeline.activity(record);
      record.begin = record.end;
      record.end += Seconds{2};
    }
    timeline.task_finished(finished(4, 6));
    timeline.activity(activity_of(5, ActivityKind::compute, 6, 7));  // alone: no arrow
    timeline.task_finished(finished(5, 7));
  });
  std::vector<std::string> phases;
  std::vector<double> dates;
  std::set<std::string> ids;
  for (const json& event : trace.at("traceEvents")) {
    const std::string phase = event.at("ph");
    if (phase == "s" || phase == "t" || phase == "f") {
      phases.push_back(phase);
      dates.push_back(event.at("ts"));
      ids.insert(event.at("id").get<std::string>());
    }
  }
  CHECK(phases == std::vector<std::string>{"s", "t", "f"});
  CHECK(dates == std::vector<double>{1e6, 3e6, 5e6});
  CHECK(ids.size() == 1);
  CHECK(events_of(trace, "b").size() == 2);
  CHECK(events_of(trace, "e").size() == 2);
  CHECK(events_of(trace, "e")[0].at("args").at("latency_s") == 6.0);
}

TEST_CASE("Tasks beyond the limit and other replications are not shown", "[results][timeline]") {
  const json trace = timeline_of(paper_scenario(1), 3, [](Timeline& timeline) {
    timeline.activity(activity_of(3, ActivityKind::compute, 0, 1));
    timeline.task_finished(finished(3, 1));
    timeline.activity(activity_of(2, ActivityKind::compute, 0, 1));
    timeline.begin_run({"s", "p", 1, 1});
    timeline.activity(activity_of(0, ActivityKind::compute, 0, 1));
  });
  REQUIRE(events_of(trace, "X").size() == 1);
  CHECK(events_of(trace, "X")[0].at("args").at("task") == 2);
}

TEST_CASE("Waits are async events, decisions instants", "[results][timeline]") {
  const json trace = timeline_of(paper_scenario(1), 3, [](Timeline& timeline) {
    ActivityRecord decision = activity_of(0, ActivityKind::decide, 0, 0);
    decision.placement = {kEdge, kCloud};
    timeline.activity(decision);
    timeline.activity(activity_of(0, ActivityKind::wait, 0, 4));
    timeline.activity(activity_of(0, ActivityKind::compute, 4, 5));
  });
  const std::vector<json> begun = events_of(trace, "b");
  const std::vector<json> ended = events_of(trace, "e");
  REQUIRE(begun.size() == 2);  // the task, which is not finished, and its wait
  REQUIRE(ended.size() == 1);
  CHECK(begun[1].at("name") == "wait for server edge");
  CHECK(begun[1].at("id") == ended[0].at("id"));
  CHECK(begun[1].at("id") != begun[0].at("id"));
  CHECK(ended[0].at("ts") == 4e6);
  const std::vector<json> decisions = events_of(trace, "i");
  REQUIRE(decisions.size() == 1);
  CHECK(decisions[0].at("args").at("placement") == "1 2");
  CHECK(name_of_thread(trace, decisions[0]) == "decisions");
}

TEST_CASE("Numbers of processes and threads are unique", "[results][timeline]") {
  Scenario scenario = paper_scenario(1, 4);
  scenario.network.b1 = RedrawnRate{Seconds{1}, Uniform{1e5, 2e6}};
  const json trace = timeline_of(scenario, 10, [](Timeline& timeline) {
    for (int run = 0; run < 3; ++run) {
      timeline.begin_run({"s", "p" + std::to_string(run), 1, 0});
      for (std::uint32_t device = 0; device < 4; ++device) {
        ActivityRecord record = activity_of(device, ActivityKind::transfer, 0, 1);
        record.on_link = true;
        record.where = kUplink;
        record.device = device;
        timeline.activity(record);
      }
    }
  });
  std::map<int, std::set<std::string>> names;  // by number
  for (const json& meta : events_of(trace, "M")) {
    if (meta.at("name") == "process_name" || meta.at("name") == "thread_name") {
      names[meta.at("tid").get<int>()].insert(meta.dump());
    }
  }
  // Process and decisions of a run without tasks; those of three runs with their links; bandwidths.
  CHECK(names.size() == 2 + 3 * (2 + 4) + 1);
  for (const auto& [number, own] : names) {
    CHECK(own.size() == 1);
  }
  // 4 devices, up and down, at 0 s and at 1 s.
  CHECK(events_of(trace, "C").size() == 16);
}

TEST_CASE("Bandwidths are shown while tasks are in flight", "[results][timeline]") {
  // A change a second, by 1 a second: at date t the bandwidth is 1 + floor(t).
  Trace trace;
  for (int second = 0; second < 400; ++second) {
    trace.times.emplace_back(second);
    trace.rates.emplace_back(1.0 + second);
  }
  trace.end = Seconds{400};
  TraceRate rate;
  rate.trace = std::make_shared<const Trace>(trace);
  Scenario scenario = paper_scenario(1);
  scenario.network.b1 = rate;
  const json shown = timeline_of(scenario, 10, [](Timeline& timeline) {
    timeline.activity(activity_of(1, ActivityKind::compute, 300.5, 301.5));
    timeline.activity(activity_of(0, ActivityKind::compute, 100.5, 101.5));
    timeline.activity(activity_of(0, ActivityKind::compute, 101.5, 102.5));
    timeline.activity(activity_of(2, ActivityKind::compute, 100.0, 102.5));
  });
  std::map<std::string, std::vector<std::pair<double, double>>> series;  // seconds, bandwidth
  for (const json& event : events_of(shown, "C")) {
    series[event.at("name").get<std::string>()].emplace_back(
        event.at("ts").get<double>() / 1e6, event.at("args").at("bytes per second").get<double>());
  }
  const std::vector<std::pair<double, double>> expected{
      {100, 101}, {101, 102}, {102, 103}, {300.5, 301}, {301, 302}};
  REQUIRE(series.size() == 2);
  CHECK(series.at("b1-up of device-0") == expected);
  CHECK(series.at("b1-down of device-0") == expected);
}

TEST_CASE("A long timeline's bandwidths are cut and it says so", "[results][timeline]") {
  Scenario scenario = paper_scenario(1);
  scenario.network.b1 = RedrawnRate{Seconds{0.001}, Uniform{1e5, 2e6}};
  const json trace = timeline_of(scenario, 10, [](Timeline& timeline) {
    timeline.activity(activity_of(0, ActivityKind::compute, 0, 1));
    timeline.activity(activity_of(1, ActivityKind::compute, 2, 1e9));
  });
  CHECK(trace.at("otherData").at("all bandwidth changes shown") == false);
  CHECK(events_of(trace, "C").size() == 100'000);
}
