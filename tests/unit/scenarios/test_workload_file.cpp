#include <chrono>

#include "scenarios/scenario_error.hpp"
#include "scenarios/workload_file.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenarios/support.hpp"

using namespace mec;
using namespace mec::test;

using Lines = std::vector<std::string>;

namespace {

const std::string kHeader = "task,device,release_s,work_cycles,data_bytes\n";

std::vector<RecordedTask> read_text(const std::string& csv, const NetworkModel& network = {}) {
  const Scratch scratch;
  return read_workload(scratch.write("w.csv", csv), network);
}

Lines faults_in(const std::string& csv, const NetworkModel& network = {}) {
  const Scratch scratch;
  const std::string path = scratch.write("w.csv", csv);
  try {
    (void)read_workload(path, network);
    return {};
  } catch (const ScenarioError& error) {
    Lines faults = error.faults();
    for (std::string& fault : faults) {
      if (fault.starts_with(path)) {
        fault = "w.csv" + fault.substr(path.size());
      }
    }
    return faults;
  }
}

// The faults of one row (line 2) below the shortest header.
Lines faults_in_row(const std::string& row) { return faults_in(kHeader + row + "\n"); }

}  // namespace

TEST_CASE("A workload file is read whatever the order of its columns", "[scenarios][workload]") {
  const auto tasks = read_text(
      "b1_Bps,note,data_bytes,work_cycles,release_s,device,task,p1_hz\n"
      "2e6,\"any, thing\",1 2 3,10 20,0.5,3,7,\n"
      ",x, 1e6 0 ,5,0,0,18446744073709551615,1e9\n");
  REQUIRE(tasks.size() == 2);
  CHECK(tasks[0].task == 7);
  CHECK(tasks[0].device == 3);
  CHECK(tasks[0].release.value() == 0.5);
  CHECK(tasks[0].chain.work == std::vector<Cycles>{Cycles{10}, Cycles{20}});
  CHECK(tasks[0].chain.data == std::vector<Bytes>{Bytes{1}, Bytes{2}, Bytes{3}});
  CHECK(tasks[0].b1.value().value() == 2e6);
  CHECK_FALSE(tasks[0].p1.has_value());
  CHECK_FALSE(tasks[0].p2.has_value());  // no such column
  CHECK(tasks[1].task == 18446744073709551615ULL);
  CHECK(tasks[1].p1.value().value() == 1e9);
  CHECK_FALSE(tasks[1].b1.has_value());
}

TEST_CASE("Marks, line ends and quotes of other programs are fine", "[scenarios][workload]") {
  const auto tasks = read_text(
      "\xEF\xBB\xBF\"task\", device ,release_s,work_cycles,data_bytes\r\n"
      "\"1\",0,0,\"5\",\"1 2\"\r\n\r\n2,0,0,5,1 2");
  REQUIRE(tasks.size() == 2);
  CHECK(tasks[0].task == 1);
  CHECK(tasks[1].task == 2);  // a whole last line needs no line break
}

TEST_CASE("Releases may come in any order", "[scenarios][workload]") {
  const auto tasks = read_text(kHeader + "2,0,9,1,0 0\n1,0,3,1,0 0\n");
  REQUIRE(tasks.size() == 2);
  CHECK(tasks[0].release.value() == 9.0);
  CHECK(tasks[1].release.value() == 3.0);
}

TEST_CASE("A file without tasks is refused", "[scenarios][workload]") {
  CHECK(faults_in("") == Lines{"w.csv:1:1: the file is empty; expected a header of task, device, "
                               "release_s, work_cycles, data_bytes, p1_hz, p2_hz, b1_Bps, b2_Bps"});
  CHECK(faults_in(kHeader) ==
        Lines{"w.csv:1:1: the file has no tasks; expected at least one row below the header"});
  const Scratch scratch;
  CHECK_THROWS_WITH(read_workload(scratch.path("none.csv"), {}),
                    scratch.path("none.csv") + ": No such file or directory");
  CHECK_THROWS_WITH(read_workload(scratch.path(""), {}),
                    scratch.path("") + ": is a directory; expected a file");
  CHECK_THROWS_WITH(read_workload("/dev/zero", {}),
                    "/dev/zero:1:1: NUL byte; expected a text file");
}

