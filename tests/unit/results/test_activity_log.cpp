#include <fmt/format.h>

#include <algorithm>

#include "core/errors.hpp"
#include "results/activity_log.hpp"
#include "tests/catch.hpp"
#include "tests/support/paper_scenario.hpp"
#include "tests/support/scratch.hpp"

using namespace mec;
using namespace mec::test;

namespace {

constexpr const char* kHeader =
    "scenario,policy,seed,replication,task,device,activity,where,subtask,begin_s,end_s,part\n";
constexpr const char* kBandwidthHeader = "link,device,at_s,bandwidth_Bps\n";

ActivityRecord computing(std::uint64_t order, double begin, double end) {
  ActivityRecord record;
  record.task = 100 + order;
  record.order = order;
  record.kind = ActivityKind::compute;
  record.where = kEdge;
  record.begin = Seconds{begin};
  record.end = Seconds{end};
  return record;
}

// b1 of every device is 1 MB/s until 2 s, 3 MB/s until 5 s, then 2 MB/s for ever.
Scenario moving_scenario(bool common) {
  Scenario scenario = paper_scenario(1, 3);
  Trace trace;
  trace.times = {Seconds{0}, Seconds{2}, Seconds{5}};
  trace.rates = {BytesPerSecond{1e6}, BytesPerSecond{3e6}, BytesPerSecond{2e6}};
  trace.end = Seconds{6};
  TraceRate rate;
  rate.trace = std::make_shared<const Trace>(trace);
  rate.at_end = TraceRate::AtEnd::hold;
  scenario.network.b1 = rate;
  scenario.network.b1_common = common;
  return scenario;
}

struct Files {
  std::string activities;
  std::string bandwidths;
};

Files files_of(ActivityLog& log) {
  const Scratch scratch;
  log.write(scratch.path());
  return {read_file(scratch / "activities.csv"), read_file(scratch / "bandwidths.csv")};
}

}  // namespace

TEST_CASE("A log of nothing has its headers", "[results][activities]") {
  const Scenario scenario = paper_scenario(1);
  ActivityLog log(scenario, nullptr);
  const Files files = files_of(log);
  CHECK(files.activities == kHeader);
  CHECK(files.bandwidths == kBandwidthHeader);
}

TEST_CASE("An activity is a row with its place by name and the part that it counts towards",
          "[results][activities]") {
  Scenario scenario = paper_scenario(1, 2);
  ActivityLog log(scenario, nullptr);
  log.begin_run({"my, scenario", "greedy", 7, 0});
  ActivityRecord record = computing(0, 0.1, 2.5);
  record.device = 1;
  record.subtask = 3;
  log.activity(record);
  record.kind = ActivityKind::wait;
  log.activity(record);
  record.on_link = true;
  record.where = kBackhaulUp;
  log.activity(record);
  record.kind = ActivityKind::transfer;
  log.activity(record);
  record.deciding = true;
  log.activity(record);
  record.kind = ActivityKind::decide;
  record.on_link = false;
  record.where = kDevice;
  log.activity(record);
  CHECK(files_of(log).activities ==
        std::string(kHeader) + "\"my, scenario\",greedy,7,0,100,1,compute,edge,3,0.1,2.5,exec\n" +
            "\"my, scenario\",greedy,7,0,100,1,wait,edge,3,0.1,2.5,wait\n" +
            "\"my, scenario\",greedy,7,0,100,1,wait,b2-up,3,0.1,2.5,wait\n" +
            "\"my, scenario\",greedy,7,0,100,1,transfer,b2-up,3,0.1,2.5,transfer\n" +
            "\"my, scenario\",greedy,7,0,100,1,transfer,b2-up,3,0.1,2.5,decision\n" +
            "\"my, scenario\",greedy,7,0,100,1,decide,device,3,0.1,2.5,decision\n");
}

TEST_CASE("The first ten tasks of replication 0 are logged, task by task",
          "[results][activities]") {
  const Scenario scenario = paper_scenario(1);
  ActivityLog log(scenario, nullptr);
  log.begin_run({"s", "p", 1, 1});
  log.activity(computing(0, 90, 91));
  log.begin_run({"s", "p", 1, 0});
  for (std::uint64_t order = 20; order-- > 0;) {
    log.activity(computing(order, 0, 1));
    log.activity(computing(order, 1, 2));
  }
  std::string expected = kHeader;
  for (int order = 0; order < 10; ++order) {
    expected += fmt::format("s,p,1,0,{},0,compute,edge,0,0,1,exec\n", 100 + order);
    expected += fmt::format("s,p,1,0,{},0,compute,edge,0,1,2,exec\n", 100 + order);
  }
  CHECK(files_of(log).activities == expected);
}

