#include "results/report.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include "core/errors.hpp"
#include "core/text.hpp"

namespace mec {

namespace {

enum class Output { shown, hidden };

constexpr int kNotRun = 127;

// What the names of report.py's files begin with: OURS of figures/output.py says the same.
constexpr std::array<std::string_view, 12> kReportNames = {
    "comparison", "deployment", "decisions", "curves", "ecdf",      "axis",
    "heat",       "trade-off",  "pairs",     "gantt",  "bandwidth", "summary"};
constexpr std::array<std::string_view, 6> kReportEndings = {".png", ".svg", ".pdf",
                                                            ".csv", ".md",  ".tex"};

bool is_of_a_report(const std::filesystem::path& file) {
  const std::string name = file.filename().string();
  const auto begins = [&name](std::string_view start) { return name.starts_with(start); };
  return std::any_of(kReportNames.begin(), kReportNames.end(), begins) &&
         std::find(kReportEndings.begin(), kReportEndings.end(), file.extension().string()) !=
             kReportEndings.end();
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) {
      return kNotRun;
    }
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Runs a program (looked up on the PATH unless it holds a slash) without a shell. Returns its exit
// status.
int run_program(std::vector<std::string> arguments, Output output) {
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) {
    argv.push_back(argument.data());
  }
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  if (output == Output::hidden) {
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  }
  pid_t child = 0;
  const int error = ::posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  return error != 0 ? kNotRun : wait_for(child);
}

// Only looked for: importing it takes half a second.
bool has_matplotlib(const std::string& python) {
  const std::string look =
      "import importlib.util as u, sys; sys.exit(u.find_spec('matplotlib') is None)";
  return run_program({python, "-c", look}, Output::hidden) == 0;
}

std::string find_python() {
  // Who names one wants that one: another may have other fonts, or another matplotlib.
  if (const char* chosen = std::getenv("MECSIM_PYTHON"); chosen != nullptr && *chosen != '\0') {
    if (has_matplotlib(chosen)) {
      return chosen;
    }
    throw UserError(
        fmt::format("report: MECSIM_PYTHON: {}: no Python with matplotlib: apt install "
                    "python3-matplotlib, or name an interpreter that has it",
                    chosen));
  }
  const std::vector<std::string> candidates = {"python3", "/usr/bin/python3"};
  const auto found = std::find_if(candidates.begin(), candidates.end(), has_matplotlib);
  if (found == candidates.end()) {
    throw UserError(
        fmt::format("report: no Python with matplotlib (tried {}): apt install python3-matplotlib, "
                    "or name an interpreter in MECSIM_PYTHON",
                    join(candidates)));
  }
  return *found;
}

std::string find_script(const std::string& script_path) {
  std::vector<std::string> candidates;
  if (const char* share = std::getenv("MECSIM_SHARE"); share != nullptr && *share != '\0') {
    candidates.push_back((std::filesystem::path(share) / "report.py").string());
  }
  candidates.push_back(script_path);
  for (const std::string& candidate : candidates) {
    std::error_code ignored;
    if (std::filesystem::is_regular_file(candidate, ignored)) {
      return candidate;
    }
  }
  throw UserError(fmt::format(
      "report: cannot find report.py (looked for {}): set MECSIM_SHARE to the folder it is in",
      join(candidates)));
}

}  // namespace

int run_report(const std::string& dir, const std::string& style, const std::string& script_path) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(dir, ignored)) {
    throw UserError(fmt::format("report: {}: no such directory", dir));
  }
  const std::string script = find_script(script_path);
  const std::string python = find_python();
  std::fflush(nullptr);  // what this process has printed comes before what the script prints
  std::vector<std::string> arguments{python, script};
  if (!style.empty()) {
    arguments.push_back("--style=" + style);
  }
  arguments.insert(arguments.end(), {"--", dir});
  const int status = run_program(std::move(arguments), Output::shown);
  return status == 0 || status == 2 ? status : 1;
}

void remove_report(const std::filesystem::path& dir) {
  std::error_code ignored;
  std::filesystem::remove(dir / "report.html", ignored);
  for (const char* folder : {"figures", "tables"}) {
    std::vector<std::filesystem::path> old;
    for (const auto& entry : std::filesystem::directory_iterator(dir / folder, ignored)) {
      if (is_of_a_report(entry.path())) {
        old.push_back(entry.path());
      }
    }
    for (const std::filesystem::path& path : old) {
      std::filesystem::remove(path, ignored);
    }
    if (!old.empty() && std::filesystem::is_empty(dir / folder, ignored)) {
      std::filesystem::remove(dir / folder, ignored);
    }
  }
}

}  // namespace mec