TEST_CASE("Missing and doubled columns are named", "[scenarios][workload]") {
  CHECK(faults_in("task,device,relase_s,work_cycles\n1,0,0,5\n") ==
        Lines{"w.csv:1:1: missing column data_bytes; expected task, device, release_s, "
              "work_cycles, data_bytes",
              "w.csv:1:13: \"relase_s\": missing column release_s; expected task, device, "
              "release_s, work_cycles, data_bytes; did you mean \"release_s\"?"});
  CHECK(faults_in("task,device,release_s,work_cycles,data_bytes,task\n") ==
        Lines{"w.csv:1:46: column task appears twice; expected it once"});
}

TEST_CASE("Each wrong field is reported at its first character", "[scenarios][workload]") {
  CHECK(faults_in_row("x,1.5,-1,1 a,0 0") ==
        Lines{"w.csv:2:1: task \"x\": not a whole number from 0 to 18446744073709551615",
              "w.csv:2:3: device \"1.5\": not a whole number from 0 to 99999",
              "w.csv:2:7: release_s \"-1\": negative; expected at least 0",
              "w.csv:2:10: work_cycles \"1 a\": value 2, \"a\": not a number"});
  CHECK(faults_in_row("1,100000,0,1,0 0") ==
        Lines{"w.csv:2:3: device \"100000\": not a whole number from 0 to 99999"});
  CHECK(faults_in_row("1,0,nan,inf,0 1e61") ==
        Lines{"w.csv:2:5: release_s \"nan\": not a finite number",
              "w.csv:2:9: work_cycles \"inf\": value 1, \"inf\": not a finite number",
              "w.csv:2:13: data_bytes \"0 1e61\": value 2, \"1e61\": out of range; expected a "
              "value from 1e-60 to 1e+60"});
  CHECK(faults_in_row("1,0,,1,0 0") == Lines{"w.csv:2:5: release_s \"\": not a number"});
}

TEST_CASE("Work and data must make a chain", "[scenarios][workload]") {
  CHECK(faults_in_row("1,0,0,5 6,1 2") ==
        Lines{"w.csv:2:11: data_bytes \"1 2\": 2 values for 2 subtasks; expected 3, one more"});
  CHECK(faults_in_row("1,0,0,,1") ==
        Lines{"w.csv:2:7: work_cycles \"\": 0 subtasks; expected 1 to 10000 values joined by "
              "spaces"});
  std::string longest = "1";
  std::string data = "0 0";
  for (std::size_t i = 1; i < kMaxSubtasks; ++i) {
    longest += " 1";
    data += " 0";
  }
  CHECK(faults_in_row("1,0,0," + longest + "," + data).empty());
  const Lines faults = faults_in_row("1,0,0," + longest + " 1," + data + " 0");
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].ends_with("10001 subtasks; expected 1 to 10000 values joined by spaces"));
}

TEST_CASE("A state that stands still is refused", "[scenarios][workload]") {
  const std::string header = kHeader.substr(0, kHeader.size() - 1) + ",p1_hz,p2_hz,b1_Bps,b2_Bps\n";
  CHECK(faults_in(header + "1,0,0,1,0 0,0,-1,x,1e-70\n") ==
        Lines{"w.csv:2:13: p1_hz \"0\": 0 is no value here; expected more than 0",
              "w.csv:2:15: p2_hz \"-1\": negative; expected at least 0",
              "w.csv:2:18: b1_Bps \"x\": not a number",
              "w.csv:2:20: b2_Bps \"1e-70\": out of range; expected a value from 1e-60 to 1e+60"});
}