TEST_CASE("Bandwidths are told from the first release to the last end", "[results][activities]") {
  SECTION("of the devices whose tasks are logged") {
    const Scenario scenario = moving_scenario(false);
    ActivityLog log(scenario, nullptr);
    log.begin_run({"s", "p", 1, 0});
    ActivityRecord record = computing(0, 1, 4.5);
    record.device = 2;
    log.activity(record);
    CHECK(files_of(log).bandwidths == std::string(kBandwidthHeader) +
                                          "b1-up,2,1,1000000\n"
                                          "b1-down,2,1,1000000\n"
                                          "b1-up,2,2,3000000\n"
                                          "b1-down,2,2,3000000\n");
  }
  SECTION("once where all devices have the same channel") {
    const Scenario scenario = moving_scenario(true);
    ActivityLog log(scenario, nullptr);
    log.begin_run({"s", "p", 1, 0});
    for (std::uint32_t device = 0; device < 3; ++device) {
      ActivityRecord record = computing(device, 3, 7);
      record.device = device;
      log.activity(record);
    }
    CHECK(files_of(log).bandwidths == std::string(kBandwidthHeader) +
                                          "b1-up,,3,3000000\n"
                                          "b1-down,,3,3000000\n"
                                          "b1-up,,5,2000000\n"
                                          "b1-down,,5,2000000\n");
  }
}

TEST_CASE("A long log of bandwidths is cut at 10,000 rows", "[results][activities]") {
  Scenario scenario = paper_scenario(1);
  scenario.network.b1 = RedrawnRate{Seconds{0.001}, Uniform{1e5, 2e6}};
  ActivityLog log(scenario, nullptr);
  log.begin_run({"s", "p", 1, 0});
  log.activity(computing(0, 0, 1e9));
  const std::string text = files_of(log).bandwidths;
  CHECK(std::count(text.begin(), text.end(), '\n') == 10'001);
  // Two links, a change a millisecond: the last row is of 4999 ms.
  const std::string last = text.substr(text.rfind('\n', text.size() - 2) + 1);
  CHECK(last.substr(0, 15) == "b1-down,0,4.999");
}

TEST_CASE("The logs of single policies merge to that of all", "[results][activities]") {
  const Scenario scenario = moving_scenario(false);
  const Scratch scratch;
  const std::vector<std::string> policies{"edge", "a,b", "local"};
  ActivityLog all(scenario, nullptr);
  std::vector<std::filesystem::path> parts;
  for (std::size_t i = 0; i < policies.size(); ++i) {
    ActivityLog own(scenario, nullptr);
    for (ActivityLog* log : {&own, &all}) {
      log->begin_run({"s", policies[i], 1, 0});
      ActivityRecord record =
          computing(0, 0.5 + static_cast<double>(i), 9 - 2.0 * static_cast<double>(i));
      record.device = static_cast<std::uint32_t>(i == 2 ? 1 : 2);
      log->activity(record);
      log->end_run({});
    }
    parts.push_back(scratch.path() / std::to_string(i));
    std::filesystem::create_directory(parts.back());
    own.write(parts.back());
  }
  parts.push_back(scratch.path() / "never-run");
  merge_activity_logs(parts, scratch.path());
  const Files whole = files_of(all);
  CHECK(read_file(scratch / "activities.csv") == whole.activities);
  // Device 1 is seen from 2.5 s on in its own log, and like the others from 0.5 s on in that of
  // all.
  std::string expected = kBandwidthHeader;
  expected +=
      "b1-up,2,0.5,1000000\nb1-down,2,0.5,1000000\n"
      "b1-up,2,2,3000000\nb1-down,2,2,3000000\n"
      "b1-up,1,2.5,3000000\nb1-down,1,2.5,3000000\n"
      "b1-up,2,5,2000000\nb1-down,2,5,2000000\n"
      "b1-up,1,5,2000000\nb1-down,1,5,2000000\n";
  CHECK(read_file(scratch / "bandwidths.csv") == expected);
}

TEST_CASE("What is no log is not merged", "[results][activities]") {
  const Scratch scratch;
  const auto part = scratch.path() / "part";
  std::filesystem::create_directory(part);
  SECTION("other columns") {
    put_file((part / "activities.csv").string(), "task,device\n");
    CHECK_THROWS_AS(merge_activity_logs({part}, scratch.path()), UserError);
  }
  SECTION("a torn row") {
    put_file((part / "bandwidths.csv").string(), std::string(kBandwidthHeader) + "b1-up,\n");
    CHECK_THROWS_AS(merge_activity_logs({part}, scratch.path()), UserError);
  }
  CHECK_FALSE(std::filesystem::exists(scratch.path() / "activities.csv"));
}
