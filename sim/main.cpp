// mecsim: the command line. Exit codes: 0 done, 1 the run failed, 2 the user's fault.
#include <fmt/format.h>

#include "core/errors.hpp"
#include "core/text.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/guarded_main.hpp"
#include "sim/cli/versions.hpp"

namespace {

constexpr const char* kHelp =
    "mecsim simulates computation offloading in mobile edge computing.\n"
    "\n"
    "usage: mecsim COMMAND [ARGUMENTS]\n"
    "\n"
    "Commands:\n"
    "  run FILE        simulate every policy of a scenario and compare them\n"
    "  sweep FILE      vary a scenario along axes and compare policies at every point\n"
    "  merge DIR...    put the shards of a sweep together\n"
    "  train FILE      train the policies of a scenario that learn, before they are needed\n"
    "  report DIR      figures, tables and a page about a results directory\n"
    "  bench decisions FILE\n"
    "                  measure what a decision of every policy takes\n"
    "  channels FILE   write the moving bandwidths of a scenario as trace files\n"
    "  topology FILE   draw the network of a scenario\n"
    "  validate FILE   check a scenario or a sweep without running it\n"
    "  list [POLICY...]\n"
    "                  the policies, or their parameters; the reference of scenario keys\n"
    "\n"
    "  mecsim COMMAND --help   options and examples of a command\n"
    "  mecsim --version        versions of mecsim and its libraries\n"
    "\n"
    "Examples:\n"
    "  mecsim run scenarios/quickstart.yaml --out results/out/first\n"
    "  mecsim report results/out/first\n"
    "\n"
    "Exit codes: 0 done, 1 the run failed or was interrupted, 2 a mistake in the command or a "
    "file.\n";

using mec::cli::Arguments;

void print_versions() {
  fmt::print("mecsim {}\n", mec::cli::mecsim_version());
  for (const auto& [name, version] : mec::cli::versions()) {
    if (name != "mecsim") {
      fmt::print("  {} {}\n", name, version);
    }
  }
}

struct Command {
  const char* name;
  int (*run)(const Arguments& rest, const Arguments& whole);
};

constexpr Command kCommands[] = {
    {"run", mec::cli::run_command},
    {"sweep", mec::cli::sweep_command},
    {"merge", mec::cli::merge_command},
    {"train",
     [](const Arguments& rest, const Arguments&) { return mec::cli::train_command(rest); }},
    {"report",
     [](const Arguments& rest, const Arguments&) { return mec::cli::report_command(rest); }},
    {"bench",
     [](const Arguments& rest, const Arguments&) { return mec::cli::bench_command(rest); }},
    {"channels",
     [](const Arguments& rest, const Arguments&) { return mec::cli::channels_command(rest); }},
    {"topology",
     [](const Arguments& rest, const Arguments&) { return mec::cli::topology_command(rest); }},
    {"validate",
     [](const Arguments& rest, const Arguments&) { return mec::cli::validate_command(rest); }},
    {"list", [](const Arguments& rest, const Arguments&) { return mec::cli::list_command(rest); }},
};

int dispatch(const Arguments& command) {
  const std::string name = command.size() > 1 ? command[1] : "";
  const Arguments rest(command.begin() + (command.size() > 1 ? 2 : 1), command.end());
  std::vector<std::string> names;
  for (const Command& known : kCommands) {
    if (name == known.name) {
      return known.run(rest, command);
    }
    names.emplace_back(known.name);
  }
  if (name == "--version") {
    print_versions();
    return 0;
  }
  if (name == "--help" || name == "-h" || name == "help") {
    fmt::print("{}", kHelp);
    return 0;
  }
  if (name.empty()) {
    throw mec::UserError("no command given; try mecsim --help");
  }
  names.insert(names.end(), {"--help", "--version"});
  throw mec::UserError(fmt::format("unknown command \"{}\"; expected one of {}{}", name,
                                   mec::join(names), mec::did_you_mean(name, names)));
}

}  // namespace

int main(int argc, char** argv) {
  return mec::cli::guarded_main([&] { return dispatch(Arguments(argv, argv + argc)); });
}
