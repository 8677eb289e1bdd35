#include <limits>

#include "results/tasks_csv.hpp"
#include "tests/catch.hpp"
#include "tests/support/scratch.hpp"

using namespace mec;
using namespace mec::test;

namespace {

const std::string kHeader =
    "scenario,policy,seed,replication,task,device,release_s,decided_s,finish_s,latency_s,exec_s,"
    "transfer_s,wait_s,decision_s,decision_ns,energy_j,placement,estimated_latency_s,"
    "optimal_latency_s,status\n";

TaskRecord example() {
  TaskRecord record;
  record.task = 7;
  record.device = 3;
  record.release = Seconds{1};
  record.decided = Seconds{1.25};
  record.finish = Seconds{3.5};
  record.exec = Seconds{1};
  record.transfer = Seconds{1};
  record.wait = Seconds{0.25};
  record.decision = Seconds{0.25};
  record.decision_ns = 148;
  record.energy = Joules{0.1};
  record.placement = {0, 1, 2, 2};
  record.estimated_latency = Seconds{2};
  record.optimal_latency = Seconds{1e-7};
  return record;
}

std::string written(const RunLabel& label, const std::vector<TaskRecord>& records) {
  const Scratch scratch;
  OutputFile file(scratch / "tasks.csv");
  TasksCsv csv(file);
  csv.begin_run(label);
  for (const TaskRecord& record : records) {
    csv.task_finished(record);
  }
  csv.end_run({});
  file.commit();
  return read_file(scratch / "tasks.csv");
}

}  // namespace

TEST_CASE("A row of tasks.csv holds every column of the contract in order", "[results][csv]") {
  TaskRecord failed = example();
  failed.task = 8;
  failed.placement = {};
  failed.status = TaskStatus::failed;
  CHECK(written({"paper", "dil", 42, 1}, {example(), failed}) ==
        kHeader +
            "paper,dil,42,1,7,3,1,1.25,3.5,2.5,1,1,0.25,0.25,148,0.1,0 1 2 2,2,1e-07,completed\n"
            "paper,dil,42,1,8,3,1,1.25,3.5,2.5,1,1,0.25,0.25,148,0.1,,2,1e-07,failed\n");
}

TEST_CASE("Names with commas, quotes and line breaks are quoted", "[results][csv]") {
  const std::string text = written({"a,b", "dil(\"x\"\n)", 1, 0}, {example()});
  CHECK(text.substr(kHeader.size(), 24) == "\"a,b\",\"dil(\"\"x\"\"\n)\",1,0,");
  CsvBuffer plain;
  append_csv_text(plain, "d\xc3\xa9j\xc3\xa0 vu; 'x'");
  CHECK(fmt::to_string(plain) == "d\xc3\xa9j\xc3\xa0 vu; 'x'");
}

TEST_CASE("Numbers are the shortest that read back the same, and none is no number",
          "[results][csv]") {
  // 0.1 + 0.2 is the double after 0.3: 17 digits are needed, and no more are written.
  const double third = 0.1 + 0.2;
  CsvBuffer out;
  append_csv_number(out, third);
  CHECK(fmt::to_string(out) == "0.30000000000000004");
  CHECK(std::stod(fmt::to_string(out)) == third);
  out.clear();
  append_csv_number(out, std::numeric_limits<double>::quiet_NaN());
  append_csv_number(out, -std::numeric_limits<double>::infinity());
  append_csv_number(out, std::optional<double>());
  CHECK(out.size() == 0);
  append_csv_number(out, std::numeric_limits<std::uint64_t>::max());
  CHECK(fmt::to_string(out) == "18446744073709551615");
}
