#include <cmath>
#include <string>
#include <vector>

#include "core/errors.hpp"
#include "results/sweep_results.hpp"
#include "results/tasks_csv.hpp"
#include "tests/catch.hpp"
#include "tests/support/scratch.hpp"
#include "tests/unit/results/messages.hpp"
#include "tests/unit/results/records.hpp"
#include "tests/unit/results/sweeps.hpp"

using namespace mec;
using namespace mec::test;

namespace {

std::vector<std::string> lines_of(const std::string& path) {
  const std::string text = read_file(path);
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

std::string refusal(const SweepResults& results, const Scratch& scratch) {
  return message_of<UserError>([&] { write_sweep_files(results, scratch.path()); });
}

}  // namespace

TEST_CASE("A sweep's files have a row a task, cell, policy and pair", "[results][sweep]") {
  const Scratch scratch;
  write_sweep_files(small_sweep(scratch, "killed by SIGSEGV", "first, line\nsecond\n"),
                    scratch.path());

  CHECK(lines_of(scratch / "tasks.csv") ==
        std::vector<std::string>{
            "point,speed_Hz,\"a \"\"b\"\"\",scenario,policy,seed,replication,task,device,release_s,"
            "decided_s,finish_s,latency_s,exec_s,transfer_s,wait_s,decision_s,energy_j,placement,"
            "estimated_latency_s,optimal_latency_s,status",
            "0,1e+09,\"x,y\",mini,fast,7,0,0,0,0,0,1,1,1,0,0,0,0,,0,1,completed",
            "0,1e+09,\"x,y\",mini,fast,7,0,1,0,0,0,3,3,3,0,0,0,0,,0,1,completed",
            "0,1e+09,\"x,y\",mini,\"slow,er\",7,0,0,0,0,0,2,2,2,0,0,0,0,,0,1,completed",
            "0,1e+09,\"x,y\",mini,\"slow,er\",7,0,1,0,0,0,6,6,6,0,0,0,0,,0,1,completed",
            "1,2e+09,z,mini,fast,7,0,0,0,0,0,2,2,2,0,0,0,0,,0,1,completed"});
  CHECK(lines_of(scratch / "cells.csv") ==
        std::vector<std::string>{
            "point,speed_Hz,\"a \"\"b\"\"\",scenario,policy,seed,replication,key,status,tasks,"
            "completed,failed,in_flight,warmup,mean_latency_s,ratio_of_means,mser5_tasks",
            "0,1e+09,\"x,y\",mini,fast,7,0,k000,completed,2,2,0,0,0,2,2,",
            "0,1e+09,\"x,y\",mini,\"slow,er\",7,0,k010,completed,2,2,0,0,0,4,4,",
            "1,2e+09,z,mini,fast,7,0,k100,completed,1,1,0,0,0,2,2,",
            "1,2e+09,z,mini,\"slow,er\",7,0,k110,failed,,,,,,,,"});
  CHECK(lines_of(scratch / "failures.csv") ==
        std::vector<std::string>{
            "point,speed_Hz,\"a \"\"b\"\"\",scenario,policy,seed,replication,key,status,reason,"
            "stderr",
            "1,2e+09,z,mini,\"slow,er\",7,0,k110,failed,killed by SIGSEGV,\"first, line",
            "second\""});
  CHECK(lines_of(scratch / "timings.csv").at(2) == "0,1e+09,\"x,y\",mini,\"slow,er\",0,2,5,4,9,77");
  const auto comparisons = lines_of(scratch / "comparisons.csv");
  REQUIRE(comparisons.size() == 5);
  CHECK(comparisons[1] ==
        "0,1e+09,\"x,y\",mini,fast,\"slow,er\",task,2,0.5,0.5,0.5,0.5,0.5,0.5,2,0,0,0.5,0.5,no");
  CHECK(comparisons[3] == "1,2e+09,z,mini,fast,\"slow,er\",task,0,,,,,,,0,0,0,,,no");
  const auto quantiles = lines_of(scratch / "quantiles.csv");
  REQUIRE(quantiles.size() == 1 + 3 * 202);
  CHECK(quantiles[101] == "0,1e+09,\"x,y\",mini,fast,0.5,2,2");
}

TEST_CASE("A sweep's summary has what a run's has, and what it rests on", "[results][sweep]") {
  const Scratch scratch;
  SweepResults results = two_points();
  add_cell(results, scratch, {0, 0, 0}, {1, 3});
  add_cell(results, scratch, {0, 0, 1}, {5, 7});
  add_cell(results, scratch, {0, 1, 0}, {2, 6});
  SweepCell missing;
  missing.id = {0, 1, 1};
  results.cells.push_back(missing);
  write_sweep_files(results, scratch.path());
  const auto lines = lines_of(scratch / "summary.csv");
  REQUIRE(lines.size() == 3);
  CHECK(contains(lines[0], ",mean_decision_s,replications,unit,units,warmup_left_out"));
  CHECK_FALSE(contains(lines[0], "_ns"));
  CHECK(lines[1].starts_with("0,1e+09,\"x,y\",mini,fast,4,4,0,0,0,complete,4,"));
  CHECK(lines[1].ends_with(",0,4,0,0,0,2,task,4,0"));
  CHECK(lines[2].starts_with("0,1e+09,\"x,y\",mini,\"slow,er\",2,2,0,0,0,partial,4,"));
  CHECK(lines[2].ends_with(",0,4,0,0,0,1,task,2,0"));
  // Missing cells have run nowhere, and are no failures.
  CHECK(lines_of(scratch / "failures.csv").size() == 1);
  CHECK(lines_of(scratch / "cells.csv").size() == 5);
}

TEST_CASE("Where tasks depend on each other, quantiles have no interval", "[results][sweep]") {
  const Scratch scratch;
  SweepResults results = two_points();
  results.independent_tasks[0] = false;
  const std::vector<double> latencies(32, 2.0);
  add_cell(results, scratch, {0, 0, 0}, latencies);
  write_sweep_files(results, scratch.path());
  const std::string row = lines_of(scratch / "summary.csv").at(1);
  // Mean with an interval; median, p95 and p99 without; 32 tasks are four batches of eight.
  CHECK(contains(row, ",complete,2,2,2,2,,,2,,,2,,,2,2,2,2,2,2,2,,,2,,,"));
  CHECK(row.ends_with(",1,batch,4,0"));
}

TEST_CASE("A warm-up is left out alike under all policies", "[results][sweep]") {
  const Scratch scratch;
  SweepResults results = two_points();
  results.warm_up = WarmUpDetection::mser5;
  std::vector<double> steady(100, 1.0);
  std::vector<double> late(100, 1.0);
  for (std::size_t i = 0; i < 20; ++i) {
    late[i] = 50;
    steady[i] = i < 10 ? 9 : 1;
  }
  std::vector<double> rising;
  for (int i = 0; i < 100; ++i) {
    rising.push_back(i);
  }
  add_cell(results, scratch, {0, 0, 0}, steady);
  add_cell(results, scratch, {0, 1, 0}, late);
  add_cell(results, scratch, {1, 0, 0}, steady);
  add_cell(results, scratch, {1, 1, 0}, rising);
  write_sweep_files(results, scratch.path());
  const auto summary = lines_of(scratch / "summary.csv");
  // 20 of 100 tasks go, under the policy that needs 10 as well; counts are of all.
  CHECK(contains(summary.at(1), ",fast,100,100,0,0,0,complete,1,1,1,"));
  CHECK(summary.at(1).ends_with(",1,task,80,20"));
  CHECK(contains(summary.at(2), "\"slow,er\",100,100,0,0,0,complete,1,1,1,"));
  CHECK(summary.at(2).ends_with(",1,task,80,20"));
  CHECK(summary.at(3).ends_with(",1,task,90,10"));
  // What never becomes steady cannot say how much to leave out.
  CHECK(summary.at(4).ends_with(",1,task,90,"));
  const auto cells = lines_of(scratch / "cells.csv");
  CHECK(cells.at(1).ends_with(",10"));
  CHECK(cells.at(2).ends_with(",20"));
  CHECK(cells.at(4).ends_with(","));
  CHECK(contains(lines_of(scratch / "comparisons.csv").at(1), ",task,80,1,1,1,"));
}

TEST_CASE("Ten replications are the units of a point", "[results][sweep]") {
  const Scratch scratch;
  SweepResults results = two_points();
  results.independent_tasks[0] = false;
  for (std::uint32_t policy = 0; policy < 2; ++policy) {
    for (std::uint32_t r = 0; r < 10; ++r) {
      add_cell(results, scratch, {0, policy, r}, {1.0 + r, (1.0 + policy) * (1.0 + r)});
    }
  }
  write_sweep_files(results, scratch.path());
  CHECK(lines_of(scratch / "summary.csv").at(1).ends_with(",10,replication,10,0"));
  // Means 1 + r against 1.5 (1 + r), all ten faster: 2 / 1,024.
  const std::string row = lines_of(scratch / "comparisons.csv").at(1);
  CHECK(contains(row, ",replication,10,0.666"));
  CHECK(row.ends_with(",10,0,0,0.00195312,0.00195312,yes"));
}

TEST_CASE("A ratio of two latencies of 0 is 1, of one to 0 there is none", "[results][sweep]") {
  const Scratch scratch;
  SweepResults results = two_points();
  add_cell(results, scratch, {0, 0, 0}, {0, 0});
  add_cell(results, scratch, {0, 1, 0}, {0, 0});
  add_cell(results, scratch, {1, 0, 0}, {0, 0});
  add_cell(results, scratch, {1, 1, 0}, {1, 2});
  write_sweep_files(results, scratch.path());
  const auto comparisons = lines_of(scratch / "comparisons.csv");
  const std::string fast = ",mini,fast,\"slow,er\",task,2,";
  const std::string slow = ",mini,\"slow,er\",fast,task,2,";
  CHECK(contains(comparisons.at(1), fast + "1,1,1,1,1,1,0,2,0,1,1,no"));
  CHECK(contains(comparisons.at(2), slow + "1,1,1,1,1,1,0,2,0,1,1,no"));
  CHECK(contains(comparisons.at(3), fast + "0,0,0,0,0,0,2,0,0,0.5,0.5,no"));
  CHECK(contains(comparisons.at(4), slow + ",,,,,,0,0,2,0.5,0.5,no"));
}

TEST_CASE("Rows that are none of the cell's are refused", "[results][sweep]") {
  const Scratch scratch;
  const SweepResults whole = [&scratch] {
    SweepResults results = two_points();
    add_cell(results, scratch, {0, 0, 0}, {1, 3});
    return results;
  }();
  const std::string path = whole.cells[0].rows.string();
  const std::string rows = read_file(path);
  const auto refused = [&](const std::string& text) {
    put_file(path, text);
    return refusal(whole, scratch);
  };
  CHECK(contains(refused(rows.substr(0, rows.size() - 1)), path + ":3: "));
  CHECK(contains(refused(rows + "mini,fast,7,0,5\n"), path + ":4: "));
  CHECK(contains(refused(""), path + ":1: "));
  CHECK(contains(refused("a,b\n"), path + ":1: "));
  CHECK(contains(refused(cell_columns() + "\nmini,slow,7,0,0,0,0,0,1,1,1,0,0,0,0,,0,1,completed\n"),
                 path + ":2: "));
  CHECK(contains(refused(cell_columns() + "\nmini,fast,7,1,0,0,0,0,1,1,1,0,0,0,0,,0,1,completed\n"),
                 path + ":2: "));
  CHECK(contains(refused(cell_columns() + "\nmini,fast,7,0,0,0,0,0,1,1,x,0,0,0,0,,0,1,completed\n"),
                 path + ":2: "));
  CHECK(
      contains(refused(cell_columns() + "\nmini,fast,7,0,0,0,0,0,1,1,-1,0,0,0,0,,0,1,completed\n"),
               path + ":2: "));
  CHECK(contains(refused(cell_columns() + "\nmini,fast,7,0,0,0,0,0,1,1,1,0,0,0,0,,0,1,done\n"),
                 path + ":2: "));
  std::filesystem::remove(path);
  CHECK(contains(refusal(whole, scratch), path));
  // Nothing was finished on the way.
  CHECK_FALSE(std::filesystem::exists(scratch / "tasks.csv"));
  CHECK_FALSE(std::filesystem::exists(scratch / "summary.csv"));
}

TEST_CASE("Where the seed is swept, a cell has that of its point", "[results][sweep]") {
  const Scratch scratch;
  SweepResults results = two_points();
  results.grid.columns[0] = {"seed", "seed", "", true};
  results.grid.points = {{"3", "x"}, {"4", "x"}};
  add_cell(results, scratch, {0, 0, 0}, {1});
  add_cell(results, scratch, {1, 0, 0}, {1});
  write_sweep_files(results, scratch.path());
  const auto cells = lines_of(scratch / "cells.csv");
  CHECK(cells.at(1).starts_with("0,3,x,mini,fast,3,0,"));
  CHECK(cells.at(2).starts_with("1,4,x,mini,fast,4,0,"));
}

TEST_CASE("A sweep without axes has one point, one without cells only headers",
          "[results][sweep]") {
  const Scratch scratch;
  SweepResults results = two_points();
  write_sweep_files(results, scratch.path());
  for (const char* name : {"tasks.csv", "cells.csv", "summary.csv", "comparisons.csv",
                           "quantiles.csv", "timings.csv", "failures.csv"}) {
    CHECK(lines_of(scratch / name).size() == 1);
  }
  results.grid = {{}, {{}}};
  add_cell(results, scratch, {0, 0, 0}, {1});
  write_sweep_files(results, scratch.path());
  CHECK(lines_of(scratch / "cells.csv").at(1).starts_with("0,mini,fast,7,0,k000,completed,1,"));
}