TEST_CASE("Rows of another width, and malformed quotes, are refused", "[scenarios][workload]") {
  CHECK(faults_in_row("1,0,0,1") == Lines{"w.csv:2:1: 4 fields; expected 5 as in the header"});
  CHECK(faults_in_row("1,0,0,1,0 0,9") ==
        Lines{"w.csv:2:1: 6 fields; expected 5 as in the header"});
  CHECK(faults_in_row("1,0,0,\"1\"2,0 0") ==
        Lines{"w.csv:2:7: text after a closing quote; expected a comma or the end of the line"});
}

TEST_CASE("Task ids are unique", "[scenarios][workload]") {
  CHECK(faults_in(kHeader + "5,0,0,1,0 0\n4,0,0,1,0 0\n5,0,0,1,0 0\n5,0,0,1,0 0\n") ==
        Lines{"w.csv:4:1: task \"5\": duplicate id, first on line 2; expected each id once",
              "w.csv:5:1: task \"5\": duplicate id, first on line 2; expected each id once"});
}

TEST_CASE("A last line that was cut off is called torn", "[scenarios][workload]") {
  const std::string good = kHeader + "1,0,0,1,0 0\n";
  CHECK(faults_in(good + "2,0,0") ==
        Lines{"w.csv:3:1: torn last line: 3 fields; expected a whole row that ends in a line "
              "break"});
  CHECK(faults_in(good + "2,0,0,1 1,0 0") ==
        Lines{"w.csv:3:11: torn last line: data_bytes \"0 0\": 2 values for 2 subtasks; expected a "
              "whole row that ends in a line break"});
  CHECK(faults_in(good + "2,0,0,\"1 1") ==
        Lines{"w.csv:3:7: torn last line: a quoted field does not end; expected a whole row that "
              "ends in a line break"});
  CHECK(faults_in(good + "2,0,0,1,0 0").empty());
}

TEST_CASE("The first twenty faults are reported", "[scenarios][workload]") {
  std::string csv = kHeader;
  for (int i = 0; i < 30; ++i) {
    csv += std::to_string(i) + ",0,x,1,0 0\n";
  }
  const Lines faults = faults_in(csv);
  REQUIRE(faults.size() == 20);
  CHECK(faults[19] == "w.csv:21:6: release_s \"x\": not a number");  // line 21: task 19
}

TEST_CASE("A state that means nothing in the network is refused where it stands",
          "[scenarios][workload]") {
  const std::string header =
      "task,device,release_s,work_cycles,data_bytes,p1_hz,p2_hz,b1_Bps,b2_Bps\n";
  const std::string csv = header + "0,0,0,1,1 1,1e9,2e9,1e6,3e6\n";
  NetworkModel graph;
  graph.graph.emplace();
  const std::string no_part = ": the scenario's topology has no such part; expected an empty field";
  CHECK(faults_in(csv, graph) == Lines{"w.csv:2:17: p2_hz \"2e9\"" + no_part,
                                       "w.csv:2:21: b1_Bps \"1e6\"" + no_part,
                                       "w.csv:2:25: b2_Bps \"3e6\"" + no_part});
  CHECK(read_text(header + "0,0,0,1,1 1,1e9,,,\n", graph)[0].p1 == Hertz{1e9});
  NetworkModel moving;
  moving.b1_down = Distribution{Constant{5}};
  moving.b2 = GilbertRate{Seconds{1}, BytesPerSecond{2}, BytesPerSecond{1}, Seconds{3}, Seconds{3}};
  const std::string moves =
      ": this bandwidth moves, or has two directions that differ; expected an empty field";
  CHECK(faults_in(csv, moving) ==
        Lines{"w.csv:2:21: b1_Bps \"1e6\"" + moves, "w.csv:2:25: b2_Bps \"3e6\"" + moves});
  CHECK(read_text(header + "0,0,0,1,1 1,1e9,2e9,,\n", moving)[0].p2 == Hertz{2e9});
}
