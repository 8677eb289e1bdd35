// Runs report.py for real, where a Python with matplotlib is at hand.
#include <cstdlib>
#include <fstream>

#include "core/errors.hpp"
#include "results/report.hpp"
#include "results/summary.hpp"
#include "results/summary_csv.hpp"
#include "tests/catch.hpp"
#include "tests/support/scratch.hpp"
#include "tests/unit/results/messages.hpp"
#include "tests/unit/results/records.hpp"

using namespace mec;
using namespace mec::test;
namespace fs = std::filesystem;

namespace {

const std::string kScript = MECSIM_SOURCE_DIR "/results/report.py";

// The first Python with matplotlib, looked for once; empty if there is none.
const std::string& python() {
  static const std::string found = [] {
    for (const char* candidate : {"python3", "/usr/bin/python3"}) {
      const std::string command = std::string(candidate) + " -c 'import matplotlib' 2>/dev/null";
      if (std::system(command.c_str()) == 0) {
        return std::string(candidate);
      }
    }
    return std::string();
  }();
  return found;
}

bool have_matplotlib() {
  if (python().empty()) {
    WARN("skipped: no Python with matplotlib (apt install python3-matplotlib)");
  }
  return !python().empty();
}

// Sets an environment variable while it lives.
class Environment {
 public:
  Environment(const char* name, const std::string& value) : name_(name) {
    ::setenv(name, value.c_str(), 1);
  }
  ~Environment() { ::unsetenv(name_); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  Environment(Environment&&) = delete;
  Environment& operator=(Environment&&) = delete;

 private:
  const char* name_;
};

std::string example_summary() {
  SummaryBuilder builder;
  for (const char* policy : {"local", "dil(head=\"plan\", x)", "$odd_{name}$"}) {
    builder.begin_run({"paper, 5.1", policy, 1, 0});
    for (int i = 1; i <= 20; ++i) {
      TaskRecord record = completed_task(i, 1.0 + 0.01 * i);
      record.decision_ns = 100 + i;
      builder.task_finished(record);
    }
    builder.end_run({20, 20, 0, 0});
  }
  builder.begin_run({"paper, 5.1", "nothing", 1, 0});
  return summary_csv(builder.summarise());
}

// Exit code of the script on a directory with this summary.csv; what it said is in `said`.
int report_on(const Scratch& scratch, std::string& said) {
  const std::string command = python() + " '" + kScript + "' -- '" + scratch.path().string() +
                              "' >'" + (scratch / "said") + "' 2>&1";
  const int status = std::system(command.c_str());
  said = read_file(scratch / "said");
  return WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("A report of a summary draws the comparison, the same files every time",
          "[results][report]") {
  if (!have_matplotlib()) {
    return;
  }
  const Scratch scratch;
  put_file(scratch / "summary.csv", example_summary());
  std::string said;
  REQUIRE(report_on(scratch, said) == 0);
  CHECK(contains(said, "wrote " + (scratch / "figures/comparison.{png,svg,pdf,csv}")));
  CHECK(contains(said, "wrote " + (scratch / "report.html")));
  CHECK(read_file(scratch / "figures/comparison.png").substr(1, 3) == "PNG");
  std::vector<std::string> first;
  const std::vector<std::string> files = {"figures/comparison.png",
                                          "figures/comparison.svg",
                                          "figures/comparison.pdf",
                                          "figures/comparison.csv",
                                          "tables/summary.md",
                                          "tables/summary.tex",
                                          "report.html"};
  for (const std::string& file : files) {
    first.push_back(read_file(scratch / file));
    CHECK(first.back().size() > 400);
  }
  CHECK(run_report(scratch.path().string(), "", kScript) == 0);
  for (std::size_t i = 0; i < files.size(); ++i) {
    INFO(files[i]);
    CHECK((read_file(scratch / files[i]) == first[i]));  // in parentheses: none of it is printed
  }
}

TEST_CASE("A summary.csv that cannot be drawn is explained, exit code 2", "[results][report]") {
  if (!have_matplotlib()) {
    return;
  }
  const std::string whole = example_summary();
  const std::string header = whole.substr(0, whole.find('\n') + 1);
  std::string not_a_number = whole;
  not_a_number.replace(not_a_number.find(",110.5,"), 7, ",nan!,");
  struct Case {
    std::string text;
    std::string message;
  };
  const auto hostile = GENERATE_COPY(values<Case>({
      {"", "the file is empty"},
      {"\n", "the file is empty"},
      {header, "no policy in it"},
      {"a,b,c\n1,2,3\n", "line 1: no column policy"},
      {whole.substr(0, header.size() + 100), "cut short"},
      {header + "s,p,1,2\n", "line 2: 4 fields"},
      {whole + "s,\"unclosed", "not a CSV file"},
      {not_a_number, "decision_mean_ns \"nan!\" is not a number"},
      {std::string("\xff\xfe\0\x01", 4) + whole, "not a CSV file"},
      {header + "s,none,0,0,0,0,0,partial" + std::string(32, ',') + "\n", "no policy has finished"},
  }));
  const Scratch scratch;
  put_file(scratch / "summary.csv", hostile.text);
  std::string said;
  CHECK(report_on(scratch, said) == 2);
  INFO(said);
  CHECK(contains(said, hostile.message));
  CHECK(contains(said, scratch / "summary.csv"));
  CHECK_FALSE(contains(said, "Traceback"));
  CHECK_FALSE(fs::exists(scratch / "figures"));
  CHECK_FALSE(fs::exists(scratch / "report.html"));
}

TEST_CASE("An empty directory has no summary.csv to draw", "[results][report]") {
  if (!have_matplotlib()) {
    return;
  }
  const Scratch scratch;
  std::string said;
  CHECK(report_on(scratch, said) == 2);
  CHECK(contains(said, "summary.csv: not found"));
}

namespace {

const std::string kDecisions =
    "scenario,policy,tasks,repetitions,single_median_ns,single_p99_ns,batch,batched_median_ns,"
    "relative_to_greedy,cycles,machine\n"
    "s,greedy,4096,15,17.5,41,256,20.5,1,70,Some CPU\n"
    "s,kd-dil(head=plan),4096,15,110,250,256,30,6.3,440,Some CPU\n";
const std::string kPublished =
    "quantity,policy,value,source\n"
    "latency,dil,1.095,A paper\n"
    "decision_time,kd-dil,0.17,A paper\n";
const std::string kCurve =
    "epoch,train_loss,validation_loss,validation_ratio\n"
    "1,1.5,1.6,1.4\n2,1,1.1,\n3,0.8,0.9,1.1\n";

std::string deployed_summary() {
  SummaryBuilder builder;
  for (const char* policy : {"dil", "dil(at=edge)", "dil(at=cloud head=plan)", "local"}) {
    builder.begin_run({"s", policy, 1, 0});
    builder.task_finished(completed_task(1, 1.5));
    builder.end_run({1, 1, 0, 0});
  }
  return summary_csv(builder.summarise());
}

}  // namespace

TEST_CASE("A report draws a figure for all it finds, the same SVG every time",
          "[results][report]") {
  if (!have_matplotlib()) {
    return;
  }
  const Scratch scratch;
  put_file(scratch / "summary.csv", deployed_summary());
  put_file(scratch / "decisions.csv", kDecisions);
  put_file(scratch / "published.csv", kPublished);
  put_file(scratch / "dil-1.curve.csv", kCurve);
  put_file(scratch / "dil-2.curve.csv", kCurve);
  std::string said;
  REQUIRE(report_on(scratch, said) == 0);
  std::vector<std::string> drawings;
  for (const char* figure : {"comparison", "deployment", "decisions", "curves"}) {
    INFO(figure);
    CHECK(contains(said, "wrote " + (scratch / (std::string("figures/") + figure)) + ".{png"));
    drawings.push_back(read_file((scratch / (std::string("figures/") + figure)) + ".svg"));
    CHECK(drawings.back().size() > 1'000);
    CHECK(drawings.back().size() < 100'000);
  }
  REQUIRE(report_on(scratch, said) == 0);
  std::size_t i = 0;
  for (const char* figure : {"comparison", "deployment", "decisions", "curves"}) {
    CHECK(read_file((scratch / (std::string("figures/") + figure)) + ".svg") == drawings[i++]);
  }
}

TEST_CASE("Published values change the figures they belong to", "[results][report]") {
  if (!have_matplotlib()) {
    return;
  }
  const Scratch scratch;
  put_file(scratch / "summary.csv", deployed_summary());
  put_file(scratch / "decisions.csv", kDecisions);
  std::string said;
  REQUIRE(report_on(scratch, said) == 0);
  const std::string comparison = read_file(scratch / "figures/comparison.svg");
  const std::string decisions = read_file(scratch / "figures/decisions.svg");
  // Of a policy that was not run: nothing to compare with.
  put_file(scratch / "published.csv", "quantity,policy,value,source\nlatency,drl,1.2,A paper\n");
  REQUIRE(report_on(scratch, said) == 0);
  CHECK(read_file(scratch / "figures/comparison.svg") == comparison);
  CHECK(read_file(scratch / "figures/decisions.svg") == decisions);
  put_file(scratch / "published.csv", kPublished);
  REQUIRE(report_on(scratch, said) == 0);
  CHECK(read_file(scratch / "figures/comparison.svg") != comparison);
  CHECK(read_file(scratch / "figures/decisions.svg") != decisions);
}

TEST_CASE("Decisions or curves alone are enough for a report", "[results][report]") {
  if (!have_matplotlib()) {
    return;
  }
  const Scratch scratch;
  std::string said;
  put_file(scratch / "decisions.csv", kDecisions);
  CHECK(report_on(scratch, said) == 0);
  CHECK(fs::exists(scratch / "figures/decisions.png"));
  CHECK_FALSE(fs::exists(scratch / "figures/comparison.png"));
}

TEST_CASE("A faulty file beside summary.csv is explained, and nothing is drawn",
          "[results][report]") {
  if (!have_matplotlib()) {
    return;
  }
  struct Case {
    std::string name;
    std::string text;
    std::string message;
  };
  const std::string decisions_header = kDecisions.substr(0, kDecisions.find('\n') + 1);
  const auto faulty = GENERATE_COPY(values<Case>({
      {"decisions.csv", "", "the file is empty"},
      {"decisions.csv", decisions_header, "no policy in it"},
      {"decisions.csv", decisions_header + "s,greedy,1,1,,,1,,,,cpu\n", "no time above 0"},
      {"decisions.csv", decisions_header + "s,greedy,1,1,fast,1,1,1,1,1,cpu\n",
       "line 2: single_median_ns \"fast\" is not a number"},
      {"decisions.csv", kDecisions + "s,edge,1\n", "line 4: 3 fields, expected 11"},
      {"published.csv", "quantity,policy\n", "line 1: no column value, source"},
      {"published.csv", kPublished + "energy,dil,1,A\n",
       "line 4: quantity \"energy\" is neither latency nor decision_time"},
      {"published.csv", kPublished + "latency,dil,0,A\n",
       "line 4: value: expected a number above 0"},
      {"published.csv", kPublished + "latency,dil,,A\n",
       "line 4: value: expected a number above 0"},
      {"a.curve.csv", "epoch,train_loss\n", "no column validation_loss, validation_ratio"},
      {"a.curve.csv", kCurve.substr(0, kCurve.find('\n') + 1), "no epoch in it"},
      {"a.curve.csv", kCurve + ",1,1,1\n", "line 5: no epoch"},
      {"a.curve.csv", kCurve + "4,inf,1,1\n", "line 5: train_loss \"inf\" is not a number"},
  }));
  const Scratch scratch;
  put_file(scratch / "summary.csv", example_summary());
  put_file(scratch / faulty.name, faulty.text);
  std::string said;
  CHECK(report_on(scratch, said) == 2);
  INFO(said);
  CHECK(contains(said, faulty.message));
  CHECK(contains(said, scratch / faulty.name));
  CHECK_FALSE(contains(said, "Traceback"));
  CHECK_FALSE(fs::exists(scratch / "figures/comparison.png"));
}

TEST_CASE("No directory or no script is the user's fault", "[results][report]") {
  const Scratch scratch;
  const std::string here = scratch.path().string();
  const auto refusal = [](const std::string& dir, const std::string& script) {
    return message_of<UserError>([&] { static_cast<void>(run_report(dir, "", script)); });
  };
  CHECK(contains(refusal(scratch / "none", kScript), "no such directory"));
  CHECK(contains(refusal(here, scratch / "none.py"), "MECSIM_SHARE"));
}

TEST_CASE("The script and the Python come from the environment first", "[results][report]") {
  // A fake interpreter that passes the import test and reports what it was asked to run.
  const Scratch scratch;
  put_file(scratch / "python",
           "#!/bin/sh\n[ \"$1\" = -c ] && exit 0\nfor last; do :; done\n"
           "echo \"$@\" >\"$last/asked\"\nexit 2\n");
  fs::permissions(scratch / "python", fs::perms::owner_all);
  put_file(scratch / "report.py", "");
  const Environment python("MECSIM_PYTHON", scratch / "python");
  const Environment share("MECSIM_SHARE", scratch.path().string());
  CHECK(run_report(scratch.path().string(), "", kScript) == 2);
  CHECK(read_file(scratch / "asked") ==
        (scratch / "report.py") + " -- " + scratch.path().string() + "\n");
  CHECK(run_report(scratch.path().string(), "-my style", kScript) == 2);
  CHECK(read_file(scratch / "asked") ==
        (scratch / "report.py") + " --style=-my style -- " + scratch.path().string() + "\n");
}

TEST_CASE("A Python that is named but does not do is refused, not replaced", "[results][report]") {
  const Scratch scratch;
  put_file(scratch / "python", "#!/bin/sh\nexit 1\n");  // has no matplotlib
  fs::permissions(scratch / "python", fs::perms::owner_all);
  put_file(scratch / "summary.csv", example_summary());
  const std::string named = scratch / GENERATE(values<std::string>({"python", "none"}));
  const Environment python("MECSIM_PYTHON", named);
  const std::string message = message_of<UserError>(
      [&] { static_cast<void>(run_report(scratch.path().string(), "", kScript)); });
  CHECK(contains(message, "MECSIM_PYTHON: " + named + ": no Python with matplotlib"));
  CHECK_FALSE(fs::exists(scratch / "report.html"));
}

TEST_CASE("Removing a report leaves everybody else's files alone", "[results][report]") {
  const Scratch scratch;
  remove_report(scratch.path());  // there is none
  fs::create_directory(scratch / "figures");
  fs::create_directory(scratch / "tables");
  for (const char* name :
       {"report.html", "figures/axis-b1.svg", "figures/comparison-3.csv", "figures/mine.png",
        "figures/ecdf.txt", "tables/summary.tex", "summary.csv"}) {
    put_file(scratch / name, "old");
  }
  remove_report(scratch.path());
  CHECK_FALSE(fs::exists(scratch / "report.html"));
  CHECK_FALSE(fs::exists(scratch / "figures/axis-b1.svg"));
  CHECK_FALSE(fs::exists(scratch / "figures/comparison-3.csv"));
  CHECK_FALSE(fs::exists(scratch / "tables"));
  CHECK(fs::exists(scratch / "figures/mine.png"));
  CHECK(fs::exists(scratch / "figures/ecdf.txt"));
  CHECK(fs::exists(scratch / "summary.csv"));
}
