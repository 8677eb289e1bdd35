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

bool have_matplotlib() {
  const bool found = std::system(
                         "python3 -c 'import matplotlib' 2>/dev/null || "
                         "/usr/bin/python3 -c 'import matplotlib' 2>/dev/null") == 0;
  if (!found) {
    WARN("skipped: no Python with matplotlib (apt install python3-matplotlib)");
  }
  return found;
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
  const std::string command =
      "PYTHON=/usr/bin/python3; python3 -c 'import matplotlib' 2>/dev/null "
      "&& PYTHON=python3; $PYTHON '" +
      kScript + "' -- '" + scratch.path().string() + "' >'" + (scratch / "said") + "' 2>&1";
  const int status = std::system(command.c_str());
  said = read_file(scratch / "said");
  return WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("A report draws both figures, the same SVG every time", "[results][report]") {
  if (!have_matplotlib()) {
    return;
  }
  const Scratch scratch;
  put_file(scratch / "summary.csv", example_summary());
  std::string said;
  REQUIRE(report_on(scratch, said) == 0);
  CHECK(contains(said, "wrote " + (scratch / "comparison.png")));
  CHECK(contains(said, "wrote " + (scratch / "comparison.svg")));
  CHECK(read_file(scratch / "comparison.png").substr(1, 3) == "PNG");
  const std::string first = read_file(scratch / "comparison.svg");
  CHECK(first.size() > 1'000);
  CHECK(run_report(scratch.path().string(), kScript) == 0);
  CHECK(read_file(scratch / "comparison.svg") == first);
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
  CHECK_FALSE(fs::exists(scratch / "comparison.png"));
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

TEST_CASE("No directory or no script is the user's fault", "[results][report]") {
  const Scratch scratch;
  const std::string here = scratch.path().string();
  const auto refusal = [](const std::string& dir, const std::string& script) {
    return message_of<UserError>([&] { static_cast<void>(run_report(dir, script)); });
  };
  CHECK(contains(refusal(scratch / "none", kScript), "no such directory"));
  CHECK(contains(refusal(here, scratch / "none.py"), "MECSIM_SHARE"));
}

TEST_CASE("The script and the Python come from the environment first", "[results][report]") {
  // A fake interpreter that passes the import test and reports what it was asked to run.
  const Scratch scratch;
  put_file(scratch / "python",
           "#!/bin/sh\n[ \"$1\" = -c ] && exit 0\necho \"$@\" >\"$3/asked\"\nexit 2\n");
  fs::permissions(scratch / "python", fs::perms::owner_all);
  put_file(scratch / "report.py", "");
  const Environment python("MECSIM_PYTHON", scratch / "python");
  const Environment share("MECSIM_SHARE", scratch.path().string());
  CHECK(run_report(scratch.path().string(), kScript) == 2);
  CHECK(read_file(scratch / "asked") ==
        (scratch / "report.py") + " -- " + scratch.path().string() + "\n");
}
